"""Taking part: enrolling a party, the waiting list, leaving."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from wenmai.activities.models import COMING, Attendee, Draw, Edition, Enrolment, Notice, Session, Standing
from wenmai.activities.rules import (
    TERMINAL,
    Candidate,
    Demand,
    Groups,
    Mode,
    State,
    age_on,
    check_candidate,
    enrolment_is_open,
)
from wenmai.activities.rules.settings import ELDER_AGE
from wenmai.activities.services import absences
from wenmai.activities.services.noting import note_enrolment
from wenmai.activities.services.places import end, take_places
from wenmai.activities.services.questions import Answers, keep_answers, read_answers
from wenmai.activities.services.telling import tell
from wenmai.booking import queries as places
from wenmai.booking import services as booking
from wenmai.booking.rules import checked_key, checked_reason
from wenmai.institutions import queries as institutions
from wenmai.lib.access import Actor
from wenmai.lib.levels import Level
from wenmai.lib.refusal import Refused
from wenmai.people import queries as people
from wenmai.usage import services as usage

MOST_HEADS = 500
"""The largest group. Ours, no norm."""


@transaction.atomic
def enrol(
    *, session_id: int, who: Sequence[int], key: str, version: int, waits: bool, answers: Answers | None = None,
    actor: Actor, now: dt.datetime,
) -> Enrolment:  # fmt: skip
    """A party of accounts, the first of them the holder of its places; with `waits` on the waiting list where there is
    no room. The same key again answers with what it made.

    Refused: unknown_session, not_yet, enrolled_late, called_off, session_moved (its times are others than `version`
    showed), level_low, groups_only, party_odd (detail: the most), age_unknown, too_young, too_old, home_unknown,
    home_vague, home_other, home_unproven, once_each, paused (somebody of them did not come too often; detail: who,
    until when), key_odd, key_used, full, too_many_wait, and what is answered as `questions.read_answers`.
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
    party = _party(edition, session, who, actor, now)
    said = read_answers(edition, answers)
    made = _write(session, party, key, actor, now)
    if made is None:
        return enrol(session_id=session_id, who=who, key=key, version=version, waits=waits, actor=actor, now=now)
    keep_answers(made, edition, said)
    return _go_on(made, edition, actor, now, waits=waits, elders=_are_elders(party, session))


@transaction.atomic
def enrol_group(
    *, session_id: int, group_id: int, heads: int, key: str, version: int, waits: bool, answers: Answers | None = None,
    actor: Actor, now: dt.datetime,
) -> Enrolment:  # fmt: skip
    """By whoever answers for the group, with so many heads, of the places for groups where there are such.

    Refused: what `enrol` refuses, no_groups (it takes individuals only), not_responsible, heads_odd (detail: the most).
    """
    checked_key(key)
    before = Enrolment.objects.filter(booked_by=actor.for_id, key=key).first() if actor.for_id else None
    if before is not None:
        if (before.session_id, before.group_id, before.count) != (session_id, group_id, heads):
            raise Refused("key_used")
        return before
    session = Session.objects.select_related("activity__shown").filter(pk=session_id).first()
    if session is None or session.activity.shown is None:
        raise Refused("unknown_session")
    edition = session.activity.shown
    _require_open(session, version, now)
    if actor.level < edition.level:
        raise Refused("level_low")
    if edition.groups == Groups.NONE:
        raise Refused("no_groups")
    if group_id not in {one.id for one in people.led_groups(actor.for_id or 0)}:
        raise Refused("not_responsible")
    if not 1 <= heads <= MOST_HEADS:
        raise Refused("heads_odd", str(MOST_HEADS))
    absences.check({actor.for_id or 0: ""}, session, now)
    said = read_answers(edition, answers)
    share = "group" if places.has_share(session.pool_id or 0, "group") else "open"
    made = _write(session, [], key, actor, now, group_id=group_id, count=heads, share=share)
    if made is None:
        return enrol_group(
            session_id=session_id, group_id=group_id, heads=heads, key=key, version=version, waits=waits, actor=actor,
            now=now,
        )  # fmt: skip
    keep_answers(made, edition, said)
    return _go_on(made, edition, actor, now, waits=waits, elders=False)


def _go_on(
    made: Enrolment, edition: Edition, actor: Actor, now: dt.datetime, *, waits: bool, elders: bool
) -> Enrolment:
    """Applied, where somebody or the lot decides; otherwise places at once, those for the elderly first."""
    _count("act.enroll", made.session, now)
    if edition.mode in (Mode.LOTTERY, Mode.APPROVAL):
        _require_still_open(made, now)
        note_enrolment("activities.enrolled", made, actor, now, count=made.count, standing=str(made.standing))
        return made
    if elders and places.free_places([made.session.pool_id or 0], "elder").get(made.session.pool_id or 0, 0):
        made.share = "elder"
        try:
            with transaction.atomic():
                made.save(update_fields=["share"])
                return take_places(made, actor, now, waits=False)
        except Refused:
            made.share = "open"
    return take_places(made, actor, now, waits=waits)


def _are_elders(party: Sequence[Candidate], session: Session) -> bool:
    day = timezone.localdate(session.begins_at)
    if not places.has_share(session.pool_id or 0, "elder"):
        return False
    least = institutions.setting(ELDER_AGE, session.activity.organisation_id)
    return all(one.born is not None and age_on(one.born, day) >= least for one in party)


def _require_open(session: Session, version: int, now: dt.datetime) -> None:
    if session.state in (State.CANCELLED, State.POSTPONED):
        raise Refused("called_off")
    if session.version != version:
        raise Refused("session_moved", f"{timezone.localtime(session.begins_at):%Y-%m-%d %H:%M}")
    if not enrolment_is_open(session.state, session.enrol_from, session.enrol_until, now):
        soon = session.enrol_from is not None and now < session.enrol_from and session.state not in TERMINAL
        raise Refused("not_yet" if soon else "enrolled_late")


def _require_still_open(made: Enrolment, now: dt.datetime) -> None:
    """Who applies takes no place, at which they would meet whoever calls the session off, moves it or draws: they look
    again, with the session's row held until they are written. Refused: as `_require_open`."""
    session = Session.objects.select_for_update(no_key=True).get(pk=made.session_id)
    _require_open(session, made.version, now)
    if Draw.objects.filter(session=session, drawn_at__isnull=False).exists():
        raise Refused("enrolled_late")


def _party(edition: Edition, session: Session, who: Sequence[int], actor: Actor, now: dt.datetime) -> list[Candidate]:
    """In the order in which their page shows them."""
    if actor.level < edition.level:
        raise Refused("level_low")
    if edition.groups == Groups.ONLY:
        raise Refused("groups_only")
    company = people.company_of(actor.for_id or 0)
    chosen = [Candidate(*one) for one in company if one.id in who]
    if not 1 <= len(chosen) <= edition.most or len(chosen) != len({*who}):
        raise Refused("party_odd", str(edition.most))
    day, demand = timezone.localdate(session.begins_at), _demand(edition)
    for one in chosen:
        check_candidate(one, demand, day)
    absences.check({one.id: one.name for one in chosen}, session, now)
    return chosen


def _demand(edition: Edition) -> Demand:
    """Who has to have been seen in person has to have had their paper seen, too."""
    place = institutions.place(edition.region) if edition.region else None
    within, name = (place.prefix, place.name) if place else (edition.region, edition.region)
    return Demand(edition.age_from, edition.age_to, within, name, edition.level >= Level.IN_PERSON)


def _write(
    session: Session, party: Sequence[Candidate], key: str, actor: Actor, now: dt.datetime, **more: Any
) -> Enrolment | None:
    """Nothing where the same key has been written a moment ago: a double tap. Refused: once_each."""
    said = {"count": len(party), "version": session.version, "made_at": now, **more}
    try:
        with transaction.atomic():
            made = Enrolment.objects.create(session=session, booked_by_id=actor.for_id, key=key, **said)
            # always in one order: two guardians of the same two children do not wait for each other
            Attendee.objects.bulk_create(
                Attendee(enrolment=made, session=session, person_id=one.id)
                for one in sorted(party, key=lambda one: one.id)
            )
    except IntegrityError as error:
        name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", "") or ""
        if name == "activities_enrolment_key_once":
            return None
        if name not in ("activities_person_once", "activities_group_once"):
            raise
        raise Refused("once_each") from error
    return made


@transaction.atomic
def decide(*, enrolment_id: int, accepts: bool, reason: str, actor: Actor, now: dt.datetime) -> Enrolment:
    """On an application, where somebody decides; who is accepted gets places, or waits for them.

    Refused: unknown_enrolment, not_applied, reason_missing.
    """
    found = _locked(enrolment_id)
    session = Session.objects.select_related("activity__shown").get(pk=found.session_id)
    edition = session.activity.shown
    if found.standing != Standing.APPLIED or edition is None or edition.mode != Mode.APPROVAL:
        raise Refused("not_applied")
    if accepts:
        take_places(found, actor, now, waits=True)
        if found.standing == Standing.CONFIRMED:
            tell(found, Notice.Kind.ACCEPTED, now)
        return found
    found.reason = checked_reason(reason)
    end(found, Standing.REFUSED, now)
    note_enrolment("activities.refused", found, actor, now, count=found.count)
    tell(found, Notice.Kind.REFUSED, now)
    return found


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
    note_enrolment("activities.enrolled", found, actor, now, count=found.count, standing=str(found.standing))
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
    note_enrolment("activities.left", found, actor, now, count=found.count, standing=str(found.standing), was=was)
    _count("act.cancel", session, now)
    if was == Standing.CONFIRMED and found.claim_id is not None:
        booking.cancel(claim_id=found.claim_id, actor=actor, now=now)
    elif found.wait_id is not None and was in (Standing.WAITLISTED, Standing.OFFERED):
        booking.leave(wait_id=found.wait_id, actor=actor, now=now)
    if was == Standing.CONFIRMED and actor.user_id is not None:
        absences.cancelled(found, session, actor, now, late=late)
    return found


def is_late(session: Session, found: Enrolment, now: dt.datetime) -> bool:
    """Whether giving back counts as late; never for whom the times were changed after they had enrolled."""
    edition = session.activity.shown
    hours = edition.cancel_hours if edition is not None else 0
    return found.version == session.version and now > session.begins_at - dt.timedelta(hours=hours)


def _locked(enrolment_id: int) -> Enrolment:
    found = Enrolment.objects.select_for_update(no_key=True).filter(pk=enrolment_id).first()
    if found is None:
        raise Refused("unknown_enrolment")
    return found


def _count(kind: str, session: Session, now: dt.datetime) -> None:
    """A party, never who; with what it is about, or not at all."""
    usage.note(
        kind=kind, subject_kind="session", subject_key=session.pk,
        organisation_id=session.activity.organisation_id, now=now,
    )  # fmt: skip
