"""Thumbnails, made once."""

from pathlib import Path

from wenmai.files import disk, queries, sandbox
from wenmai.files.rules.kinds import WIDTHS


def make_picture(hash: str, media_type: str, width: int) -> Path:
    """The thumbnail's file, made now if it is not there: the same bytes each time. Refused as by the decoder.

    Two that ask at once both get the same file; the decoder's place is per object, so that rarely both make it.
    """
    path = disk.picture_path(hash, width)
    if not path.is_file():
        _answer, picture = sandbox.decode(disk.object_path(hash), hash, media_type, str(width))
        with disk.incoming() as file:
            file.write(picture)
            disk.place(file, path)
    return path


def make_pictures(*, hash: str) -> None:
    """All widths; nothing for an object that has gone in the meantime."""
    stored = queries.find(hash)
    for width in WIDTHS if stored and stored.has_picture else ():
        assert stored is not None
        make_picture(hash, stored.media_type, width)
