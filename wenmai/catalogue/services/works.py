"""Records of the same work are linked, never merged: each keeps its own description."""

from collections import Counter
from collections.abc import Iterable

from django.db import connection

# Hidden records count too: what is shown of a work is decided when it is read.
_SAME = """
same AS (
  SELECT asked.key, min(asked.rule) AS rule FROM asked LEFT JOIN catalogue_record r
    ON r.match_key = asked.key AND r.deleted_at IS NULL
  GROUP BY asked.key HAVING count(r.id) + min(asked.arriving) > 1
), made AS (
  INSERT INTO catalogue_work (key, rule) SELECT key, rule FROM same
  ON CONFLICT (key) DO UPDATE SET key = EXCLUDED.key
  RETURNING id, key
), linked AS (
  UPDATE catalogue_record r SET work_id = made.id FROM made
  WHERE r.match_key = made.key AND r.deleted_at IS NULL AND r.work_id IS DISTINCT FROM made.id
)
SELECT key, id FROM made"""
_ARRIVING = f"""WITH asked AS (
  SELECT * FROM unnest(%s::bigint[], %s::text[], %s::int[]) AS t(key, rule, arriving)
), {_SAME}"""
_THERE = f"""WITH asked AS (
  SELECT match_key AS key, min(match_rule) AS rule, 0 AS arriving FROM catalogue_record
  WHERE match_key = ANY(%s) AND deleted_at IS NULL GROUP BY match_key
), {_SAME}"""


def works_of_arriving(matches: Iterable[tuple[int, str]]) -> dict[int, int]:
    """Match key -> work, for records that are about to be written: (match key, rule) of each.

    A key that another record has, here or among them, gets its work now, so that the new rows are written with it
    and need no second writing.
    """
    matches = list(matches)
    counts = Counter(key for key, _rule in matches)
    if not counts:
        return {}
    rules = dict(matches)
    with connection.cursor() as cursor:
        cursor.execute(_ARRIVING, [list(counts), [rules[key] for key in counts], list(counts.values())])
        return dict(cursor.fetchall())


def link_works(keys: list[int]) -> None:
    """Links every record that shares one of these match keys with another one."""
    if keys:
        with connection.cursor() as cursor:
            cursor.execute(_THERE, [sorted(set(keys))])
