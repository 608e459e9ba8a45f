"""What could not be taken in is kept for a time; its numbers are kept for ever."""

import datetime as dt

from django.db import connection, transaction

from wenmai.journal import services as journal
from wenmai.lib import bulk
from wenmai.lib.access import SYSTEM

RUNS = 50
# The last run of a source keeps its rejects however old it is: they are what its provider has to mend.
_DUE = """
SELECT r.id FROM harvest_run r
WHERE r.pruned_at IS NULL AND r.quarantined_count > 0 AND r.ended_at < %s
  AND EXISTS (SELECT FROM harvest_run later WHERE later.source_id = r.source_id AND later.id > r.id)
ORDER BY r.id LIMIT %s"""
_KEEP_NUMBERS = """
UPDATE harvest_run r SET pruned_at = %s, reject_shares = coalesce(
  (SELECT jsonb_object_agg(code, n) FROM (
     SELECT code, count(*) AS n FROM harvest_quarantine WHERE run_id = r.id GROUP BY code) AS shares), '{}')
WHERE r.id = ANY(%s)"""


def prune_rejects(*, days: int, now: dt.datetime) -> int:
    """Removes the rejects of runs that ended so many days ago, some runs a transaction; how many pieces. 0: never."""
    count = 0
    while days and (done := _prune_some(now - dt.timedelta(days=days), now)):
        count += done
    return count


@transaction.atomic
def _prune_some(before: dt.datetime, now: dt.datetime) -> int:
    bulk.lock("harvest.prune")
    with connection.cursor() as cursor:
        cursor.execute(_DUE, [before, RUNS])
        run_ids = [row[0] for row in cursor.fetchall()]
        if not run_ids:
            return 0
        cursor.execute(_KEEP_NUMBERS, [now, run_ids])
        cursor.execute("DELETE FROM harvest_quarantine WHERE run_id = ANY(%s)", [run_ids])
        count = int(cursor.rowcount)
    journal.record(
        name="harvest.rejects_pruned", subject_kind="runs", subject_key=f"{run_ids[0]}…", actor=SYSTEM, now=now,
        runs=run_ids, count=count,
    )  # fmt: skip
    return count
