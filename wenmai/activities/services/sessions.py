"""When an activity takes place: adding, changing, dropping, and what the clock does."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from wenmai.activities.models import Activity, Enrolment, Session
from wenmai.activities.rules import MOST_SESSIONS, MOVES, Deed, Mode, Plan, State, checked_plan, due_moves
from wenmai.activities.rules.settings import LAST_DAY_OFFER, OFFER
from wenmai.activities.services.activities import locked
from wenmai.activities.services.draws import commit
from wenmai.activities.services.noting import note_activity
from wenmai.activities.services.rooms import KEEPS, leave_room, take_rooms
from wenmai.booking import services as booking
from wenmai.booking.rules import Numbers
from wenmai.institutions import queries as institutions
from wenmai.lib.access import SYSTEM, Actor
from wenmai.lib.refusal import Refused

MOST_AT_ONCE = MOST_IN_CLAIM = 1_000
WRITTEN = (State.DRAFT, State.REVIEW)
"""Nobody can have enrolled yet."""


@transaction.atomic
def add_sessions(
    *, activity_id: int, plans: Sequence[Plan], over: str = "", actor: Actor, now: dt.datetime
) -> list[Session]:
    """All or none; of an activity that is on show they are open at once: what is said of them has been reviewed.

    Refused: unknown_activity, sessions_many, session_twice, and what `rules.checked_plan` and `take_rooms` refuse.
    """
    found = locked(activity_id)
    assert found.latest is not None, "made with its first edition"
    if not 1 <= len(plans) <= MOST_SESSIONS:
        raise Refused("sessions_many", str(MOST_SESSIONS))
    there = set(
        Session.objects.filter(activity=found).exclude(state=State.CANCELLED).values_list("begins_at", flat=True)
    )
    made, numbers = [], _numbers(found)
    for one in plans:
        plan = checked_plan(one, enrols=found.latest.enrols, now=now)
        if plan.begins_at in there:
            raise Refused("session_twice", f"{plan.begins_at:%Y-%m-%d %H:%M}")
        there.add(plan.begins_at)
        made.append(_add(found, plan, numbers, actor, now))
    take_rooms(found, made, actor, now, over)
    if found.shown_id is not None:
        Session.objects.filter(pk__in=[one.pk for one in made]).update(state=State.PUBLISHED)
        if found.shown is not None and found.shown.mode == Mode.LOTTERY:
            commit(made, now)
    note_activity("activities.sessions_added", found.pk, actor, now, sessions=[one.pk for one in made])
    return made


def _numbers(found: Activity) -> Numbers:
    """What counts for places of the institution; a pool keeps what it was opened with."""
    said = institutions.settings_for([OFFER, LAST_DAY_OFFER], [found.organisation_id])[found.organisation_id]
    # one for each person is ours to hold: a guardian may book two children one after the other
    return Numbers(most=MOST_IN_CLAIM, offer_minutes=said[OFFER], last_day_minutes=said[LAST_DAY_OFFER])


def _add(found: Activity, plan: Plan, numbers: Numbers, actor: Actor, now: dt.datetime) -> Session:
    made = Session.objects.create(
        activity=found, moved_on_at=now, **_times(plan._replace(enrol_from=None, enrol_until=None))
    )
    if plan.enrol_from is not None:
        _open_places(found, made, plan, numbers, actor, now)
    return made


def _open_places(
    found: Activity, session: Session, plan: Plan, numbers: Numbers, actor: Actor, now: dt.datetime
) -> None:
    assert found.latest is not None, "made with its first edition"
    places = {name: number for name, number in plan.places.items() if number or name == "open"}
    pool = booking.open_pool(
        subject_kind="session", subject_key=str(session.pk), organisation_id=found.organisation_id,
        name=_pool_name(found, plan), shares=places, starts_at=plan.begins_at, once=False, numbers=numbers,
        actor=actor, now=now,
    )  # fmt: skip
    session.pool, session.enrol_from, session.enrol_until = pool, plan.enrol_from, plan.enrol_until
    session.save(update_fields=["pool", "enrol_from", "enrol_until"])


def _pool_name(found: Activity, plan: Plan) -> str:
    return f"{found.latest} {timezone.localtime(plan.begins_at):%m-%d %H:%M}"


@transaction.atomic
def change_session(*, session_id: int, plan: Plan, over: str = "", actor: Actor, now: dt.datetime) -> Session:
    """Times only as long as nobody has enrolled; places whenever, never below what is given.

    Refused: unknown_session, session_over, session_taken (somebody has enrolled: move it instead), share_too_small,
    and what `rules.checked_plan` and `take_rooms` refuse.
    """
    session = locked_session(session_id)
    if session.state not in (*WRITTEN, State.PUBLISHED, State.ENROLLING, State.CLOSED, State.POSTPONED):
        raise Refused("session_over")
    plan = checked_plan(plan, enrols=session.pool_id is not None, now=now)
    changed = [name for name, value in _times(plan).items() if getattr(session, name) != value]
    if {"begins_at", "ends_at"} & {*changed} and Enrolment.objects.filter(session=session, ended_at=None).exists():
        raise Refused("session_taken")
    put_times(session, plan, actor, now, over)
    note_activity(
        "activities.session_changed", session.activity_id, actor, now, session=session.pk, changed=sorted(changed)
    )
    return session


def put_times(session: Session, plan: Plan, actor: Actor, now: dt.datetime, over: str = "") -> None:
    """The session's row is locked. Its version grows where people would come at another time."""
    moved = (session.begins_at, session.ends_at) != (plan.begins_at, plan.ends_at)
    Session.objects.filter(pk=session.pk).update(**_times(plan), version=session.version + moved)
    session.refresh_from_db()
    if moved or session.stay_id is None:
        take_rooms(session.activity, [session], actor, now, over)
    if session.pool_id is not None:
        if moved:
            _move_places(session, plan, actor, now)
        booking.set_shares(pool_id=session.pool_id, shares=plan.places, actor=actor, now=now)


def _move_places(session: Session, plan: Plan, actor: Actor, now: dt.datetime) -> None:
    pool = session.pool
    assert pool is not None, "who asks has looked"
    booking.change_pool(
        pool_id=pool.pk, name=_pool_name(session.activity, plan), starts_at=plan.begins_at,
        numbers=Numbers(*(getattr(pool, name) for name in Numbers._fields)), actor=actor, now=now,
    )  # fmt: skip


@transaction.atomic
def drop_session(*, session_id: int, actor: Actor, now: dt.datetime) -> None:
    """One that was never public. Refused: unknown_session, session_public."""
    session = locked_session(session_id)
    if session.state not in WRITTEN or session.enrolments.exists() or session.call_offs.exists():
        raise Refused("session_public")
    pool_id, activity_id = session.pool_id, session.activity_id
    leave_room(session, actor, now)
    session.delete()
    if pool_id is not None:
        booking.close_pool(pool_id=pool_id, reason="dropped", actor=actor, now=now)
    note_activity("activities.session_dropped", activity_id, actor, now, session=session_id)


@transaction.atomic
def keep_room(*, session_id: int, over: str = "", actor: Actor, now: dt.datetime) -> Session:
    """Takes the venue again that somebody has taken back. Refused: unknown_session, session_over, room_taken."""
    session = locked_session(session_id)
    if session.state not in KEEPS or session.begins_at <= now:
        raise Refused("session_over")
    take_rooms(session.activity, [session], actor, now, over)
    note_activity("activities.session_changed", session.activity_id, actor, now, session=session.pk, changed=["stay"])
    return session


def follow(*, now: dt.datetime) -> int:
    """For the job: what the clock moves on, one transaction each; how many moved."""
    numbers = Session.objects.filter(_is_due(now)).order_by("ends_at", "pk").values_list("pk", flat=True)
    return sum(_follow(number, now) for number in numbers[:MOST_AT_ONCE])


def _is_due(now: dt.datetime) -> Q:
    """By the table of moves: what has nothing to do yet is not looked at, however much there is."""
    due = Q(pk__in=[])
    for one in MOVES:
        if one.deed == Deed.CLOCK:
            enrols = Q() if one.enrols is None else Q(pool__isnull=not one.enrols)
            due |= enrols & Q(("state", one.source), (f"{one.moment}__lte", now))
    return due


@transaction.atomic
def _follow(session_id: int, now: dt.datetime) -> bool:
    session = locked_session(session_id)
    moments = {
        "enrol_from": session.enrol_from, "enrol_until": session.enrol_until, "check_from": session.check_from,
        "ends_at": session.ends_at,
    }  # fmt: skip
    states = due_moves(session.state, moments, enrols=session.pool_id is not None, now=now)
    for state in states:
        Session.objects.filter(pk=session_id).update(state=state, moved_on_at=now)
    if states:
        note_activity(
            "activities.session_moved_on", session.activity_id, SYSTEM, now, session=session_id,
            states=[str(one) for one in states],
        )  # fmt: skip
    return bool(states)


def locked_session(session_id: int) -> Session:
    """Refused: unknown_session."""
    rows = Session.objects.select_for_update(no_key=True, of=("self",)).select_related("activity__latest")
    found = rows.filter(pk=session_id).first()
    if found is None:
        raise Refused("unknown_session")
    return found


def _times(plan: Plan) -> dict[str, Any]:
    said = plan._asdict()
    del said["places"]
    return said
