"""Standards: the registry of the policy's five families, metadata profiles, vocabularies, and their activation.

Owns: the files under registry/ and crosswalks/, and this node's decisions on when a standard applies.
Promises: what is ours is never shown as somebody's norm; what was not verified says so; a broken file stops the start.
Tells: standards.activation_changed.
"""
