"""Counts. Days before the watermark come from the daily counts, what came since from the entries: always up to date.

Robots, staff and pages fetched ahead are never in a count. Days are days of the node's time zone.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection

from wenmai.lib.upkeep import Finding

Counts = dict[str, int]
"""Kind -> how often."""

BEGINNING = dt.date(2000, 1, 1)


class Top(NamedTuple):
    subject_kind: str
    subject_key: str
    uses: int


class Day(NamedTuple):
    day: dt.date
    kind: str
    uses: int


_ROLLED = "(SELECT COALESCE(max(rolled_until), '-infinity') FROM usage_watermark)"


def counts(subject_kind: str, keys: Sequence[str | int], since: dt.date = BEGINNING) -> dict[str, Counts]:
    """Key -> kind -> how often since that day; a key that was never used has no kinds."""
    asked = [str(key) for key in keys]
    found: dict[str, Counts] = {key: {} for key in asked}
    narrow = "subject_kind = %(subject_kind)s AND subject_key = ANY(%(keys)s)"
    for key, kind, uses in _rows(
        _SUBJECTS, "subject_key, kind", narrow, "", since, subject_kind=subject_kind, keys=asked
    ):
        found[key][kind] = uses
    return found


def totals(organisation_ids: Sequence[int], since: dt.date = BEGINNING) -> dict[int, Counts]:
    """Organisation -> kind -> how often its subjects were used since that day."""
    found: dict[int, Counts] = {number: {} for number in organisation_ids}
    wanted = list(organisation_ids)
    for number, kind, uses in _rows(
        _ORGANISATIONS, "organisation_id, kind", _OF_THESE, "", since, organisations=wanted
    ):
        found[number][kind] = uses
    return found


def by_day(organisation_ids: Sequence[int], since: dt.date) -> list[Day]:
    """Per day and kind, oldest first; days without uses are left out."""
    wanted = list(organisation_ids)
    rows = _rows(_ORGANISATIONS, "day, kind", _OF_THESE, "ORDER BY 1, 2", since, organisations=wanted)
    return [Day(*row) for row in rows]


def top(
    kind: str, since: dt.date = BEGINNING, limit: int = 10, organisation_ids: Sequence[int] | None = None
) -> list[Top]:
    """The most used subjects of a kind of use, most used first; at most 100; of all organisations or of some.

    Reads every daily count since that day: for reports, or behind a cache.
    """
    narrow = "kind = %(kind)s" + ("" if organisation_ids is None else f" AND {_OF_THESE}")
    rows = _rows(
        _SUBJECTS,
        "subject_kind, subject_key",
        narrow,
        "ORDER BY 3 DESC, 2 LIMIT %(limit)s",
        since,
        kind=kind,
        organisations=list(organisation_ids or ()),
        limit=min(limit, 100),
    )
    return [Top(*row) for row in rows]


_SUBJECTS, _ORGANISATIONS = "usage_dailycount", "usage_dailytotal"
_OF_THESE = "organisation_id = ANY(%(organisations)s)"


def _rows(table: str, columns: str, narrow: str, end: str, since: dt.date, **values: Any) -> list[tuple[Any, ...]]:
    """The columns with the sum of uses: from the table up to the watermark, from the entries after it."""
    values |= {"since": since, "start": start_of(since), "zone": settings.TIME_ZONE}
    sql = f"""
        SELECT {columns}, sum(uses)::bigint FROM (
          SELECT {columns}, count AS uses FROM {table} WHERE day >= %(since)s AND count > 0 AND {narrow}
          UNION ALL
          SELECT {columns}, 1 FROM (SELECT *, (at AT TIME ZONE %(zone)s)::date AS day FROM usage_entry) entry
          WHERE at >= %(start)s AND at >= {_ROLLED} AND counted AND {narrow}
        ) uses GROUP BY {columns} {end}
    """
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def day_of(moment: dt.datetime) -> dt.date:
    return moment.astimezone(ZoneInfo(settings.TIME_ZONE)).date()


def start_of(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), ZoneInfo(settings.TIME_ZONE))


_DIFFERING = f"""
SELECT DISTINCT COALESCE(e.day, d.day) FROM (
  SELECT (at AT TIME ZONE %s)::date AS day, kind, subject_kind, subject_key,
    COALESCE(organisation_id, 0) AS organisation,
    count(*) FILTER (WHERE counted) AS count, count(*) FILTER (WHERE NOT counted) AS robot_count
  FROM usage_entry WHERE at < {_ROLLED} GROUP BY 1, 2, 3, 4, 5
) e FULL JOIN (
  SELECT day, kind, subject_kind, subject_key, COALESCE(organisation_id, 0) AS organisation, count, robot_count
  FROM usage_dailycount
) d USING (day, kind, subject_kind, subject_key, organisation)
WHERE (e.count, e.robot_count) IS DISTINCT FROM (d.count, d.robot_count) ORDER BY 1
"""


def days_that_differ() -> list[dt.date]:
    """Days whose counts are not what their entries come to."""
    with connection.cursor() as cursor:
        cursor.execute(_DIFFERING, [settings.TIME_ZONE])
        return [day for (day,) in cursor.fetchall()]


def findings() -> Iterator[Finding]:
    """For `wenmai check`: the daily counts are what the entries come to; every entry has a partition of its month."""
    days = days_that_differ()
    yield Finding(not days, f"{len(days)} days whose counts differ from their entries")
    wrong = totals_that_differ()
    yield Finding(wrong == 0, f"{wrong} daily totals of organisations that differ from the daily counts")
    stray = _stray()
    yield Finding(stray == 0, f"{stray} entries outside the partitions of the months")


def totals_that_differ() -> int:
    """How many totals of organisations are not what their daily counts add up to."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM (SELECT day, kind, organisation_id, sum(count) AS count FROM usage_dailycount"
            " WHERE organisation_id IS NOT NULL GROUP BY 1, 2, 3) d FULL JOIN usage_dailytotal t"
            " USING (day, kind, organisation_id) WHERE d.count IS DISTINCT FROM t.count"
        )
        return int(cursor.fetchone()[0])


def gauges() -> Iterator[tuple[str, float]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT COALESCE(EXTRACT(EPOCH FROM now() - max(rolled_until)), 0) FROM usage_watermark")
        yield "wenmai_usage_seconds_not_rolled_up", float(cursor.fetchone()[0])
    yield "wenmai_usage_stray_entries", float(_stray())


def _stray() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM usage_entry_default")
        return int(cursor.fetchone()[0])
