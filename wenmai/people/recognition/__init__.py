"""Recognition between nodes: a library here and a library there say the same about whose cards count where.

What a node says stands in its signed document (`/cards/keys.json`); the other fetches it, by a pinned key, and its
number never goes back. An agreement is in force while both say it, word for word (docs/adr/0023).
"""
