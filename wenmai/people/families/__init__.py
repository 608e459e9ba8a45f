"""Families: children's accounts, who looks after them, what was consented to, and the mode for minors.

Owns: children (birth dates are sealed), guardianships, consents of guardians and codes that one of a family shows the
other. An open account of a child under 14 has an active guardian and a recorded consent, whatever happens at the same
moment; a child has two guardians at most; nobody over 18 is anybody's child here (docs/reference/families.md).
"""
