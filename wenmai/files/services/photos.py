"""Taking in photos that people took: as they look, without what their telephones wrote beside them."""

import datetime as dt
import io

from wenmai.files.models import StoredObject
from wenmai.files.rules.bare import bare
from wenmai.files.services.storing import Readable, store
from wenmai.lib.access import Actor
from wenmai.lib.refusal import Refused

PHOTO_LIMIT = 40_000_000
"""Bytes of one photo. Ours."""


def store_photo(stream: Readable, *, name: str = "", actor: Actor, now: dt.datetime) -> StoredObject:
    """JPEG, PNG or WebP; where it was taken does not reach the disk. Refused: photo_large (detail: megabytes),
    photo_kind, damaged, and as `store`."""
    whole = stream.read(PHOTO_LIMIT + 1)
    if len(whole) > PHOTO_LIMIT:
        raise Refused("photo_large", str(PHOTO_LIMIT // 1_000_000))
    return store(io.BytesIO(bare(whole)), limit=PHOTO_LIMIT, name=name, actor=actor, now=now)
