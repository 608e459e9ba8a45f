"""What waits for a reviewer."""

import datetime as dt
from collections.abc import Sequence
from typing import Any, NamedTuple

import orjson
from django.db import connection

from wenmai.catalogue.models import Attachment
from wenmai.formats.values import Elements, unpack


class Waiting(NamedTuple):
    """A version that waits. `shown` is the record as the public sees it now, if it does; `refused` why this version
    was refused, if it was: it waits until its institution sends another."""

    id: int
    title: str
    feed_id: int
    feed_name: str
    organisation_id: int
    number: int
    content_hash: bytes
    at: dt.datetime
    elements: Elements
    shown: Elements | None
    refused: str


_WAITS = "r.deleted_at IS NULL AND r.state <> 'withdrawn' AND (r.shown_version IS NULL OR r.shown_version <> r.version)"
_WAITING = f"""
SELECT r.id, r.title, f.id, f.name, f.organisation_id, v.number, v.content_hash, v.created_at, v.elements::text,
  s.elements::text, coalesce((SELECT d.opinion FROM catalogue_decision d
    WHERE d.record_id = r.id AND d.number = v.number AND NOT d.approved ORDER BY d.at DESC LIMIT 1), '')
FROM catalogue_record r JOIN catalogue_feed f ON f.id = r.feed_id
JOIN catalogue_recordversion v ON v.record_id = r.id AND v.number = r.version
LEFT JOIN catalogue_recordversion s ON s.record_id = r.id AND s.number = r.shown_version
WHERE {_WAITS} AND f.organisation_id = ANY(%s) AND r.id > %s ORDER BY r.id LIMIT %s"""

_COUNTS = f"""
SELECT f.organisation_id, count(*) FROM (
  SELECT r.feed_id FROM catalogue_record r WHERE {_WAITS}
  UNION ALL
  SELECT r.feed_id FROM catalogue_attachment a JOIN catalogue_record r ON r.id = a.record_id
  WHERE NOT a.shown AND r.deleted_at IS NULL
) w JOIN catalogue_feed f ON f.id = w.feed_id WHERE f.organisation_id = ANY(%s) GROUP BY 1"""


def waiting(organisation_ids: list[int], *, after: int = 0, limit: int = 50) -> list[Waiting]:
    """The versions of these organisations' records that nobody has approved, oldest record first."""
    with connection.cursor() as cursor:
        cursor.execute(_WAITING, [organisation_ids, after, limit])
        return [_waiting(row) for row in cursor.fetchall()]


def _waiting(row: tuple[Any, ...]) -> Waiting:
    record_id, title, feed_id, feed_name, organisation_id, number, content_hash, at, latest, shown, refused = row
    return Waiting(
        record_id, title, feed_id, feed_name, organisation_id, number, bytes(content_hash), at,
        unpack(orjson.loads(latest)), None if shown is None else unpack(orjson.loads(shown)), refused,
    )  # fmt: skip


def waiting_files(organisation_ids: list[int], limit: int = 100) -> list[Attachment]:
    """The files of these organisations' records that nobody has approved, oldest first."""
    waits = Attachment.objects.filter(shown=False, record__deleted_at=None)
    ours = waits.filter(record__feed__organisation_id__in=organisation_ids)
    return list(ours.select_related("object", "record__feed", "captions_of").order_by("id")[:limit])


def organisations_of_files(ids: Sequence[int]) -> dict[int, int]:
    """Attachment -> organisation, of those that wait."""
    waits = Attachment.objects.filter(pk__in=list(ids), shown=False)
    return dict(waits.values_list("pk", "record__feed__organisation_id"))


def waiting_count(organisation_ids: list[int]) -> int:
    """How many versions and files wait for a reviewer."""
    return sum(waiting_by_organisation(organisation_ids).values())


def waiting_by_organisation(organisation_ids: list[int]) -> dict[int, int]:
    """How many versions and files wait for a reviewer, of each of these organisations that has any."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNTS, [organisation_ids])
        return dict(cursor.fetchall())
