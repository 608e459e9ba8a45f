"""Desk: the door for staff. Holds the pages that join several modules and mounts those of the modules below.

Owns: no tables.
Promises: nobody sees another organisation's work.
"""
