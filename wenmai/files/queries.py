"""What is stored."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from wenmai.files import disk
from wenmai.files.models import StoredObject
from wenmai.files.rules.captions import Cue, read
from wenmai.files.rules.kinds import FILMS, STILLS, TYPES, WIDTHS


class FileView(NamedTuple):
    """A stored object as pages show it. `kind`: image, audio, video, pdf, ebook, captions.

    `thumbnail` is "" without one. Sizes in pixels and bytes, 0 when unknown.
    """

    id: int
    hash: str
    kind: str
    media_type: str
    name: str
    size: int
    width: int
    height: int
    duration_ms: int
    pages: int
    url: str
    thumbnail: str
    picture: str


def objects(hashes: Iterable[str]) -> dict[str, FileView]:
    """By hash; unknown ones are left out."""
    return {one.hash: _view(one) for one in StoredObject.objects.filter(hash__in=list(hashes))}


def objects_by_id(ids: Iterable[int]) -> dict[int, FileView]:
    return {one.id: _view(one) for one in StoredObject.objects.filter(id__in=list(ids))}


def find(hash: str) -> StoredObject | None:
    return StoredObject.objects.filter(hash=hash).first()


def older_than(moment: dt.datetime, after: int, count: int) -> list[int]:
    """Ids of objects last handed in before the moment, in order, behind `after`."""
    rows = StoredObject.objects.filter(stored_at__lt=moment, id__gt=after).order_by("id")
    return list(rows.values_list("id", flat=True)[:count])


def films_without_stills(after: int, count: int) -> list[StoredObject]:
    """Films in which no still was looked for as it is done now, in order, behind the id `after`."""
    rows = StoredObject.objects.filter(
        media_type__in=FILMS, has_picture=False, stills_sought__lt=STILLS, id__gt=after
    ).order_by("id")
    return list(rows[:count])


def known(hashes: Sequence[str]) -> set[str]:
    return set(StoredObject.objects.filter(hash__in=hashes).values_list("hash", flat=True))


def captions(hash: str) -> list[Cue]:
    """The cues of stored captions; none where the file has gone."""
    try:
        return read(disk.object_path(hash).read_bytes())
    except FileNotFoundError:
        return []


def _view(one: StoredObject) -> FileView:
    url = f"/files/{one.hash}"
    small, large = (f"{url}/{width}.webp" if one.has_picture else "" for width in WIDTHS)
    return FileView(
        id=one.id,
        hash=one.hash,
        kind=TYPES[one.media_type].kind,
        media_type=one.media_type,
        name=one.name,
        size=one.size,
        width=one.width or 0,
        height=one.height or 0,
        duration_ms=one.duration_ms or 0,
        pages=one.pages or 0,
        url=url,
        thumbnail=small,
        picture=large,
    )
