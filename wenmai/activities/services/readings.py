"""Calendars of others are read again by themselves. What they bring waits for somebody; nothing is taken over here."""

import datetime as dt
import hashlib
from collections.abc import Callable, Mapping

from django.db import transaction

from wenmai.activities.models import Imported, Reading, Source
from wenmai.activities.queries.imports import is_whole, preview, to_come
from wenmai.activities.rules.readings import EVERY, KEPT, WHOLE_AGAIN, Outcome, next_at
from wenmai.activities.services.imports import PATIENCE, TIME, note_source
from wenmai.lib import http
from wenmai.lib.access import SYSTEM, Actor
from wenmai.lib.refusal import Refused

AT_ONCE = 20
NOT_MODIFIED = 304
Ask = Callable[[str, Mapping[str, str]], http.Fetched]


@transaction.atomic
def schedule(*, source_id: int, every_hours: int | None, paused: bool = False, actor: Actor, now: dt.datetime) -> None:
    """How often it is read by itself; None: not any more. The first time is now, unless it is paused.

    Refused: unknown_source, source_no_address (a file has nothing to be read again), schedule_odd.
    """
    found = _locked(source_id)
    if every_hours is not None and every_hours not in EVERY:
        raise Refused("schedule_odd")
    if every_hours is not None and not found.address:
        raise Refused("source_no_address")
    if (found.every_hours, found.paused_at is not None) == (every_hours, paused and every_hours is not None):
        return
    found.every_hours = every_hours
    found.next_at = now if every_hours is not None else None
    found.paused_at = now if paused and every_hours is not None else None
    found.failures = 0
    found.save(update_fields=["every_hours", "next_at", "paused_at", "failures"])
    note_source("activities.source_scheduled", found, actor, now, hours=every_hours or 0, paused=int(paused))


def read_due(*, now: dt.datetime, ask: Ask | None = None) -> int:
    """For the job: those whose time it is, the longest overdue first; how many. Two workers never ask the same one."""
    with transaction.atomic():
        rows = Source.objects.select_for_update(skip_locked=True, of=("self",)).defer("document")
        due = list(rows.filter(next_at__lte=now, paused_at=None).order_by("next_at", "pk")[:AT_ONCE])
        for one in due:
            one.next_at = next_at(one.every_hours or 0, one.failures, None, now)
        Source.objects.bulk_update(due, ["next_at"])
    for one in due:
        _read(one, ask, SYSTEM, now, keeps=False)
    return len(due)


def read_again(*, source_id: int, actor: Actor, now: dt.datetime, ask: Ask | None = None) -> Reading:
    """At once, because somebody wants to see it: whole, and kept to be looked at whatever it says.

    Refused: unknown_source, source_no_address, fetch_failed (detail: why), which is written down as well.
    """
    found = Source.objects.defer("document").filter(pk=source_id).first()
    if found is None:
        raise Refused("unknown_source")
    if not found.address:
        raise Refused("source_no_address")
    made = _read(found, ask, actor, now, keeps=True)
    if made is None:
        raise Refused("import_gone")
    if made.outcome == Outcome.FAILED:
        raise Refused("fetch_failed", made.failure)
    return made


def _read(source: Source, ask: Ask | None, actor: Actor, now: dt.datetime, *, keeps: bool) -> Reading | None:
    """No transaction is open while the other side thinks. None: it has another address by now."""
    conditions = {} if keeps else _conditions(source, now)
    try:
        answer = ask(source.address, conditions) if ask is not None else _asked(source.address, conditions)
        if answer.status == NOT_MODIFIED and not conditions:
            raise http.FetchFailed("status", "not modified, though nothing was said of what is known")
        if answer.status != NOT_MODIFIED and not answer.body.strip():
            raise http.FetchFailed("empty", "nothing came")
    except http.FetchFailed as failure:
        return _failed(source, failure, now)
    with transaction.atomic():
        found = _locked(source.pk)
        if found.address != source.address:
            return None
        found.failures = 0
        if answer.status == NOT_MODIFIED:
            found.save(update_fields=["failures"])
            return _noted(found, Reading(source=found, at=now, outcome=Outcome.SAME))
        return _looked_at(found, answer, actor, now, keeps=keeps)


def _conditions(source: Source, now: dt.datetime) -> dict[str, str]:
    if source.whole_at is None or now - source.whole_at > WHOLE_AGAIN:
        return {}
    said = {"If-None-Match": source.etag, "If-Modified-Since": source.last_modified}
    return {name: value for name, value in said.items() if value}


def _asked(address: str, conditions: Mapping[str, str]) -> http.Fetched:
    with http.Fetcher(limits=TIME, patience=PATIENCE) as fetcher:
        return fetcher.get(address, lambda answer: answer, conditions)


def _failed(source: Source, failure: http.FetchFailed, now: dt.datetime) -> Reading | None:
    with transaction.atomic():
        found = _locked(source.pk)
        if found.address != source.address:
            return None
        found.failures = min(found.failures + 1, 1_000)
        if found.every_hours is not None:
            found.next_at = next_at(found.every_hours, found.failures, failure.retry_after_s, now)
        found.save(update_fields=["failures", "next_at"])
        return _noted(found, Reading(source=found, at=now, outcome=Outcome.FAILED, failure=failure.code))


def _looked_at(found: Source, answer: http.Fetched, actor: Actor, now: dt.datetime, *, keeps: bool) -> Reading:
    """Counted, and kept for somebody where it brings something."""
    seen = preview(found, answer.body, now)
    counts = {name: seen.so_many(name) for name in ("new", "changed", "unchanged")}
    rows = Imported.objects.filter(source=found)
    listed = [line.wanted.key for line in seen.lines]
    rows.filter(key__in=listed, missing_at__isnull=False).update(missing_at=None)
    unlisted = to_come(rows.exclude(key__in=listed).filter(missing_at=None), now)
    gone = unlisted.update(missing_at=now) if is_whole(seen) else 0
    brings = bool(counts["new"] or counts["changed"] or gone)
    before = hashlib.sha256(bytes(found.document)).hexdigest() if found.document is not None else ""
    if not (keeps or brings):
        found.document = None
    elif before != seen.hash:
        found.document, found.offered_at = answer.body, now
    found.etag = _header(answer, "etag", 200)
    found.last_modified = _header(answer, "last-modified", 60)
    found.whole_at = now
    found.save(update_fields=["document", "offered_at", "etag", "last_modified", "whole_at", "failures"])
    made = Reading(
        source=found, at=now, outcome=Outcome.NEWS if brings else Outcome.SAME,
        found=len(seen.lines) + len(seen.refused), refused=len(seen.refused), missing=gone, **counts,
    )  # fmt: skip
    if brings and before != seen.hash:
        note_source("activities.source_read", found, actor, now, **counts, refused=made.refused, missing=gone)
    return _noted(found, made)


def _header(answer: http.Fetched, name: str, most: int) -> str:
    """One that is too long to be kept is as if it were not there."""
    said = answer.headers.get(name, "")
    return said if len(said) <= most and said.isascii() and said.isprintable() else ""


def _noted(found: Source, made: Reading) -> Reading:
    made.save(force_insert=True)
    kept = Reading.objects.filter(source=found).order_by("-pk").values_list("pk", flat=True)[:KEPT]
    Reading.objects.filter(source=found).exclude(pk__in=list(kept)).delete()
    return made


def _locked(source_id: int) -> Source:
    rows = Source.objects.select_for_update(no_key=True, of=("self",)).select_related("organisation")
    found = rows.filter(pk=source_id).first()
    if found is None:
        raise Refused("unknown_source")
    return found
