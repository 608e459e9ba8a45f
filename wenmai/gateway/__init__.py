"""Gateway: the door for machines: OAI-PMH at /oai, REST at /api/v1.

Owns: no tables; tokens and addresses carry all that a next request needs.
Promises: a harvester who follows our tokens sees each record at least once, whatever changes and restarts meanwhile;
answers follow the official schemas; an error says which argument was wrong. Who takes a place with a key and sends it
again has it once.
Tells: gateway.acted_by_app.
"""
