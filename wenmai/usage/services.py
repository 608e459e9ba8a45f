"""Noting uses, and making daily counts from them."""

import datetime as dt
import logging
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.db import Error, connection, transaction

from wenmai.usage import queries, rules

LAG = dt.timedelta(minutes=1)
"""Entries younger than this are not rolled up yet: one that was noted earlier may be committed later."""
OVERLAP = dt.timedelta(hours=1)
"""How far each roll-up looks back again, for entries that were committed later still."""
MONTHS_AHEAD = 3

logger = logging.getLogger(__name__)

_NOTE = """
INSERT INTO usage_entry (at, kind, subject_kind, subject_key, organisation_id, counted)
SELECT %s, %s, %s, %s, %s, %s
"""
# The setting holds for the transaction that this one statement is: the page does not wait for the disk. A crash of the
# server may lose the uses of its last half second, never another module's data. Within a caller's transaction the
# statement must not touch the setting: it would weaken the caller's promise.
_NOTE_ALONE = _NOTE + "FROM set_config('synchronous_commit', 'off', true)"


def note(
    *,
    kind: str,
    subject_kind: str,
    subject_key: str | int,
    organisation_id: int | None,
    now: dt.datetime,
    counted: bool = True,
) -> None:
    """One use. `counted` comes from `rules.counted(…)`: robots and staff are kept apart, not dropped.

    When the database cannot take it, the page goes on and the log says so. Refused: unknown_kind, bad_subject.
    """
    key = str(subject_key)
    rules.check(kind, subject_kind, key)
    values: list[Any] = [now, kind, subject_kind, key, organisation_id, counted]
    if connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute(_NOTE, values)
        return
    try:
        with connection.cursor() as cursor:
            cursor.execute(_NOTE_ALONE, values)
    except Error:
        logger.warning("a use of %s %s was not noted", subject_kind, key, exc_info=True)


def note_search(*, total: int, now: dt.datetime, counted: bool = True) -> None:
    """A search with so many hits; its words and its length are not kept."""
    note(
        kind="search.query",
        subject_kind="hits",
        subject_key=rules.hits_band(total),
        organisation_id=None,
        now=now,
        counted=counted,
    )


@transaction.atomic
def advance(*, now: dt.datetime) -> int:
    """Rolls up what came since the last time (and the hour before it); returns how many daily counts changed."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO usage_watermark (id, rolled_until) SELECT 1, COALESCE(min(at), %s) FROM usage_entry"
            " ON CONFLICT DO NOTHING",
            [now],
        )
        cursor.execute("SELECT rolled_until FROM usage_watermark FOR UPDATE")
        before: dt.datetime = cursor.fetchone()[0]
        until = max(before, now - LAG)
        cursor.execute("UPDATE usage_watermark SET rolled_until = %s", [until])
    return _roll_up(queries.day_of(before - OVERLAP), queries.day_of(until))


@transaction.atomic
def roll_up(*, day: dt.date) -> int:
    """Makes the counts of one day again from its entries, as far as they are rolled up; returns how many changed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT FROM usage_watermark FOR UPDATE")
    return _roll_up(day, day)


_ROLL_UP = """
WITH fresh AS (
  SELECT (at AT TIME ZONE %(zone)s)::date AS day, kind, subject_kind, subject_key, organisation_id,
    count(*) FILTER (WHERE counted) AS count, count(*) FILTER (WHERE NOT counted) AS robot_count
  FROM usage_entry
  WHERE at >= %(start)s AND at < LEAST(%(end)s, (SELECT max(rolled_until) FROM usage_watermark))
  GROUP BY 1, 2, 3, 4, 5
), gone AS (
  DELETE FROM usage_dailycount d WHERE day BETWEEN %(first)s AND %(last)s AND NOT EXISTS (
    SELECT FROM fresh f WHERE f.day = d.day AND f.kind = d.kind AND f.subject_kind = d.subject_kind
      AND f.subject_key = d.subject_key AND COALESCE(f.organisation_id, 0) = COALESCE(d.organisation_id, 0)
  ) RETURNING 1
), kept AS (
  INSERT INTO usage_dailycount AS d
    (day, kind, subject_kind, subject_key, organisation_id, count, robot_count)
  SELECT * FROM fresh
  ON CONFLICT (day, kind, subject_kind, subject_key, organisation_id)
  DO UPDATE SET count = EXCLUDED.count, robot_count = EXCLUDED.robot_count
  WHERE (d.count, d.robot_count) IS DISTINCT FROM (EXCLUDED.count, EXCLUDED.robot_count)
  RETURNING 1
)
SELECT (SELECT count(*) FROM gone) + (SELECT count(*) FROM kept)
"""


_ADD_UP = """
WITH fresh AS (
  SELECT day, kind, organisation_id, sum(count) AS count FROM usage_dailycount
  WHERE day BETWEEN %(first)s AND %(last)s AND organisation_id IS NOT NULL GROUP BY 1, 2, 3
), gone AS (
  DELETE FROM usage_dailytotal t WHERE day BETWEEN %(first)s AND %(last)s AND NOT EXISTS (
    SELECT FROM fresh f WHERE (f.day, f.kind, f.organisation_id) = (t.day, t.kind, t.organisation_id))
)
INSERT INTO usage_dailytotal AS t (day, kind, organisation_id, count) SELECT * FROM fresh
ON CONFLICT (organisation_id, day, kind)
DO UPDATE SET count = EXCLUDED.count WHERE t.count <> EXCLUDED.count
"""


def _roll_up(first: dt.date, last: dt.date) -> int:
    """Both tables for these days; returns how many daily counts changed."""
    start, end = queries.start_of(first), queries.start_of(last + dt.timedelta(days=1))
    with connection.cursor() as cursor:
        cursor.execute(
            _ROLL_UP,
            {"zone": settings.TIME_ZONE, "start": start, "end": end, "first": first, "last": last},
        )
        changed = int(cursor.fetchone()[0])
        cursor.execute(_ADD_UP, {"first": first, "last": last})
    return changed


def mend() -> Iterator[str]:
    """Makes the counts again from the first to the last day that differs from its entries, then the totals."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT FROM usage_watermark FOR UPDATE")
        days = queries.days_that_differ()
        changed = _roll_up(days[0], days[-1]) if days else 0
        wrong = queries.totals_that_differ()
        if wrong:
            cursor.execute(_ADD_UP, {"first": dt.date.min, "last": dt.date.max})
    if changed:
        yield f"{changed} daily counts made again, {days[0]} to {days[-1]}"
    if wrong:
        yield f"{wrong} daily totals added up again"


@transaction.atomic
def make_partitions(*, now: dt.datetime) -> int:
    """Partitions for this month and three to come; entries that had none move in. Returns how many were made."""
    with connection.cursor() as cursor:
        # Better to try again tomorrow than to make pages wait behind us.
        cursor.execute("SET LOCAL lock_timeout = '3s'")
        cursor.execute(
            "SELECT count(*) FILTER (WHERE usage_make_partition(month::date)) FROM generate_series("
            "date_trunc('month', %s AT TIME ZONE 'UTC'), %s AT TIME ZONE 'UTC' + %s * interval '1 month',"
            " interval '1 month') AS month",
            [now, now, MONTHS_AHEAD],
        )
        return int(cursor.fetchone()[0])
