"""Taking part: enrolling a party, the waiting list, leaving."""

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from wenmai.activities.models import COMING, Attendee, Edition, Enrolment, Session, Standing
from wenmai.activities.rules import (
    TERMINAL,
    Candidate,
    Demand,
    Groups,
    Mode,
    State,
    check_candidate,
    enrolment_is_open,
)
from wenmai.booking import queries as places
from wenmai.booking import services as booking
from wenmai.booking.rules import checked_key
from wenmai.journal import services as journal
from wenmai.lib.access import SYSTEM, Actor
from wenmai.lib.refusal import Refused
from wenmai.people import queries as people

if TYPE_CHECKING:
    from wenmai.journal.models import Entry

HEARD = {
    "booking.offered", "booking.expired", "booking.confirmed", "booking.cancelled", "booking.released",
    "booking.waiting_left",
}  # fmt: skip


@transaction.atomic
def enrol(
    *, session_id: int, who: Sequence[int], key: str, version: int, waits: bool, actor: Actor, now: dt.datetime
) -> Enrolment:
    """A party of accounts, the first of them the holder of its places; with `waits` on the waiting list where there is
    no room. The same key again answers with what it made.

    Refused: unknown_session, not_yet, enrolled_late, called_off, session_moved (its times are others than `version`
    showed), level_low, groups_only, party_odd (detail: the most), age_unknown, too_young, too_old, once_each,
    key_odd, key_used, full, too_many_wait.
    """
    checked_key(key)
    before = Enrolment.objects.filter(booked_by=actor.for_id, key=key).first() if actor.for_id else None
    if before is not None:
        if before.session_id != session_id or {*before.people.values_list("person_id", flat=True)} != {*who}:
            raise Refused("key_used")
        return before
    session = Session.objects.select_related("activity__shown").filter(pk=session_id).first()
    if session is None or session.activity.shown is None:
        raise Refused("unknown_session")
    edition = session.activity.shown
    _require_open(session, version, now)
    party = _party(edition, session, who, actor)
    made = _write(session, party, key, version, actor, now)
    if edition.mode in (Mode.LOTTERY, Mode.APPROVAL):
        _note("activities.enrolled", made, actor, now, count=made.count, standing=str(made.standing))
        return made
    return _take_places(made, party[0].id, actor, now, waits=waits)


def _require_open(session: Session, version: int, now: dt.datetime) -> None:
    if session.state in (State.CANCELLED, State.POSTPONED):
        raise Refused("called_off")
    if session.version != version:
        raise Refused("session_moved", f"{timezone.localtime(session.begins_at):%Y-%m-%d %H:%M}")
    if not enrolment_is_open(session.state, session.enrol_from, session.enrol_until, now):
        soon = session.enrol_from is not None and now < session.enrol_from and session.state not in TERMINAL
        raise Refused("not_yet" if soon else "enrolled_late")


def _party(edition: Edition, session: Session, who: Sequence[int], actor: Actor) -> list[Candidate]:
    """In the order in which their page shows them."""
    if actor.level < edition.level:
        raise Refused("level_low")
    if edition.groups == Groups.ONLY:
        raise Refused("groups_only")
    company = people.company_of(actor.for_id or 0)
    chosen = [Candidate(*one) for one in company if one.id in who]
    if not 1 <= len(chosen) <= edition.most or len(chosen) != len({*who}):
        raise Refused("party_odd", str(edition.most))
    day = timezone.localdate(session.begins_at)
    for one in chosen:
        check_candidate(one, Demand(edition.age_from, edition.age_to), day)
    return chosen


def _write(
    session: Session, party: Sequence[Candidate], key: str, version: int, actor: Actor, now: dt.datetime
) -> Enrolment:
    try:
        with transaction.atomic():
            made = Enrolment.objects.create(
                session=session, booked_by_id=actor.for_id, key=key, count=len(party), version=version, made_at=now
            )
            # always in one order: two guardians of the same two children do not wait for each other
            Attendee.objects.bulk_create(
                Attendee(enrolment=made, session=session, person_id=one.id)
                for one in sorted(party, key=lambda one: one.id)
            )
    except IntegrityError as error:
        name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", "") or ""
        if name not in ("activities_person_once", "activities_enrolment_key_once"):
            raise
        raise Refused("once_each") from error
    return made


def _take_places(made: Enrolment, holder_id: int, actor: Actor, now: dt.datetime, *, waits: bool) -> Enrolment:
    """The last step: what stands in the way is told by the ledger."""
    pool_id = made.session.pool_id
    assert pool_id is not None, "who enrols finds places"
    asked: dict[str, Any] = {
        "pool_id": pool_id,
        "count": made.count,
        "holder_id": holder_id,
        "actor": actor,
        "now": now,
    }
    key = f"enrol:{made.pk}"
    try:
        claim = booking.reserve(**asked, key=key, confirmed=True)
    except Refused as refusal:
        if refusal.code not in ("full", "waiting_first") or not waits:
            raise Refused("full") if refusal.code in ("full", "waiting_first") else refusal from refusal
        wait = booking.wait(**asked, key=key)
        made.wait, made.claim_id = wait, wait.claim_id
        made.standing = Standing.OFFERED if wait.claim_id is not None else Standing.WAITLISTED
        made.save(update_fields=["wait", "claim", "standing"])
        _note("activities.waiting", made, actor, now, count=made.count)
        return made
    made.claim, made.standing = claim, Standing.CONFIRMED
    made.save(update_fields=["claim", "standing"])
    _note("activities.enrolled", made, actor, now, count=made.count, standing=str(made.standing))
    return made


@transaction.atomic
def accept(*, enrolment_id: int, actor: Actor, now: dt.datetime) -> Enrolment:
    """What was offered from the waiting list. Refused: unknown_enrolment, not_offered, hold_over."""
    found = _locked(enrolment_id)
    if found.standing == Standing.CONFIRMED:
        return found
    if found.standing != Standing.OFFERED or found.claim_id is None:
        raise Refused("not_offered")
    booking.confirm(claim_id=found.claim_id, actor=actor, now=now)
    found.standing = Standing.CONFIRMED
    found.save(update_fields=["standing"])
    _note("activities.enrolled", found, actor, now, count=found.count, standing=str(found.standing))
    return found


@transaction.atomic
def leave(*, enrolment_id: int, actor: Actor, now: dt.datetime) -> Enrolment:
    """Gives back what there is: places, a place in line, an offer; after the deadline it says so.

    Refused: unknown_enrolment, not_coming (ended already), begun.
    """
    found = _locked(enrolment_id)
    if found.standing in (Standing.CANCELLED, Standing.LATE_CANCELLED):
        return found
    if found.standing not in COMING:
        raise Refused("not_coming")
    session = Session.objects.select_related("activity__shown").get(pk=found.session_id)
    if now >= session.begins_at:
        raise Refused("begun")
    was = found.standing
    late = was == Standing.CONFIRMED and is_late(session, found, now)
    end(found, Standing.LATE_CANCELLED if late else Standing.CANCELLED, now)
    _note("activities.left", found, actor, now, count=found.count, standing=str(found.standing), was=was)
    if was == Standing.CONFIRMED and found.claim_id is not None:
        booking.cancel(claim_id=found.claim_id, actor=actor, now=now)
    elif found.wait_id is not None and was in (Standing.WAITLISTED, Standing.OFFERED):
        booking.leave(wait_id=found.wait_id, actor=actor, now=now)
    return found


def is_late(session: Session, found: Enrolment, now: dt.datetime) -> bool:
    """Whether giving back counts as late; never for whom the times were changed after they had enrolled."""
    edition = session.activity.shown
    hours = edition.cancel_hours if edition is not None else 0
    return found.version == session.version and now > session.begins_at - dt.timedelta(hours=hours)


def end(found: Enrolment, standing: Standing, now: dt.datetime) -> None:
    """It does not count any more, and its people may be booked again."""
    found.standing, found.ended_at = standing, now
    found.save(update_fields=["standing", "ended_at"])
    Attendee.objects.filter(enrolment=found, live=True).update(live=False)


def hear_places(entry: "Entry") -> None:
    """Something moved in a pool; again: nothing more happens."""
    if entry.subject_kind == "pool":
        detail = entry.detail
        claims, waits = [*detail.get("claims", ()), detail.get("claim")], [detail.get("wait")]
        sync(
            claim_ids=[one for one in claims if one is not None], wait_ids=[one for one in waits if one is not None],
            now=entry.at,
        )  # fmt: skip


@transaction.atomic
def sync(*, claim_ids: Sequence[int], wait_ids: Sequence[int], now: dt.datetime) -> int:
    """What the ledger says of these holds here too: offers, offers that ran out, places taken back at the desk. How
    many enrolments changed."""
    rows = Enrolment.objects.select_for_update(no_key=True).filter(
        Q(claim__in=claim_ids) | Q(wait__in=wait_ids),
        standing__in=[Standing.CONFIRMED, Standing.WAITLISTED, Standing.OFFERED],
    )
    open_rows = list(rows.order_by("pk"))
    waits = places.stages_of([one.wait_id for one in open_rows if one.wait_id is not None])
    claims = places.states_of([one.claim_id for one in open_rows if one.claim_id is not None])
    return sum(_follow_ledger(one, waits, claims, now) for one in open_rows)


def _follow_ledger(
    one: Enrolment, waits: dict[int, tuple[str, int | None]], claims: dict[int, str], now: dt.datetime
) -> bool:
    stage, claim_id = waits.get(one.wait_id or 0, ("", None))
    if one.standing == Standing.CONFIRMED:
        gone = claims.get(one.claim_id or 0) not in ("held", "confirmed")
        if gone:
            end(one, Standing.CANCELLED, now)
            _note("activities.left", one, SYSTEM, now, count=one.count, standing=str(one.standing), was="confirmed")
        return gone
    after = {"offered": Standing.OFFERED, "taken": Standing.CONFIRMED, "waiting": Standing.WAITLISTED}.get(stage)
    if after == one.standing:
        return False
    if after is None:
        was = one.standing
        end(one, Standing.CANCELLED, now)
        _note("activities.left", one, SYSTEM, now, count=one.count, standing=str(one.standing), was=was)
        return True
    one.standing, one.claim_id = after, claim_id
    one.save(update_fields=["standing", "claim"])
    if after == Standing.CONFIRMED:
        _note("activities.enrolled", one, SYSTEM, now, count=one.count, standing=str(after))
    return True


def _locked(enrolment_id: int) -> Enrolment:
    found = Enrolment.objects.select_for_update(no_key=True).filter(pk=enrolment_id).first()
    if found is None:
        raise Refused("unknown_enrolment")
    return found


def _note(name: str, one: Enrolment, actor: Actor, now: dt.datetime, **detail: Any) -> None:
    journal.record(
        name=name, subject_kind="session", subject_key=one.session_id, actor=actor, now=now, enrolment=one.pk, **detail
    )
