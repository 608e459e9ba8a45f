"""Broadcasts: where they are, whether they are on, and which machines may serve them."""

import datetime as dt
from collections.abc import Callable

from django.db import IntegrityError, transaction
from django.db.models import F

from wenmai.activities.models import Broadcast, LiveHost
from wenmai.activities.rules import TERMINAL, State, Way
from wenmai.activities.rules.live import CAPTIONS, Signal, checked_address, checked_host, host_of, signal_of, variant
from wenmai.activities.services.noting import note_session
from wenmai.activities.services.sessions import locked_session
from wenmai.booking.rules import plain
from wenmai.journal import services as journal
from wenmai.lib import http
from wenmai.lib.access import SYSTEM, Actor
from wenmai.lib.refusal import Refused

BEFORE, AFTER, AGAIN = dt.timedelta(minutes=30), dt.timedelta(hours=2), dt.timedelta(seconds=90)
"""From when until when around its times a broadcast is asked for, and how often. Ours."""
AT_ONCE = 20
LIMITS, PATIENCE = http.Limits(5, 5, 10, 512 * 1024, 2), http.Patience(attempts=1)
Ask = Callable[[str], http.Fetched]


@transaction.atomic
def set_broadcast(
    *, session_id: int, address: str, captions: str = "", actor: Actor, now: dt.datetime
) -> Broadcast | None:
    """Where it can be seen; nothing: not broadcast any more.

    Refused: unknown_session, session_over, not_broadcast (its activity is on site only), live_address_odd, host_odd,
    live_host_unknown (detail: the host).
    """
    session = locked_session(session_id)
    latest = session.activity.latest
    assert latest is not None, "made with its first edition"
    if not address.strip():
        if Broadcast.objects.filter(session=session).delete()[0]:
            note_session("activities.broadcast_dropped", session_id, actor, now)
        return None
    if session.state in TERMINAL:
        raise Refused("session_over")
    if latest.way == Way.ON_SITE:
        raise Refused("not_broadcast")
    kept = checked_address(address)
    if not LiveHost.objects.filter(host=host_of(kept)).exists():
        raise Refused("live_host_unknown", host_of(kept))
    values = {
        "address": kept, "captions": plain(captions, CAPTIONS), "signal": Signal.UNKNOWN, "failure": "",
        "checked_at": None, "said_by": actor.user_id, "said_at": now,
    }  # fmt: skip
    made, _new = Broadcast.objects.update_or_create(session=session, defaults=values)
    note_session("activities.broadcast_set", session_id, actor, now, host=host_of(kept))
    return made


@transaction.atomic
def add_host(*, host: str, actor: Actor, now: dt.datetime) -> LiveHost:
    """Refused: host_odd, host_there."""
    kept = checked_host(host)
    try:
        with transaction.atomic():
            made = LiveHost.objects.create(
                host=kept, added_by=actor.user_id, added_by_name=actor.name[:100], added_at=now
            )  # fmt: skip
    except IntegrityError as error:
        raise Refused("host_there") from error
    journal.record(
        name="activities.live_host_added", subject_kind="live_host", subject_key=kept, actor=actor, now=now
    )  # fmt: skip
    return made


@transaction.atomic
def drop_host(*, host: str, actor: Actor, now: dt.datetime) -> None:
    """Nothing of it is shown any more. Refused: host_unknown."""
    if not LiveHost.objects.filter(host=host).delete()[0]:
        raise Refused("host_unknown")
    journal.record(
        name="activities.live_host_dropped", subject_kind="live_host", subject_key=host, actor=actor, now=now
    )  # fmt: skip


def check_due(*, now: dt.datetime, ask: Ask | None = None) -> int:
    """For the job: broadcasts whose time it is, those first that were asked longest ago; how many were asked."""
    rows = Broadcast.objects.filter(session__begins_at__lt=now + BEFORE, session__ends_at__gt=now - AFTER)
    rows = rows.exclude(session__state__in=[State.CANCELLED, State.POSTPONED, State.DRAFT, State.REVIEW])
    rows = rows.exclude(checked_at__gt=now - AGAIN).order_by(F("checked_at").asc(nulls_first=True), "pk")
    hosts = {*LiveHost.objects.values_list("host", flat=True)}
    due = list(rows.values_list("pk", "address")[:AT_ONCE])
    if not due:
        return 0
    if ask is not None:
        return sum(_check(pk, address, hosts, ask, now) for pk, address in due)
    with http.Fetcher(limits=LIMITS, patience=PATIENCE) as fetcher:
        return sum(
            _check(pk, address, hosts, lambda url: fetcher.get(url, lambda one: one), now) for pk, address in due
        )


def _check(broadcast_id: int, address: str, hosts: set[str], ask: Ask, now: dt.datetime) -> bool:
    signal, failure = _asked(address, hosts, ask)
    with transaction.atomic():
        found = Broadcast.objects.select_for_update().filter(pk=broadcast_id, address=address).first()
        if found is None:
            return False
        is_new = (found.signal, found.failure) != (signal, failure)
        found.signal, found.failure, found.checked_at = signal, failure, now
        found.save(update_fields=["signal", "failure", "checked_at"])
        if is_new:
            note_session(
                "activities.broadcast_signal", found.session_id, SYSTEM, now, signal=str(signal), failure=failure
            )
    return True


def _asked(address: str, hosts: set[str], ask: Ask) -> tuple[Signal, str]:
    """One step into a playlist of playlists, on machines that are known."""
    try:
        for _step in range(2):
            if host_of(checked_address(address)) not in hosts:
                break
            answer = ask(address)
            if host_of(answer.url) not in hosts:
                break
            deeper = variant(answer.body, answer.url)
            if deeper is None:
                signal = signal_of(answer.body)
                return signal, "playlist" if signal == Signal.FAILING else ""
            address = deeper
        else:
            return Signal.FAILING, "playlist"
    except http.FetchFailed as failure:
        is_missing = failure.answer is not None and failure.answer.status in (404, 410)
        return (Signal.SOON, "") if is_missing else (Signal.FAILING, failure.code)
    except Refused:
        pass
    return Signal.FAILING, "host"
