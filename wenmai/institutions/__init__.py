"""Institutions: organisations in their three hierarchies, and the places where they are.

Owns: places with dated codes and the links between them when they changed; organisations and their codes; the numbers
that institutions say for themselves and all below them, as other modules register them.
Promises: a code means one place on any day; a hierarchy has no cycle; an institution code is never given
twice; no open organisation stands below a closed one; no organisation is counted by two reporting units; Hong
Kong, Macao and Taiwan stand in no denominator.
Tells: institutions.organisation_created, institutions.organisation_changed,
institutions.organisation_moved, institutions.organisation_closed, institutions.organisation_reopened,
institutions.places_loaded, institutions.place_created, institutions.settings_changed.
"""
