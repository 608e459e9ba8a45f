"""代办: an elderly person lets a relative or a village administrator act for them, in matters that are named.

Owns: proxies, the codes by which they are given, and what was done by them. Promises: nobody is their own proxy, two
people have one open proxy between them, whoever acts for another has no proxy of their own (no chain); none lasts
longer than a year unless its principal says so again. The actor stays who they are, and every entry says for whom.
"""
