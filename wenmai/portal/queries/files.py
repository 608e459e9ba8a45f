"""Attached files as they are shown: pictures, players, documents."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from wenmai.files import queries as files
from wenmai.portal.queries.readings import Set
from wenmai.portal.queries.words import term
from wenmai.portal.values import Link, Picture, Spoken, Track

if TYPE_CHECKING:
    from wenmai.catalogue.models import Attachment


READ = ("image", "pdf", "ebook", "captions")
LINES_SHOWN = 120
"""Captions that stand on the record's own page; the rest has a page of its own."""


def pictures(attachments: Sequence["Attachment"], asked: str = "") -> list[Picture]:
    """In their order; captions stand with what they belong to, those in the language `asked` first."""
    found = files.objects_by_id([one.object_id for one in attachments])
    there = [one for one in attachments if one.object_id in found]
    tracks: dict[int, list[Track]] = {}
    for one in there:
        if one.captions_of_id:
            tracks.setdefault(one.captions_of_id, []).append(_track(found[one.object_id], one))
    whole = [one for one in there if not one.captions_of_id]
    return [_picture(found[one.object_id], one, _chosen(tracks.get(one.pk, []), asked)) for one in whole]


def transcript(attachments: Sequence["Attachment"], attachment_id: int) -> Picture | None:
    """Captions as a file of their own, to be read."""
    one = next((one for one in attachments if one.pk == attachment_id and one.captions_of_id), None)
    found = files.objects_by_id([one.object_id]) if one else {}
    if one is None or one.object_id not in found:
        return None
    picture = _picture(found[one.object_id], one, [])
    return picture._replace(label=_("文字记录：%(language)s") % {"language": term("language", one.language)})


def _track(stored: files.FileView, one: "Attachment") -> Track:
    lines = [Spoken(cue.clock, cue.text) for cue in files.captions(stored.hash)]
    more = reverse("portal:read", args=[one.record_id, one.pk]) if len(lines) > LINES_SHOWN else ""
    return Track(stored.url, one.language, term("language", one.language), lines[:LINES_SHOWN], more)


def languages(shown: Sequence[Picture]) -> set[str]:
    return {track.language for one in shown for track in one.captions}


def spoken(shown: Sequence[Picture], asked: Set, url: str) -> list[Link]:
    """The languages of the captions of the first file, where there is a choice; the first track is current."""
    tracks = shown[0].captions if shown else ()
    return [
        Link(one.label, asked._replace(captions=one.language).address(url), one.default)
        for one in sorted(tracks, key=lambda track: track.language)
        if len(tracks) > 1
    ]


def _chosen(tracks: Sequence[Track], asked: str) -> list[Track]:
    """One is on from the start and stands first: in the language asked for, else the reader's, else the first."""
    here = (get_language() or "zh")[:2]
    ranks = [0 if one.language == asked else 1 if one.language[:2] == here else 2 for one in tracks]
    at = ranks.index(min(ranks)) if ranks else 0
    first = [one._replace(default=True) for one in tracks[at : at + 1]]
    return first + [one for place, one in enumerate(tracks) if place != at]


def _picture(stored: files.FileView, one: "Attachment", tracks: Sequence[Track]) -> Picture:
    label = one.label
    read = reverse("portal:read", args=[one.record_id, one.pk]) if stored.kind in READ else ""
    return Picture(
        kind=stored.kind,
        url=stored.url,
        label=label or stored.name,
        media_type=stored.media_type,
        size=filesizeformat(stored.size),
        thumbnail=stored.picture,
        width=stored.width,
        height=stored.height,
        duration=duration(stored.duration_ms),
        pages=stored.pages,
        read_url=read,
        bytes=stored.size,
        duration_ms=stored.duration_ms,
        captions=tracks,
    )


def duration(milliseconds: int) -> str:
    """1 分 12 秒; nothing for an unknown one."""
    if not milliseconds:
        return ""
    minutes, seconds = divmod(max(1, round(milliseconds / 1000)), 60)
    words = {"minutes": minutes, "seconds": seconds}
    return _("%(minutes)d 分 %(seconds)d 秒") % words if minutes else _("%(seconds)d 秒") % words
