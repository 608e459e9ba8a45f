"""What a record's page tells search engines."""

from collections.abc import Iterable, Sequence

from django.conf import settings
from django.urls import reverse

from wenmai.catalogue import queries as catalogue
from wenmai.portal import rules
from wenmai.portal.values import Picture


def structured(found: catalogue.RecordPage, cited: rules.Source, licence: str, files: Sequence[Picture]) -> str:
    base = settings.BASE_URL
    around = rules.Context(
        licence=licence,
        provider_url=base + reverse("portal:institution", args=[found.organisation_id]),
        arrived=found.arrived_at.isoformat(timespec="seconds"),
        site=settings.SITE_NAME,
        site_url=base + reverse("portal:home"),
        files=[_file(one) for one in files],
        wholes=_addresses(found.wholes),
        parts=_addresses(found.parts),
    )
    return rules.json_ld(cited, around)


def _file(one: Picture) -> rules.File:
    base = settings.BASE_URL
    return rules.File(
        kind=one.kind,
        url=base + one.url,
        media_type=one.media_type,
        size=one.bytes,
        width=one.width,
        height=one.height,
        duration_ms=one.duration_ms,
        thumbnail=base + one.thumbnail if one.thumbnail else "",
        captions=[(base + track.url, track.language) for track in one.captions],
        transcript=" ".join(line.text for track in one.captions[:1] for line in track.lines),
    )


def _addresses(related: Iterable[catalogue.Related]) -> list[tuple[str, str]]:
    return [(address(one.id, one.identifier), one.title) for one in related]


def address(record_id: int, identifier: str) -> str:
    """The permanent address of a record, at this node."""
    return settings.BASE_URL + (f"/id/{identifier}" if identifier else reverse("portal:record", args=[record_id]))
