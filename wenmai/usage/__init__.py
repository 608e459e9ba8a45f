"""Usage: what was used, counted without knowing by whom.

Owns: usage entries (many, cheap, append-only, partitioned by month) and the daily counts made from them.
Promises: no personal data: no address, account, session, device or typed words, because there is no column for them;
the daily counts come out the same when they are made again from the entries; noting never holds up a page.
Tells: nothing; higher modules read its counts.
"""
