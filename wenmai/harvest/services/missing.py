"""Records that the source does not list any more."""

import datetime as dt
from collections.abc import Callable

from django.db import connection

from wenmai.catalogue import queries as catalogue_queries
from wenmai.catalogue import services as catalogue
from wenmai.harvest import rules
from wenmai.harvest.models import Run, Source
from wenmai.harvest.rules import State
from wenmai.harvest.services import batches
from wenmai.lib import reasons
from wenmai.lib.access import SYSTEM

CHUNK = 5000
# EXCEPT hashes or sorts both sides; an anti-join on tables that grew since the last ANALYZE is planned as a loop.
_MISSING = " FROM ({live} EXCEPT SELECT key FROM harvest_listed WHERE run_id = %s AND phase IN (0, 1)) AS missing"

# Held, received, refused at any time: of each of these we know.
_UNRECEIVED = (
    "SELECT count(*) FROM (SELECT key FROM harvest_listed WHERE run_id = %s AND phase = 1"
    " EXCEPT SELECT key FROM harvest_listed WHERE run_id = %s AND phase = 0 EXCEPT {live}"
    " EXCEPT SELECT q.key FROM harvest_quarantine q JOIN harvest_run r ON r.id = q.run_id WHERE r.source_id = %s)"
    " AS unreceived"
)


def report_unreceived(row: Run, source: Source) -> None:
    """Inside `step`: notes how many keys the source lists of which no record has ever come; a full run brings them."""
    live, parameters = catalogue_queries.live_keys_sql(source.feed_id)
    with connection.cursor() as cursor:
        cursor.execute(_UNRECEIVED.format(live=live), [row.pk, row.pk, *parameters, source.pk])
        batches.note(row, "unreceived", cursor.fetchone()[0])


def settle(run: Run, source: Source, now: Callable[[], dt.datetime]) -> bool:
    """Tombstones what is no longer listed; False when a person has to say so first. Resumable after any chunk."""
    if not _is_beyond_doubt(run, source, now()):
        return False
    while True:
        with batches.step(run, now()) as row:
            keys = _keys(row.pk, source.feed_id)
            if not keys:
                return True
            row.gone_count += catalogue.forget(
                feed_id=source.feed_id, keys=keys, reason=reasons.UNLISTED, actor=SYSTEM, now=now()
            )


def _is_beyond_doubt(run: Run, source: Source, now: dt.datetime) -> bool:
    with batches.step(run, now) as row:
        if row.place.get("settled"):
            return True
        gone, standing = _counts(row.pk, source.feed_id)
        row.doubts = rules.doubts(
            gone=gone,
            standing=standing - row.new_count,
            percent=source.brake_percent,
            unreadable=row.unreadable_count + row.notes.get("skipped_files", 0),
            missing=row.notes.get("short", 0),
        )
        row.missing_count = gone if row.doubts else 0
        if row.doubts:
            row.state = rules.move(row.state, State.PAUSED)
            row.ended_at = now
        else:
            row.place = {**row.place, "settled": True}
        return not row.doubts


def _counts(run_id: int, feed_id: int) -> tuple[int, int]:
    live, parameters = catalogue_queries.live_keys_sql(feed_id)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) {_MISSING.format(live=live)}", [*parameters, run_id])
        gone = cursor.fetchone()[0]
        cursor.execute(f"SELECT count(*) FROM ({live}) AS standing", parameters)
        return gone, cursor.fetchone()[0]


def _keys(run_id: int, feed_id: int) -> list[str]:
    live, parameters = catalogue_queries.live_keys_sql(feed_id)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT source_key {_MISSING.format(live=live)} LIMIT {CHUNK}",
            [*parameters, run_id],
        )
        return [row[0] for row in cursor.fetchall()]
