"""One batch, one transaction: what came in, what became of it, and where to go on."""

import datetime as dt
import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple

from django.db import DatabaseError, InterfaceError, OperationalError, connection, transaction

from wenmai.catalogue import services as catalogue
from wenmai.catalogue.rules import Arrival, Describer, Origin, Outcome
from wenmai.formats.values import Reject
from wenmai.harvest.models import Run
from wenmai.harvest.rules import RunFailed, State
from wenmai.harvest.rules.sifting import REJECTS_LIMIT, Met, Sifted, sift
from wenmai.lib import bulk
from wenmai.lib.access import SYSTEM
from wenmai.lib.outages import require_room_for_database

log = logging.getLogger(__name__)
RECEIVED, IDENTIFIED, TOKEN, DELETED = 0, 1, 2, 3
RAW_LIMIT = 8 * 1024 * 1024


class TakenOver(Exception):
    """Another process has this run now, or it is no longer running: not a word more from this one."""


class StopAsked(Exception):
    """A person wants the run to stop."""


class Haul(NamedTuple):
    """A batch as it came. `location`: the page or file; `heading`: the bytes of a table's first line; `ahead`: who
    described its records in advance, if anybody did."""

    location: str
    format: str
    items: Sequence[Arrival | Reject]
    heading: bytes = b""
    ahead: Describer | None = None


@contextmanager
def step(run: Run, now: dt.datetime) -> Iterator[Run]:
    """A transaction on the locked row of the run; what is set on it is saved at the end.

    Raises TakenOver, StopAsked, and OSError while the disk has no room for a batch.
    """
    require_room_for_database()
    with transaction.atomic():
        row = Run.objects.select_for_update().filter(pk=run.pk, claim=run.claim, state=State.RUNNING).first()
        if row is None:
            raise TakenOver(str(run.pk))
        if row.is_stop_asked:
            raise StopAsked(str(run.pk))
        yield row
        row.progressed_at = now
        row.save()


def take(row: Run, feed_id: int, kind: str, haul: Haul, now: dt.datetime) -> int:
    """Inside `step`: sifts, takes in, quarantines, counts. Returns how many keys this run had not met before."""
    sifted = sift(haul.items, _known(row.pk, haul.items))
    author = row.asked_by_id if row.upload_id else None  # who starts a harvest has not written what comes of it
    origin = Origin(kind, haul.location[:500], str(row.pk), haul.format, author)
    outcome = _take_in(feed_id, sifted.arrivals, origin, now, haul.ahead)
    rejects = sorted([*sifted.rejects, *outcome.rejected], key=lambda one: one.position)
    _quarantine(row.pk, haul, rejects)
    _list(row.pk, sifted)
    row.received_count += len(haul.items)
    row.new_count += outcome.new
    row.changed_count += outcome.changed
    row.unchanged_count += outcome.unchanged
    row.deleted_count += outcome.deleted
    row.duplicate_count += sifted.duplicate + outcome.duplicate
    row.quarantined_count += len(rejects)
    row.unreadable_count += sum(1 for reject in rejects if not reject.key)
    if row.quarantined_count > max(REJECTS_LIMIT, row.received_count // 2):
        raise RunFailed("too_many_rejects", f"{row.quarantined_count} of {row.received_count}")
    return sifted.news


def list_keys(row: Run, phase: int, keys: Sequence[str]) -> int:
    """Inside `step`: notes keys; returns how many were not noted before."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO harvest_listed (run_id, phase, key) SELECT %s, %s, unnest(%s::text[]) ON CONFLICT DO NOTHING",
            [row.pk, phase, list(dict.fromkeys(keys))],
        )
        return int(cursor.rowcount)


def unlist(run_id: int, *phases: int) -> None:
    """Forgets what the run has met, in these phases or at all."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM harvest_listed WHERE run_id = %s AND phase = ANY(%s)",
            [run_id, list(phases or (RECEIVED, IDENTIFIED, TOKEN, DELETED))],
        )


def unlist_earlier(run: Run) -> None:
    """Forgets what earlier runs of the source met and left behind: only the last run is ever resumed."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM harvest_listed WHERE run_id IN (SELECT id FROM harvest_run WHERE source_id = %s AND id < %s)",
            [run.source_id, run.pk],
        )


def note(row: Run, code: str, count: int = 1) -> None:
    """Counts an oddity for the report."""
    if count:
        row.notes = {**row.notes, code: row.notes.get(code, 0) + count}


def _known(run_id: int, items: Sequence[Arrival | Reject]) -> dict[str, Met]:
    keys = [item.key if isinstance(item, Reject) else item.parsed.key for item in items]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT key, digest, datestamp FROM harvest_listed WHERE run_id = %s AND phase = 0 AND key = ANY(%s)",
            [run_id, keys],
        )
        return {key: Met(digest, datestamp) for key, digest, datestamp in cursor.fetchall()}


def _take_in(
    feed_id: int, arrivals: list[Arrival], origin: Origin, now: dt.datetime, ahead: Describer | None
) -> Outcome:
    """A record that breaks something is found by halving, and costs only itself."""
    if not arrivals:
        return Outcome()
    try:
        with transaction.atomic():
            return catalogue.take_in(feed_id=feed_id, batch=arrivals, origin=origin, actor=SYSTEM, now=now, ahead=ahead)
    except (OperationalError, InterfaceError):
        raise
    except (DatabaseError, ValueError, TypeError, LookupError, ArithmeticError, RecursionError) as fault:
        if len(arrivals) == 1:
            log.exception("Record %r of feed %s was not accepted", arrivals[0].parsed.key, feed_id)
            return Outcome(rejected=(_unacceptable(arrivals[0], fault),))
    middle = len(arrivals) // 2
    left = _take_in(feed_id, arrivals[:middle], origin, now, ahead)
    right = _take_in(feed_id, arrivals[middle:], origin, now, ahead)
    return Outcome(
        left.new + right.new,
        left.changed + right.changed,
        left.unchanged + right.unchanged,
        left.deleted + right.deleted,
        left.duplicate + right.duplicate,
        (*left.rejected, *right.rejected),
    )


def _unacceptable(arrival: Arrival, fault: Exception) -> Reject:
    parsed = arrival.parsed
    detail = f"{type(fault).__name__}: {fault}".splitlines()[0][:500]
    return Reject(parsed.raw, parsed.position, "unacceptable", detail, parsed.key, len(parsed.raw))


def _quarantine(run_id: int, haul: Haul, rejects: Sequence[Reject]) -> None:
    if not rejects:
        return
    bulk.copy_in(
        "harvest_quarantine",
        ("run_id", "location", "position", "key", "code", "detail", "format", "raw", "length", "heading"),
        (
            (
                run_id, haul.location[:500], one.position, plain(one.key)[:500], one.code[:60],
                plain(one.detail)[:1000], haul.format, one.raw[:RAW_LIMIT], one.length or len(one.raw), haul.heading,
            )
            for one in rejects
        ),
    )  # fmt: skip


def plain(text: str) -> str:
    """Text that PostgreSQL can hold."""
    return text.replace("\0", "\N{REPLACEMENT CHARACTER}").encode("utf-8", "replace").decode()


def _list(run_id: int, sifted: Sifted) -> None:
    """Keys with what came last under them; the newer state replaces the older."""
    if not sifted.listed:
        return
    keys = list(sifted.listed)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO harvest_listed (run_id, phase, key, digest, datestamp)"
            " SELECT %s, 0, t.* FROM unnest(%s::text[], %s::bigint[], %s::text[]) AS t"
            " ON CONFLICT (run_id, phase, key)"
            " DO UPDATE SET digest = EXCLUDED.digest, datestamp = EXCLUDED.datestamp",
            [
                run_id,
                keys,
                [sifted.listed[key].digest for key in keys],
                [sifted.listed[key].datestamp[:40] for key in keys],
            ],
        )
