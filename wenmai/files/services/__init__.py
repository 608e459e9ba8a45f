"""Storing, showing and sweeping of files."""

from wenmai.files.services.owners import allowed, register_claims, register_gate
from wenmai.files.services.pictures import make_picture, make_pictures
from wenmai.files.services.storing import store
from wenmai.files.services.sweeping import remove_orphans, remove_strays

__all__ = [
    "allowed",
    "make_picture",
    "make_pictures",
    "register_claims",
    "register_gate",
    "remove_orphans",
    "remove_strays",
    "store",
]
