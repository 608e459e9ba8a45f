"""Sources are closed, with a word on what becomes of their records, and opened again."""

import datetime as dt
from collections.abc import Callable

from django.db import connection, transaction
from django.db.models import QuerySet
from procrastinate.exceptions import AlreadyEnqueued

from wenmai.catalogue import queries as catalogue_queries
from wenmai.catalogue import services as catalogue
from wenmai.harvest import rules
from wenmai.harvest.models import Run, Source
from wenmai.harvest.rules import Leaves, State
from wenmai.harvest.services import locks
from wenmai.harvest.services.runs import begin_anew, close_undecided, local
from wenmai.harvest.services.sources import open_one
from wenmai.journal import services as journal
from wenmai.lib import jobs, reasons
from wenmai.lib.access import SYSTEM, Actor
from wenmai.lib.refusal import Refused

JOB = "harvest.settle_closed"
CHUNK = 5000


@transaction.atomic
def close_source(*, source_id: int, leaves: str, reason: str, actor: Actor, now: dt.datetime) -> None:
    """Asks the source no more. Its records stay as they are, or are marked as no longer provided by a job.

    Refused: is_closed, already_running, no_reason.
    """
    source = open_one(source_id)
    if source_id in locks.held_sources():
        raise Refused("already_running")
    if not reason.strip():
        raise Refused("no_reason")
    Run.objects.filter(source=source, state__in=rules.ACTIVE).update(state=State.STOPPED, ended_at=now)
    for paused in Run.objects.select_for_update().filter(source=source, state=State.PAUSED):
        close_undecided(paused, now)
    source.closed_at, source.next_at = now, None
    source.leaves, source.closing_reason = Leaves(leaves), reason.strip()[:160]
    source.settled_at = now if source.leaves == Leaves.KEEP else None
    source.save()
    catalogue.close_feed(feed_id=source.feed_id, actor=actor, now=now)
    journal.record(
        name="harvest.source_closed", subject_kind="source", subject_key=source_id, actor=actor, now=now,
        leaves=source.leaves, reason=source.closing_reason,
    )  # fmt: skip
    if not source.settled_at:
        _enqueue(source_id)


@transaction.atomic
def reopen_source(*, source_id: int, actor: Actor, now: dt.datetime) -> None:
    """Undoes a closing; what was marked as no longer provided comes back with the next run.

    Refused: not_closed, closing (the job is not done); as `catalogue.reopen_feed`.
    """
    source = Source.objects.select_for_update(of=("self",)).get(pk=source_id)
    if not source.closed_at:
        raise Refused("not_closed")
    if not source.settled_at:
        raise Refused("closing")
    source.closed_at = source.settled_at = source.harvested_until = None
    source.leaves = source.closing_reason = ""
    source.next_at = None if source.is_paused else rules.next_time(source.schedule, local(now))
    source.save()
    catalogue.reopen_feed(feed_id=source.feed_id, actor=actor, now=now)
    begin_anew([source_id], now)
    journal.record(name="harvest.source_reopened", subject_kind="source", subject_key=source_id, actor=actor, now=now)


def settle_closed(source_id: int, *, now: Callable[[], dt.datetime]) -> int:
    """Marks what a closed source left, a chunk a transaction; whoever comes after a kill goes on. How many it were."""
    count = 0
    with locks.held(source_id) as mine:
        while mine and (source := _unsettled().filter(pk=source_id).first()):
            count += _settle_some(source, now())
    return count


@transaction.atomic
def _settle_some(source: Source, now: dt.datetime) -> int:
    live, parameters = catalogue_queries.live_keys_sql(source.feed_id)
    with connection.cursor() as cursor:
        cursor.execute(f"{live} LIMIT {CHUNK}", parameters)
        keys = [row[0] for row in cursor.fetchall()]
    if not keys:
        Source.objects.filter(pk=source.pk).update(settled_at=now)
    reason = f"{reasons.NOT_PROVIDED}{source.closing_reason}"
    return catalogue.forget(feed_id=source.feed_id, keys=keys, reason=reason, actor=SYSTEM, now=now)


def hand_over_closed() -> None:
    """Every minute: hands to a worker what closed sources left and no process is at."""
    for source_id in _unsettled().exclude(pk__in=locks.held_sources()).values_list("pk", flat=True):
        _enqueue(source_id)


def _unsettled() -> QuerySet[Source]:
    return Source.objects.filter(closed_at__isnull=False, settled_at=None)


def _enqueue(source_id: int) -> None:
    try:
        with transaction.atomic():
            jobs.defer(JOB, queueing_lock=f"{JOB}.{source_id}", source_id=source_id)
    except AlreadyEnqueued:
        return
