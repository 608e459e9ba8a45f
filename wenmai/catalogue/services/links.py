"""Which records are parts of which, as the records themselves say, by keys and identifiers of their feed.

What a record says is kept as mentions, so that a whole may come after its parts; what it can be called is kept as
aliases. Parts are made of both, for every pair of which either end was just described. A link that closes a circle is
cut, and tied again when a record of that circle says something else or goes.
"""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from django.db import connection

from wenmai.catalogue import rules
from wenmai.lib import bulk
from wenmai.standards import queries as standards

_TELLING = {"whole_key", "part_key"}
_FORGET = ("catalogue_mention", "catalogue_alias")
# In a feed a record answers to its key and to its aliases. Of two records that each call the other its whole, the first
# counts.
_JOIN = """
WITH called AS (
  SELECT id AS record_id, feed_id, source_key AS key FROM catalogue_record WHERE id = ANY(%(ids)s)
  UNION SELECT record_id, feed_id, key FROM catalogue_alias WHERE record_id = ANY(%(ids)s)
), told AS (
  SELECT m.*, r.id AS named_id FROM catalogue_mention m
    JOIN catalogue_record r ON r.feed_id = m.feed_id AND r.source_key = m.key
    WHERE m.record_id = ANY(%(ids)s) AND r.deleted_at IS NULL
  UNION ALL
  SELECT m.*, a.record_id FROM catalogue_mention m JOIN catalogue_alias a ON a.feed_id = m.feed_id AND a.key = m.key
    WHERE m.record_id = ANY(%(ids)s)
  UNION ALL
  SELECT m.*, c.record_id FROM called c JOIN catalogue_mention m ON m.feed_id = c.feed_id AND m.key = c.key
), pairs AS (
  SELECT CASE WHEN names_whole THEN named_id ELSE record_id END AS whole_id,
    CASE WHEN names_whole THEN record_id ELSE named_id END AS part_id, position, label, names_whole
  FROM told WHERE named_id <> record_id
), chosen AS (
  SELECT DISTINCT ON (least(whole_id, part_id), greatest(whole_id, part_id)) whole_id, part_id, position, label
  FROM pairs p WHERE NOT EXISTS (SELECT FROM catalogue_part o WHERE o.whole_id = p.part_id AND o.part_id = p.whole_id)
  ORDER BY least(whole_id, part_id), greatest(whole_id, part_id), names_whole DESC, whole_id
)
INSERT INTO catalogue_part (whole_id, part_id, position, label, is_mentioned)
SELECT whole_id, part_id, position, label, true FROM chosen
ON CONFLICT (whole_id, part_id) DO UPDATE SET position = EXCLUDED.position, label = EXCLUDED.label
WHERE catalogue_part.is_mentioned"""

# Records that call each other wholes in a circle: of each circle the record that came last is no whole in it, whatever
# the order of arrival. A chain is followed for 30 links; no circle is longer unless every record of it was made so.
_LONGEST = 30
_UNWIND = """
WITH RECURSIVE up AS (
  SELECT part_id AS start, whole_id AS at, ARRAY[part_id, whole_id] AS path FROM catalogue_part p
    WHERE (part_id = ANY(%(ids)s) OR whole_id = ANY(%(ids)s))
      AND EXISTS (SELECT FROM catalogue_part o WHERE o.part_id = p.whole_id)
  UNION ALL
  SELECT up.start, p.whole_id, up.path || p.whole_id FROM up JOIN catalogue_part p ON p.part_id = up.at
    WHERE up.at <> up.start AND cardinality(up.path) <= %(longest)s
      AND (p.whole_id = up.start OR p.whole_id <> ALL(up.path))
), circles AS (
  SELECT row_number() OVER () AS number, path FROM up WHERE at = start
), links AS (
  SELECT number, path[i] AS part_id, path[i + 1] AS whole_id
    FROM circles, generate_series(1, cardinality(path) - 1) AS i
), last AS (
  SELECT DISTINCT ON (number) number, p.id, whole_id, part_id FROM links JOIN catalogue_part p USING (part_id, whole_id)
    WHERE p.is_mentioned ORDER BY number, whole_id DESC
), kept AS (
  INSERT INTO catalogue_cut (whole_id, part_id, through_id)
    SELECT DISTINCT whole_id, part_id, unnest(path) FROM last JOIN circles USING (number) ON CONFLICT DO NOTHING
)
DELETE FROM catalogue_part WHERE id IN (SELECT id FROM last)"""

# Whatever these records become: the circles through them are not what they were.
_LOOSEN = """
WITH circles AS (SELECT DISTINCT whole_id, part_id FROM catalogue_cut WHERE through_id = ANY(%s)), gone AS (
  DELETE FROM catalogue_cut c USING circles o WHERE c.whole_id = o.whole_id AND c.part_id = o.part_id
)
SELECT whole_id FROM circles UNION SELECT part_id FROM circles"""


class Linked(NamedTuple):
    """A record as it is described now."""

    id: int
    feed_id: int
    crosswalk: str
    elements: rules.Readable


def link_parts(described: Sequence[Linked]) -> None:
    """Parts and wholes follow what describes these records. Costs next to nothing where no crosswalk tells of any."""
    telling = {one.crosswalk for one in described}
    telling = {name for name in telling if not _TELLING.isdisjoint(standards.crosswalk(name).elements)}
    silent = _having_told([one.id for one in described if one.crosswalk not in telling])
    described = [one for one in described if one.crosswalk in telling]
    ids = [one.id for one in described]
    if not ids and not silent:
        return
    loose = _drop([*ids, *silent])
    bulk.copy_in("catalogue_alias", ("record_id", "feed_id", "key"), _aliases(described))
    bulk.copy_in(
        "catalogue_mention", ("record_id", "feed_id", "key", "names_whole", "position", "label"), _mentions(described)
    )
    _tie(sorted({*ids, *loose}))


def unlink(ids: Sequence[int]) -> None:
    """These records are deleted: they are no part and no whole any more. What others say of them stays."""
    _tie(sorted(set(_drop(ids)).difference(ids)))


def _drop(ids: Sequence[int]) -> list[int]:
    """Takes away what these said and the parts made of it; the ends of links that had been cut for their sake."""
    with connection.cursor() as cursor:
        for table in _FORGET:
            cursor.execute(f"DELETE FROM {table} WHERE record_id = ANY(%s)", [list(ids)])
        cursor.execute(
            "DELETE FROM catalogue_part WHERE is_mentioned AND (whole_id = ANY(%s) OR part_id = ANY(%s))",
            [list(ids), list(ids)],
        )
        cursor.execute(_LOOSEN, [list(ids)])
        return [row[0] for row in cursor.fetchall()]


def _tie(ids: list[int]) -> None:
    if ids:
        with connection.cursor() as cursor:
            cursor.execute(_JOIN, {"ids": ids})
            cursor.execute(_UNWIND, {"ids": ids, "longest": _LONGEST})


def _having_told(ids: list[int]) -> list[int]:
    """Those of which something is kept, although the crosswalk that describes them now tells of no parts."""
    if not ids:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT record_id FROM catalogue_mention WHERE record_id = ANY(%(ids)s)"
            " UNION SELECT record_id FROM catalogue_alias WHERE record_id = ANY(%(ids)s)",
            {"ids": ids},
        )
        return [row[0] for row in cursor.fetchall()]


def _aliases(described: Sequence[Linked]) -> Iterable[tuple[Any, ...]]:
    for one in described:
        for key in rules.other_keys(one.elements):
            yield one.id, one.feed_id, key


def _mentions(described: Sequence[Linked]) -> Iterable[tuple[Any, ...]]:
    for one in described:
        for mention in rules.mentions(one.elements):
            yield one.id, one.feed_id, *mention
