"""Standards: the registry of the policy's five families, metadata profiles, vocabularies, and their activation.

Owns: the files under registry/ and crosswalks/, and this node's decisions on when a standard applies, and the
mappings that it wrote itself.
Promises: what is ours is never shown as somebody's norm; what was not verified says so; a broken file stops the start;
an edition of a mapping is never changed, and one that a feed is read through is never retired.
Tells: standards.activation_changed, standards.mapping_added, standards.mapping_renewed, standards.mapping_retired,
standards.mapping_restored.
"""
