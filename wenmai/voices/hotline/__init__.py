"""The file of a city's hotline (12345): its columns are named, its rows become needs, what does not fit comes back.

Owns: files that were handed in, their rows sealed until they are read, and those that were refused.
Promises: a number of the hotline is one need of an institution, however often it is handed in; every row is counted
once as waiting, new, known or refused (constraint); a batch is read whole or not at all; no telephone stands in plain
words.
"""
