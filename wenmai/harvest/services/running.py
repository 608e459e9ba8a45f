"""A run, carried out: claimed, collected, compared, settled, and told about."""

import datetime as dt
import logging
import time
from collections.abc import Callable
from functools import partial
from urllib.parse import urlsplit

from django.conf import settings
from django.db import InterfaceError, OperationalError, transaction
from django.db.models import F, Q

from wenmai.catalogue import queries as catalogue
from wenmai.harvest import rules
from wenmai.harvest.models import Run, Source
from wenmai.harvest.pages import Client
from wenmai.harvest.rules import Kind, RunFailed, State
from wenmai.harvest.services import batches, files, locks, missing, oai
from wenmai.harvest.services.batches import StopAsked, TakenOver
from wenmai.journal import services as journal
from wenmai.lib import clock
from wenmai.lib.access import SYSTEM
from wenmai.lib.http import Fetcher, FetchFailed, Limits, Patience
from wenmai.lib.outages import Outage, outage

log = logging.getLogger(__name__)
Clock = Callable[[], dt.datetime]
Watch = Callable[[Run], None]
# A busy server may put us off so often, and so far.
POSTPONEMENTS, POSTPONED_AT_MOST = 10, dt.timedelta(hours=24)


def carry_out(
    run_id: int,
    *,
    now: Clock = clock.now,
    watch: Watch = lambda _run: None,
    sleep: Callable[[float], None] = time.sleep,
    patience: Patience = Patience(),  # noqa: B008
    limits: Limits = Limits(),  # noqa: B008
) -> Run:
    """Does the run's work, from where it stands to its end, and returns it as it then is.

    Does nothing when another process is at it or it is not its time. Every end of the work itself is a state of the
    run; only a database that is gone raises, and then the next process goes on.
    """
    run = Run.objects.select_related("source", "upload").get(pk=run_id)
    with locks.held(run.source_id) as mine:
        if mine and _claim(run, now()):
            batches.unlist_earlier(run)
            _guarded(run, now, partial(_work, now=now, watch=watch, sleep=sleep, patience=patience, limits=limits))
    return Run.objects.select_related("source", "upload").get(pk=run_id)


def _claim(run: Run, now: dt.datetime) -> bool:
    """Takes a run that waits and whose time has come, or one whose process died."""
    ready = Q(state=State.RUNNING) | Q(state=State.WAITING) & (Q(not_before=None) | Q(not_before__lte=now))
    claimed = Run.objects.filter(ready, pk=run.pk).update(
        state=State.RUNNING, claim=F("claim") + 1, not_before=None, progressed_at=now
    )
    Run.objects.filter(pk=run.pk, started_at=None).update(started_at=now)
    run.refresh_from_db()
    return bool(claimed)


def _guarded(run: Run, now: Clock, work: Callable[[Run], None]) -> None:
    """Every way the work can end."""
    try:
        work(run)
    except TakenOver:
        log.warning("Run %s is carried on by another process", run.pk)
    except StopAsked:
        _end(run, State.STOPPED, now())
    except FetchFailed as failure:
        if failure.retry_after_s is None or not _postponed(run, failure.retry_after_s, now()):
            _fail(run, failure.code, failure.detail, failure.answer.body[:4000] if failure.answer else b"", now())
    except RunFailed as failure:
        _fail(run, failure.code, failure.detail, failure.excerpt, now())
    except Exception as fault:
        if outage(fault) == Outage.DISK_FULL:
            _fail(run, "disk_full", str(fault), b"", now())
            return
        if isinstance(fault, OperationalError | InterfaceError):
            raise
        log.exception("Run %s ended by a fault", run.pk)
        _fail(run, "fault", f"{type(fault).__name__}: {fault}", b"", now())


def _work(
    run: Run,
    *,
    now: Clock,
    watch: Watch,
    sleep: Callable[[float], None],
    patience: Patience,
    limits: Limits,
) -> None:
    source = run.source
    if source.kind != Kind.OAI:
        _once(run, "collected", now, lambda: files.collect(run, source, now, watch))
        _finish(run, source, now, "")
        return
    with Fetcher(
        allowed_hosts=allowed_hosts(source),
        limits=limits,
        patience=patience,
        wait=partial(_wait, run, sleep),
    ) as fetcher:
        client = Client(fetcher, source.address, source.prefix, _format(source))
        oai.introduce(run, source, client, now)
        _once(run, "collected", now, lambda: oai.collect(run, source, client, now, watch))
        deleted_record = run.place["identity"]["deleted_record"]
        if run.mode != rules.Mode.FULL and _compares(run, source, deleted_record):
            _once(run, "identified", now, lambda: oai.list_identifiers(run, source, client, now, watch))
    _finish(run, source, now, deleted_record)


def _once(run: Run, mark: str, now: Clock, part: Callable[[], None]) -> None:
    """A part of the work that is not done again when the run is resumed after it."""
    if not run.place.get(mark):
        part()
        with batches.step(run, now()) as row:
            row.place = {**row.place, mark: True}
        run.place = row.place


def _finish(run: Run, source: Source, now: Clock, deleted_record: str) -> None:
    if _compares(run, source, deleted_record) and not missing.settle(run, source, now):
        _tell(run, "harvest.run_paused", now())
        return
    with transaction.atomic():
        # before the run's row, as everybody who locks both
        Source.objects.select_for_update(of=("self",)).get(pk=source.pk)
        _end(run, State.FINISHED, now())
        batches.unlist(run.pk)
        if run.source.kind == Kind.OAI:
            row = Run.objects.get(pk=run.pk)
            Source.objects.filter(pk=source.pk).update(
                harvested_until=row.responded_at or source.harvested_until, identity=row.place["identity"]
            )


def _compares(run: Run, source: Source, deleted_record: str) -> bool:
    whole = run.upload.is_whole if run.upload else False
    return rules.compares(source.deletions, source.kind, run.mode, deleted_record, whole)


def _format(source: Source) -> str:
    feed = catalogue.feed(source.feed_id)
    assert feed is not None
    return feed.format


def _wait(run: Run, sleep: Callable[[float], None], seconds: float) -> None:
    """Waits in slices, so that a stop is heard."""
    while seconds > 0:
        row = Run.objects.filter(pk=run.pk).values("is_stop_asked", "claim", "state").get()
        if row["claim"] != run.claim or row["state"] != State.RUNNING:
            raise TakenOver(str(run.pk))
        if row["is_stop_asked"]:
            raise StopAsked(str(run.pk))
        sleep(min(seconds, 2))
        seconds -= 2


def _postponed(run: Run, seconds: float, now: dt.datetime) -> bool:
    """Back to waiting, until the server wants to be asked again; False when it has done this too often."""
    times = int(run.place.get("postponed", 0)) + 1
    if times > POSTPONEMENTS:
        return False
    later = now + min(dt.timedelta(seconds=seconds), POSTPONED_AT_MOST)
    mine = Run.objects.filter(pk=run.pk, claim=run.claim, state=State.RUNNING, is_stop_asked=False)
    return bool(mine.update(state=State.WAITING, not_before=later, place={**run.place, "postponed": times}))


def _fail(run: Run, code: str, detail: str, excerpt: bytes, now: dt.datetime) -> None:
    detail = batches.plain(detail)[:1000]
    _end(run, State.FAILED, now, failure=code, failure_detail=detail, failure_excerpt=excerpt)


def _end(run: Run, state: State, now: dt.datetime, **values: object) -> None:
    """The last word of this process on the run, if it is still its own."""
    with transaction.atomic():
        ended = Run.objects.filter(pk=run.pk, claim=run.claim, state=State.RUNNING).update(
            state=state, ended_at=now, is_stop_asked=False, **values
        )
        if ended:
            _tell(run, f"harvest.run_{state}", now)


def _tell(run: Run, name: str, now: dt.datetime) -> None:
    row = Run.objects.get(pk=run.pk)
    counts = {
        field: getattr(row, f"{field}_count")
        for field in ("received", "new", "changed", "unchanged", "deleted", "duplicate", "quarantined", "gone")
    }
    journal.record(
        name=name, subject_kind="source", subject_key=row.source_id, actor=SYSTEM, now=now, run=row.pk,
        failure=row.failure, doubts=row.doubts, **counts,
    )  # fmt: skip


def allowed_hosts(source: Source) -> list[str]:
    """Host names that may lead inside: the operator's list, and this source's own when an admin allowed it."""

    own = urlsplit(source.address).hostname if source.allow_private_hosts else None
    return [*settings.ALLOWED_PRIVATE_HOSTS, *([own] if own else [])]
