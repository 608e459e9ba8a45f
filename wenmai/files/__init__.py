"""Files: stored objects, named by what is in them.

Owns: the bytes under the files folder (one file per SHA-256, thumbnails beside), and one row for each.
Promises: a half-written file never has its final name; what is served is what the hash says; a type is what the content
says, never what somebody claims; images and archives are opened only in a process with limits;
captions are written anew as plain WebVTT. Whether an object may be served at all is known above: modules register a
gate, and claims for what they still need.
Tells: files.stored, files.stills_sought, files.removed (one entry per batch).
"""
