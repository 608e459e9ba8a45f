"""Journal: what was done. Few entries, exact, append-only (the database refuses to change one).

Owns: entries, and the position of each subscriber in them.
Promises: an entry is written in the transaction of the deed, or not at all; every subscriber hears each entry at least
once, in order per subject, after commit.
Tells: nobody by itself; higher modules subscribe in their apps.py.
"""
