"""Records of the same work are linked, never merged: each keeps its own description."""

from django.db import connection

# Hidden records count too: what is shown of a work is decided when it is read.
_LINK = """
WITH same AS (
  SELECT match_key, min(match_rule) AS rule FROM catalogue_record
  WHERE match_key = ANY(%s) AND deleted_at IS NULL GROUP BY match_key HAVING count(*) > 1
), made AS (
  INSERT INTO catalogue_work (key, rule) SELECT match_key, rule FROM same
  ON CONFLICT (key) DO UPDATE SET key = EXCLUDED.key
  RETURNING id, key
)
UPDATE catalogue_record r SET work_id = made.id FROM made
WHERE r.match_key = made.key AND r.deleted_at IS NULL AND r.work_id IS DISTINCT FROM made.id"""


def link_works(keys: list[int]) -> None:
    """Links every record that shares one of these match keys with another one."""
    with connection.cursor() as cursor:
        cursor.execute(_LINK, [sorted(set(keys))])
