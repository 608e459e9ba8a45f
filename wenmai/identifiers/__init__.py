"""Identifiers: one name for ever, and where it leads today.

Owns: names, their states, the locations they are bound to (with history), redirects, tombstones.
Promises: a name is minted once per client key, never changed, never deleted, never given twice (the database refuses);
redirects never loop; a withdrawn name answers with its tombstone.
Tells: identifiers.minted, .registered, .bound, .unbound, .redirected, .withdrawn, .reinstated, .mended (one entry per
batch).
"""
