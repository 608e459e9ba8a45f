"""Storing, showing and sweeping of files."""

from wenmai.files.services.books import make_book_picture, read_book
from wenmai.files.services.owners import (
    allowed,
    opened,
    register_claims,
    register_gate,
    register_listener,
    register_pool,
    suits_minors,
)
from wenmai.files.services.photos import PHOTO_LIMIT, store_photo
from wenmai.files.services.pictures import make_picture, make_pictures
from wenmai.files.services.stills import seek_stills
from wenmai.files.services.storing import store
from wenmai.files.services.sweeping import remove_orphans, remove_strays

__all__ = [
    "PHOTO_LIMIT",
    "allowed",
    "make_book_picture",
    "make_picture",
    "make_pictures",
    "opened",
    "read_book",
    "register_claims",
    "register_gate",
    "register_listener",
    "register_pool",
    "remove_orphans",
    "remove_strays",
    "seek_stills",
    "store",
    "store_photo",
    "suits_minors",
]
