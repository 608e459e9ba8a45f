"""Runs are asked for, stopped, resumed, decided about; the clock asks too."""

import datetime as dt
import logging
from collections.abc import Collection

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from procrastinate.exceptions import AlreadyEnqueued

from wenmai.harvest import rules
from wenmai.harvest.models import Run, Source
from wenmai.harvest.rules import Kind, Mode, State
from wenmai.harvest.services import batches, locks
from wenmai.journal import services as journal
from wenmai.lib import jobs
from wenmai.lib.access import SYSTEM, Actor
from wenmai.lib.outages import require_room_for_database
from wenmai.lib.refusal import Refused

log = logging.getLogger(__name__)
JOB = "harvest.run"
ROOM_PAUSE = dt.timedelta(minutes=5)


@transaction.atomic
def start(
    *,
    source_id: int,
    mode: str = Mode.CHANGES,
    upload_id: int | None = None,
    in_worker: bool = True,
    actor: Actor,
    now: dt.datetime,
) -> Run:
    """Asks for a run; a worker carries it out, or the caller when not `in_worker`.

    A run that waits for a person's word on deletions is closed without them: this one will find them again.
    Refused: already_running, no_upload, is_closed.
    """
    source = Source.objects.select_for_update(of=("self",)).get(pk=source_id)
    if source.closed_at:
        raise Refused("is_closed")
    if source.kind == Kind.UPLOAD and upload_id is None:
        raise Refused("no_upload")
    if Run.objects.filter(source=source, state__in=rules.ACTIVE).exists():
        raise Refused("already_running")
    for paused in Run.objects.select_for_update().filter(source=source, state=State.PAUSED):
        close_undecided(paused, now)
    whole = mode == Mode.FULL or source.kind != Kind.OAI
    run = Run.objects.create(
        source=source,
        upload_id=upload_id,
        mode=Mode.FULL if whole else Mode.CHANGES,
        asked_by=actor.name,
        asked_by_id=actor.user_id,
        created_at=now,
    )
    journal.record(
        name="harvest.run_asked", subject_kind="source", subject_key=source_id, actor=actor, now=now,
        run=run.pk, mode=run.mode,
    )  # fmt: skip
    if in_worker:
        _enqueue(run.pk)
    return run


def begin_anew(source_ids: Collection[int], now: dt.datetime) -> None:
    """What these sources hold will be read in another way: the next run lists all of it, from the beginning also where
    it is one that had stopped half-way. The caller has locked the sources and seen that nobody works at them."""
    Source.objects.filter(pk__in=source_ids).update(harvested_until=None)
    rows = Run.objects.select_for_update(of=("self",)).filter(source__in=source_ids)
    for paused in rows.filter(state=State.PAUSED):
        close_undecided(paused, now)
    later = Run.objects.filter(source=OuterRef("source"), pk__gt=OuterRef("pk"))
    for run in rows.filter(state__in=rules.RESUMABLE).exclude(place={}).exclude(Exists(later)):
        run.place, run.responded_at, run.expected_count = {}, None, None
        batches.note(run, "begun_anew")
        batches.unlist(run.pk)
        run.save()


def close_undecided(run: Run, now: dt.datetime) -> None:
    """A run that waits for a word on what is missing ends without one."""
    run.state = rules.move(run.state, State.FINISHED)
    run.ended_at = now
    batches.note(run, "superseded")
    batches.unlist(run.pk)
    run.save()


@transaction.atomic
def stop(*, run_id: int, actor: Actor, now: dt.datetime) -> None:
    """A waiting run is stopped at once, a running one after its batch. Refused: run_state."""
    run = Run.objects.select_for_update().get(pk=run_id)
    if run.state == State.RUNNING and run.source_id in locks.held_sources():
        run.is_stop_asked = True
    else:
        # nobody works at it: the next to claim it would find it stopped
        rules.move(run.state, State.STOPPED)
        run.state, run.ended_at = State.STOPPED, now
        journal.record(
            name="harvest.run_stopped", subject_kind="source", subject_key=run.source_id, actor=actor, now=now,
            run=run.pk,
        )  # fmt: skip
    run.save()


@transaction.atomic
def resume(*, run_id: int, in_worker: bool = True, actor: Actor, now: dt.datetime) -> Run:
    """A stopped or failed run goes on where it was. Only the last one. Refused: run_state, is_closed."""
    source = _locked_source_of(run_id)
    run = Run.objects.select_for_update(of=("self",)).get(pk=run_id)
    if Run.objects.filter(source=source, pk__gt=run.pk).exists() or run.state not in rules.RESUMABLE:
        raise Refused("run_state", run.state)
    if source.closed_at:
        raise Refused("is_closed")
    _wait_again(run)
    journal.record(
        name="harvest.run_asked", subject_kind="source", subject_key=run.source_id, actor=actor, now=now,
        run=run.pk, mode=run.mode,
    )  # fmt: skip
    if in_worker:
        _enqueue(run.pk)
    return run


@transaction.atomic
def decide(*, run_id: int, forget: bool, actor: Actor, now: dt.datetime) -> None:
    """A person's word on records that are not listed any more: tombstones, or they stay. Refused: run_state."""
    _locked_source_of(run_id)
    run = Run.objects.select_for_update(of=("self",)).get(pk=run_id)
    if run.state != State.PAUSED:
        raise Refused("run_state", run.state)
    journal.record(
        name="harvest.run_decided", subject_kind="source", subject_key=run.source_id, actor=actor, now=now,
        run=run.pk, forget=forget, missing=run.missing_count,
    )  # fmt: skip
    if forget:
        run.place = {**run.place, "settled": True}
        _wait_again(run)
        _enqueue(run.pk)
        return
    batches.note(run, "kept", run.missing_count)
    run.state, run.ended_at = rules.move(run.state, State.FINISHED), now
    batches.unlist(run.pk)
    run.save()


def _locked_source_of(run_id: int) -> Source:
    """Before the run's own row: whoever starts or goes on waits here, so that a source has one run at a time."""
    return Source.objects.select_for_update(of=("self",)).get(runs=run_id)


def _wait_again(run: Run) -> None:
    run.state = rules.move(run.state, State.WAITING)
    run.failure = run.failure_detail = ""
    run.failure_excerpt = b""
    run.ended_at = run.not_before = None
    run.is_stop_asked = False
    run.save()


def dispatch(*, now: dt.datetime) -> list[int]:
    """Every minute: starts what is due, and hands to a worker what waits or was left behind by a process that died.

    What ended by a full disk waits again when there is room. Returns the numbers of the runs handed over.
    """
    _resume_where_room_is(now)
    for source_id in _due(now):
        try:
            _start_by_clock(source_id, now)
        except Refused as refused:
            log.info("Source %s was due and not started: %s", source_id, refused)
    ready = Q(state=State.WAITING) & (Q(not_before=None) | Q(not_before__lte=now))
    left_behind = Q(state=State.RUNNING) & ~Q(source_id__in=locks.held_sources())
    return [
        run_id for run_id in Run.objects.filter(ready | left_behind).values_list("pk", flat=True) if _enqueue(run_id)
    ]


def _resume_where_room_is(now: dt.datetime) -> None:
    """The last runs of their sources, some minutes after they ended by a full disk."""
    full = Run.objects.filter(state=State.FAILED, failure="disk_full", ended_at__lte=now - ROOM_PAUSE)
    later = Run.objects.filter(source=OuterRef("source"), pk__gt=OuterRef("pk"))
    for run_id in full.exclude(Exists(later)).values_list("pk", flat=True):
        try:
            require_room_for_database()
            resume(run_id=run_id, in_worker=False, actor=SYSTEM, now=now)
        except (OSError, Refused) as refused:
            log.info("Run %s is not resumed yet: %s", run_id, refused)


def _due(now: dt.datetime) -> list[int]:
    due = Source.objects.filter(is_paused=False, next_at__lte=now).exclude(schedule="").exclude(kind=Kind.UPLOAD)
    return list(due.values_list("pk", flat=True))


@transaction.atomic
def _start_by_clock(source_id: int, now: dt.datetime) -> None:
    source = Source.objects.select_for_update(of=("self",)).get(pk=source_id)
    Source.objects.filter(pk=source_id).update(next_at=rules.next_time(source.schedule, local(now)))
    if not Run.objects.filter(source_id=source_id, state__in=rules.ACTIVE).exists():
        start(source_id=source_id, actor=SYSTEM, now=now)


def local(now: dt.datetime) -> dt.datetime:
    """In the node's time zone, in which schedules are written."""

    return timezone.localtime(now)


def _enqueue(run_id: int) -> bool:
    """Hands the run to a worker, once however often it is asked."""
    try:
        with transaction.atomic():
            jobs.defer(JOB, queueing_lock=f"{JOB}.{run_id}", run_id=run_id)
    except AlreadyEnqueued:
        return False
    return True
