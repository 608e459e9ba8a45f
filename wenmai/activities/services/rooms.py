"""The venue of an activity: its time is taken with the session's and goes with it."""

import datetime as dt
import secrets
from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from wenmai.activities.models import Activity, Session
from wenmai.activities.rules import State
from wenmai.activities.rules.rooms import candidates, nearest
from wenmai.booking import queries as rooms
from wenmai.booking import services as booking
from wenmai.booking.rules.times import Times
from wenmai.lib.access import Actor
from wenmai.lib.refusal import Refused

KEEPS = (State.DRAFT, State.REVIEW, State.PUBLISHED, State.ENROLLING, State.CLOSED, State.ONGOING)


def take_rooms(found: Activity, sessions: Sequence[Session], actor: Actor, now: dt.datetime, over: str = "") -> None:
    """For all of them or none, in the caller's transaction, in place of what they had. `over`: the reason for which the
    public gives way. Refused: room_taken (detail: what is taken, and when it is free), time_odd, reason_missing."""
    for one in sessions:
        leave_room(one, actor, now)
    thing_id = found.latest.thing_id if found.latest is not None else None
    if thing_id is None or not sessions:
        return
    wishes = [booking.Wish(thing_id, Times(one.begins_at, one.ends_at)) for one in sessions]
    title, key = str(found.latest), f"sessions:{secrets.token_hex(12)}"
    try:
        with transaction.atomic():
            if over:
                stays, _gone = booking.preempt(
                    wishes=wishes, key=key, title=title, reason=over, actor=actor, now=now
                )  # fmt: skip
            else:
                stays = booking.book(
                    wishes=wishes, key=key, use="in_house", title=title, confirmed=True, actor=actor, now=now
                )
    except Refused as refusal:
        if refusal.code != "taken":
            raise
        raise Refused("room_taken", _told(thing_id, wishes, refusal.detail, now)) from refusal
    for one, stay in zip(sessions, stays, strict=True):
        one.stay_id = stay.pk
        one.save(update_fields=["stay"])


def leave_room(one: Session, actor: Actor, now: dt.datetime) -> None:
    """Others may have it; nothing where there was none."""
    if one.stay_id is None:
        return
    stay_id, one.stay_id = one.stay_id, None
    one.save(update_fields=["stay"])
    try:
        booking.end_stay(stay_id=stay_id, actor=actor, now=now)
    except Refused as refusal:
        if refusal.code != "stay_ended":
            raise


def follow_room(found: Activity, before: int | None, actor: Actor, now: dt.datetime) -> None:
    """Another venue was written: the sessions to come move into it."""
    if found.latest is not None and found.latest.thing_id != before:
        rows = Session.objects.select_for_update(no_key=True).filter(activity=found, state__in=KEEPS, begins_at__gt=now)
        take_rooms(found, list(rows.order_by("begins_at", "pk")), actor, now)


def _told(thing_id: int, wishes: Sequence[booking.Wish], taken: str, now: dt.datetime) -> str:
    thing = rooms.thing(thing_id)
    assert thing is not None, "it was taken a moment ago"
    first = next(
        (one.times for one in rooms.preview(thing, [wish.times for wish in wishes], now) if not one.free_units),
        wishes[0].times,
    )
    asked = candidates(first, now, timezone.get_default_timezone())
    free = [one.times for one in rooms.preview(thing, asked, now) if one.free_units] if asked else []
    near = "、".join(f"{timezone.localtime(one.starts_at):%m-%d %H:%M}" for one in nearest(free, first))
    return f"{taken} → {near or '—'}"
