"""Records in the order of their change, for those who harvest us: nothing is skipped while others write."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from django.db import connection

from wenmai.formats.values import Elements, unpack


@dataclass(frozen=True, slots=True)
class Told:
    """One record as a harvester sees it; `elements` is None when it is deleted or withdrawn."""

    id: int
    identifier: str
    changed_at: dt.datetime
    organisation_id: int
    feed_id: int
    type: str
    elements: Elements | None


_SELECT = """
SELECT r.id, coalesce(r.identifier, ''), r.changed_at, f.organisation_id, r.feed_id, r.type,
  CASE WHEN r.visible THEN v.elements::text END
FROM catalogue_record r
JOIN catalogue_feed f ON f.id = r.feed_id
JOIN catalogue_recordversion v ON v.record_id = r.id AND v.number = r.shown_version
WHERE r.shown_version IS NOT NULL"""


def told(
    *,
    after: tuple[dt.datetime, int] | None,
    since: dt.datetime | None,
    until: dt.datetime,
    limit: int,
    feed_ids: Sequence[int] | None = None,
    type_code: str = "",
) -> list[Told]:
    """The next records that ever were public, by (changed_at, id), changed from `since` up to and including `until`.

    A reader who keeps the last pair and asks again gets each record at least once, however many are changed meanwhile:
    a changed one moves to the end.
    """
    sql, parameters = _SELECT + " AND r.changed_at <= %s", list[Any]([until])
    if after is not None:
        sql, parameters = sql + " AND (r.changed_at, r.id) > (%s, %s)", [*parameters, *after]
    elif since is not None:
        sql, parameters = sql + " AND r.changed_at >= %s", [*parameters, since]
    if feed_ids is not None:
        sql, parameters = sql + " AND r.feed_id = ANY(%s)", [*parameters, list(feed_ids)]
    if type_code:
        sql, parameters = sql + " AND r.type = %s", [*parameters, type_code]
    with connection.cursor() as cursor:
        cursor.execute(sql + " ORDER BY r.changed_at, r.id LIMIT %s", [*parameters, limit])
        return [_told(row) for row in cursor.fetchall()]


def tell(record_id: int) -> Told | None:
    """One record that ever was public."""
    with connection.cursor() as cursor:
        cursor.execute(_SELECT + " AND r.id = %s", [record_id])
        row = cursor.fetchone()
    return _told(row) if row else None


def _told(row: tuple[Any, ...]) -> Told:
    record_id, identifier, changed_at, organisation_id, feed_id, type_code, packed = row
    elements = None if packed is None else unpack(orjson.loads(packed))
    return Told(record_id, identifier, changed_at, organisation_id, feed_id, type_code, elements)


def earliest() -> dt.datetime | None:
    """The moment of the oldest change that a harvester can be told of."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT min(changed_at) FROM catalogue_record WHERE shown_version IS NOT NULL")
        row = cursor.fetchone()
    return row[0] if row else None


def safe_moment(now: dt.datetime) -> dt.datetime:
    """The latest moment of which everything is told, at most `now`: no transaction that still writes began before it.

    A change carries the database's time at which it was made (`services.locks.take_turn`), after its transaction was
    given a number: one that has none as this statement begins will carry a later time.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT least(%s, statement_timestamp(), min(xact_start)) FROM pg_stat_activity"
            " WHERE datname = current_database() AND backend_xid IS NOT NULL AND pid <> pg_backend_pid()",
            [now],
        )
        row = cursor.fetchone()
    assert row is not None
    moment: dt.datetime = row[0]
    return moment
