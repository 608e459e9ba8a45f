"""Attached files as they are shown: pictures, players, documents."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from wenmai.files import queries as files
from wenmai.portal.queries.words import term
from wenmai.portal.values import Picture, Spoken, Track

if TYPE_CHECKING:
    from wenmai.catalogue.models import Attachment


READ = ("image", "pdf", "ebook", "captions")
LINES_SHOWN = 120
"""Captions that stand on the record's own page; the rest has a page of its own."""


def pictures(attachments: Sequence["Attachment"]) -> list[Picture]:
    """In their order; captions stand with what they belong to."""
    found = files.objects_by_id([one.object_id for one in attachments])
    there = [one for one in attachments if one.object_id in found]
    tracks: dict[int, list[Track]] = {}
    for one in there:
        if one.captions_of_id:
            tracks.setdefault(one.captions_of_id, []).append(_track(found[one.object_id], one))
    whole = [one for one in there if not one.captions_of_id]
    return [_picture(found[one.object_id], one, _chosen(tracks.get(one.pk, []))) for one in whole]


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


def _chosen(tracks: Sequence[Track]) -> list[Track]:
    """One is on from the start: the first in the reader's language, else the first."""
    here = (get_language() or "zh")[:2]
    at = next((at for at, one in enumerate(tracks) if one.language[:2] == here), 0)
    return [one._replace(default=place == at) for place, one in enumerate(tracks)]


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
