"""The index: other modules push the keys of what changed; this one asks them for documents and makes these findable.

Owns: the outbox of keys to index, the failures of single documents, the index generations under SEARCH_ROOT.
Promises: a key pushed in a committed transaction is indexed, or named with a reason in `check`; a withdrawal reaches
readers in seconds, also while a bulk load is being indexed; whatever is typed, an answer and never an exception.
Tells: nothing; it has no journal entries, the index can be made anew at any time.
"""
