"""Records in the order of their change, for those who harvest us: nothing is skipped while others write."""

import datetime as dt
from collections.abc import Sequence
from typing import Any, NamedTuple

import orjson
from django.conf import settings
from django.db import connection

from wenmai.formats.values import Elements, Naming, Value, unpack


class Told(NamedTuple):
    """One record as a harvester sees it. `changed` is microseconds since 1970; `grade` such as 3B, by the profile
    version `graded_by`; `packed` is the JSON of its elements, None when it is deleted or withdrawn."""

    id: int
    identifier: str
    changed: int
    organisation_id: int
    type: str
    grade: str
    graded_by: str
    packed: str | None

    @property
    def elements(self) -> Elements:
        """Without the keys by which it names others in its source: they lead nowhere outside (`with_wholes`)."""
        elements = unpack(orjson.loads(self.packed)) if self.packed is not None else {}
        return {name: values for name, values in elements.items() if name not in _KEYS}

    @property
    def naming(self) -> Naming:
        """Its address is that of its persistent name, where it has one."""
        return Naming(str(self.id), self.identifier, _address(self.id, self.identifier), self.grade, self.graded_by)


_KEYS = {"whole_key", "part_key"}
_WHOLES = """
SELECT p.part_id, w.id, coalesce(w.identifier, '') FROM catalogue_part p JOIN catalogue_record w ON w.id = p.whole_id
WHERE p.part_id = ANY(%s) AND w.visible ORDER BY p.part_id, w.id"""


def _address(record_id: int, identifier: str) -> str:
    return f"{settings.BASE_URL}/{f'id/{identifier}' if identifier else f'records/{record_id}'}"


def with_wholes(page: Sequence[Told]) -> list[Elements]:
    """Their elements, and as `whole` the addresses of the visible records that they are parts of. A whole does not list
    its parts, which may be tens of thousands: each of them names it."""
    found: dict[int, list[Value]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_WHOLES, [[one.id for one in page]])
        for part_id, whole_id, identifier in cursor.fetchall():
            found.setdefault(part_id, []).append(Value(_address(whole_id, identifier), ""))
    return [{**one.elements, **({"whole": found[one.id]} if one.id in found else {})} for one in page]


_SELECT = """
SELECT r.id, coalesce(r.identifier, ''), (extract(epoch FROM r.changed_at) * 1000000)::bigint, f.organisation_id,
  r.type, r.content_tier || r.metadata_tier, r.graded_by, CASE WHEN r.visible THEN v.elements::text END
FROM catalogue_record r
JOIN catalogue_feed f ON f.id = r.feed_id
JOIN catalogue_recordversion v ON v.record_id = r.id AND v.number = r.shown_version
WHERE r.shown_version IS NOT NULL"""

_EPOCH = dt.datetime.fromtimestamp(0, dt.UTC)
_told = Told._make


def told(
    *,
    after: tuple[int, int] | None,
    since: dt.datetime | None,
    until: dt.datetime,
    limit: int,
    feed_ids: Sequence[int] | None = None,
    type_code: str = "",
) -> list[Told]:
    """The next records that ever were public, by (changed, id), changed from `since` up to and including `until`.

    A reader who keeps the last pair and asks again gets each record at least once, however many are changed meanwhile:
    a changed one moves to the end.
    """
    sql, parameters = _SELECT + " AND r.changed_at <= %s", list[Any]([until])
    if after is not None:
        sql, parameters = sql + " AND (r.changed_at, r.id) > (%s, %s)", [*parameters, _moment(after[0]), after[1]]
    elif since is not None:
        sql, parameters = sql + " AND r.changed_at >= %s", [*parameters, since]
    if feed_ids is not None:
        sql, parameters = sql + " AND r.feed_id = ANY(%s)", [*parameters, list(feed_ids)]
    if type_code:
        sql, parameters = sql + " AND r.type = %s", [*parameters, type_code]
    with connection.cursor() as cursor:
        cursor.execute(sql + " ORDER BY r.changed_at, r.id LIMIT %s", [*parameters, limit])
        return list(map(_told, cursor.fetchall()))


def tell(record_id: int) -> Told | None:
    """One record that ever was public."""
    with connection.cursor() as cursor:
        cursor.execute(_SELECT + " AND r.id = %s", [record_id])
        row = cursor.fetchone()
    return _told(row) if row else None


def _moment(changed: int) -> dt.datetime:
    return _EPOCH + dt.timedelta(microseconds=changed)


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

    Autovacuum changes no record, yet it has a number for as long as it waits to give free pages back (up to five
    seconds, with a start minutes ago on a large table): it is not waited for.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT least(%s, statement_timestamp(), min(xact_start)) FROM pg_stat_activity"
            " WHERE datname = current_database() AND backend_xid IS NOT NULL AND pid <> pg_backend_pid()"
            " AND backend_type <> 'autovacuum worker'",
            [now],
        )
        row = cursor.fetchone()
    assert row is not None
    moment: dt.datetime = row[0]
    return moment
