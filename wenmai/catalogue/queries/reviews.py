"""What waits for a reviewer."""

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import orjson
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

from wenmai.catalogue import rules
from wenmai.catalogue.models import Attachment
from wenmai.formats.values import Elements, unpack
from wenmai.institutions import queries as institutions
from wenmai.lib.access import Actor, Scope
from wenmai.lib.waiting import Waits
from wenmai.lib.waiting import count as counted
from wenmai.review import queries as review

if TYPE_CHECKING:
    Owners = Sequence[int] | QuerySet[Any, int]
    """Organisations by their numbers: as they are, or as a question about them."""


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
  s.elements::text
FROM catalogue_record r JOIN catalogue_feed f ON f.id = r.feed_id
JOIN catalogue_recordversion v ON v.record_id = r.id AND v.number = r.version
LEFT JOIN catalogue_recordversion s ON s.record_id = r.id AND s.number = r.shown_version
WHERE {_WAITS} AND f.organisation_id {{among}} AND r.id > %s ORDER BY r.id LIMIT %s"""

_COUNTS = f"""
SELECT f.organisation_id, count(*), sum(count(*)) OVER () FROM (
  SELECT r.feed_id FROM catalogue_record r WHERE {_WAITS}
  UNION ALL
  SELECT r.feed_id FROM catalogue_attachment a JOIN catalogue_record r ON r.id = a.record_id
  WHERE NOT a.shown AND r.deleted_at IS NULL
) w JOIN catalogue_feed f ON f.id = w.feed_id WHERE f.organisation_id {{among}}
GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT %s"""


class Queue(NamedTuple):
    """How many versions and files wait for a reviewer, and where most do: organisation -> how many."""

    total: int
    most: dict[int, int]


def waiting(organisation_ids: "Owners", *, after: int = 0, limit: int = 50) -> list[Waiting]:
    """The versions of these organisations' records that nobody has approved, oldest record first."""
    with connection.cursor() as cursor:
        among, asked = _among(organisation_ids)
        cursor.execute(_WAITING.format(among=among), [*asked, after, limit])
        rows = cursor.fetchall()
    refused = review.came_back(rules.REVIEWED, [str(row[0]) for row in rows])
    return [_waiting(row, refused.get(str(row[0]))) for row in rows]


def _waiting(row: tuple[Any, ...], no: tuple[bytes, str] | None) -> Waiting:
    record_id, title, feed_id, feed_name, organisation_id, number, content_hash, at, latest, shown = row
    refused = no[1] if no is not None and no[0] == bytes(content_hash) else ""
    return Waiting(
        record_id, title, feed_id, feed_name, organisation_id, number, bytes(content_hash), at,
        unpack(orjson.loads(latest)), None if shown is None else unpack(orjson.loads(shown)), refused,
    )  # fmt: skip


def waiting_files(organisation_ids: "Owners", limit: int = 100) -> list[Attachment]:
    """The files of these organisations' records that nobody has approved, oldest first."""
    waits = Attachment.objects.filter(shown=False, record__deleted_at=None)
    ours = waits.filter(record__feed__organisation_id__in=organisation_ids)
    return list(ours.select_related("object", "record__feed", "captions_of").order_by("id")[:limit])


def organisations_of_files(ids: Sequence[int]) -> dict[int, int]:
    """Attachment -> organisation, of those that wait."""
    waits = Attachment.objects.filter(pk__in=list(ids), shown=False)
    return dict(waits.values_list("pk", "record__feed__organisation_id"))


def waiting_count(organisation_ids: "Owners") -> int:
    """How many versions and files wait for a reviewer."""
    return queue(organisation_ids, 1).total


def head(scope: Scope, actor: Actor) -> Waits:
    """How many files wait for a reviewer in the scope, as far as anybody counts; records wait in the review."""
    waits = Attachment.objects.filter(shown=False, record__deleted_at=None)
    return counted(waits.filter(record__feed__organisation_id__in=institutions.ids_within(scope)))


def review_of(record_id: int) -> int | None:
    """The case that is open of it, if any."""
    found = review.open_cases(rules.REVIEWED, [str(record_id)]).get(str(record_id))
    return found[0] if found else None


def queue(organisation_ids: "Owners", limit: int) -> Queue:
    """What waits for a reviewer at these organisations, with those where most does."""
    among, asked = _among(organisation_ids)
    with connection.cursor() as cursor:
        cursor.execute(_COUNTS.format(among=among), [*asked, limit])
        rows = cursor.fetchall()
    return Queue(int(rows[0][2]) if rows else 0, {row[0]: row[1] for row in rows})


def _among(organisation_ids: "Owners") -> tuple[str, list[Any]]:
    """The rest of a condition on an organisation, as SQL with its values."""
    if not isinstance(organisation_ids, QuerySet):
        return "= ANY(%s)", [list(organisation_ids)]
    try:
        sql, asked = organisation_ids.query.sql_with_params()
    except EmptyResultSet:  # a scope that reaches nothing
        return "= ANY(%s)", [[]]
    return f"IN ({sql})", list(asked)
