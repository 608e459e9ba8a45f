"""Sessions that people have enrolled for: moved, postponed, opened again, called off; everybody is told."""

import datetime as dt
from typing import Any

from django.db import IntegrityError, transaction

from wenmai.activities.models import COMING, CallOff, Enrolment, Notice, Session, Standing
from wenmai.activities.rules import Deed, Plan, State, checked_plan, may_move
from wenmai.activities.services.places import end
from wenmai.activities.services.rooms import leave_room
from wenmai.activities.services.sessions import locked_session, put_times
from wenmai.activities.services.telling import tell
from wenmai.booking import services as booking
from wenmai.booking.rules import checked_reason
from wenmai.journal import services as journal
from wenmai.lib.access import Actor
from wenmai.lib.refusal import Refused

MOVABLE = (State.PUBLISHED, State.ENROLLING, State.CLOSED)


@transaction.atomic
def move_session(
    *, session_id: int, plan: Plan, reason: str, over: str = "", actor: Actor, now: dt.datetime
) -> Session:
    """Other times for everybody who has enrolled; they are told and may leave without more ado.

    Refused: unknown_session, session_over, reason_missing, and what `rules.checked_plan` refuses.
    """
    session, why = locked_session(session_id), checked_reason(reason)
    if session.state not in MOVABLE:
        raise Refused("session_over")
    plan = checked_plan(plan, enrols=session.pool_id is not None, now=now)
    before = session.begins_at
    put_times(session, plan, actor, now, over)
    _note("activities.session_moved", session, actor, now, reason=why, before=before.isoformat())
    return session


@transaction.atomic
def postpone(*, session_id: int, reason: str, actor: Actor, now: dt.datetime) -> Session:
    """Until it is known when. Refused: unknown_session, session_over, reason_missing."""
    session, why = locked_session(session_id), checked_reason(reason)
    _leave(session, State.POSTPONED, Deed.POSTPONE, actor, now)
    _step(session, State.POSTPONED, Deed.POSTPONE, now, reason=why, version=session.version + 1)
    _note("activities.session_postponed", session, actor, now, reason=why)
    return session


@transaction.atomic
def reopen(*, session_id: int, plan: Plan, over: str = "", actor: Actor, now: dt.datetime) -> Session:
    """With its new times. Refused: unknown_session, session_over, and what `rules.checked_plan` refuses."""
    session = locked_session(session_id)
    plan = checked_plan(plan, enrols=session.pool_id is not None, now=now)
    after = State.ENROLLING if session.pool_id is not None else State.PUBLISHED
    _step(session, after, Deed.REOPEN, now, reason="")
    put_times(session, plan, actor, now, over)
    _note("activities.session_reopened", session, actor, now)
    return session


@transaction.atomic
def propose_cancel(*, session_id: int, reason: str, actor: Actor, now: dt.datetime) -> CallOff:
    """Somebody else has to agree. Refused: unknown_session, session_over, reason_missing, nobody, proposed_before."""
    session, why = locked_session(session_id), checked_reason(reason)
    if not may_move(session.state, State.CANCELLED, Deed.CANCEL):
        raise Refused("session_over")
    if actor.user_id is None:
        raise Refused("nobody")
    try:
        with transaction.atomic():
            made = CallOff.objects.create(
                session=session, reason=why, proposed_by=actor.user_id, proposed_by_name=actor.name[:60],
                proposed_at=now,
            )  # fmt: skip
    except IntegrityError as error:
        raise Refused("proposed_before") from error
    _note("activities.cancel_proposed", session, actor, now, reason=why)
    return made


@transaction.atomic
def answer_cancel(*, call_off_id: int, agrees: bool, actor: Actor, now: dt.datetime) -> Session:
    """By somebody else; agreed, all places are given back and everybody is told.

    Refused: unknown_session, decided_before, same_person, session_over, nobody.
    """
    session_id = CallOff.objects.filter(pk=call_off_id).values_list("session_id", flat=True).first()
    session = locked_session(session_id or 0)
    found = CallOff.objects.select_for_update(no_key=True).get(pk=call_off_id)
    if found.decided_at is not None:
        raise Refused("decided_before")
    if actor.user_id is None or actor.user_id == found.proposed_by:
        raise Refused("same_person" if actor.user_id else "nobody")
    found.decided_by, found.decided_by_name, found.decided_at, found.agreed = (
        actor.user_id,
        actor.name[:60],
        now,
        agrees,
    )
    found.save()
    if not agrees:
        _note("activities.cancel_declined", session, actor, now)
        return session
    _leave(session, State.CANCELLED, Deed.CANCEL, actor, now)
    _step(session, State.CANCELLED, Deed.CANCEL, now, reason=found.reason)
    if session.pool_id is not None:
        booking.close_pool(pool_id=session.pool_id, reason=found.reason, actor=actor, now=now)
    for one in Enrolment.objects.select_for_update(no_key=True).filter(session=session, standing__in=COMING):
        end(one, Standing.CANCELLED, now)
        tell(one, Notice.Kind.CANCELLED, now)
    _note("activities.session_cancelled", session, actor, now, reason=found.reason)
    return session


def _leave(session: Session, after: State, deed: Deed, actor: Actor, now: dt.datetime) -> None:
    """The venue, before the session is called off."""
    if may_move(session.state, after, deed):
        leave_room(session, actor, now)


def _step(session: Session, after: State, deed: Deed, now: dt.datetime, **more: Any) -> None:
    if not may_move(session.state, after, deed):
        raise Refused("session_over")
    Session.objects.filter(pk=session.pk).update(state=after, moved_on_at=now, **more)
    session.refresh_from_db()


def _note(name: str, session: Session, actor: Actor, now: dt.datetime, **detail: Any) -> None:
    journal.record(
        name=name, subject_kind="activity", subject_key=session.activity_id, actor=actor, now=now, session=session.pk,
        **detail,
    )  # fmt: skip
