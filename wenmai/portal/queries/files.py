"""Attached files as they are shown: pictures, players, documents."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.translation import gettext as _

from wenmai.files import queries as files
from wenmai.portal.values import Picture

if TYPE_CHECKING:
    from wenmai.catalogue.models import Attachment


READ = ("image", "pdf", "ebook")


def pictures(attachments: Sequence["Attachment"]) -> list[Picture]:
    found = files.objects_by_id([one.object_id for one in attachments])
    return [_picture(found[one.object_id], one) for one in attachments if one.object_id in found]


def _picture(stored: files.FileView, one: "Attachment") -> Picture:
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
    )


def duration(milliseconds: int) -> str:
    """1 分 12 秒; nothing for an unknown one."""
    if not milliseconds:
        return ""
    minutes, seconds = divmod(max(1, round(milliseconds / 1000)), 60)
    words = {"minutes": minutes, "seconds": seconds}
    return _("%(minutes)d 分 %(seconds)d 秒") % words if minutes else _("%(seconds)d 秒") % words
