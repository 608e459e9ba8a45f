"""Who did not come or cancelled, told to the one place that counts it (`booking`), and taken back."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from wenmai.activities.models import Attendee, Enrolment, Session, Standing
from wenmai.activities.services.noting import note_enrolment
from wenmai.booking import queries as places
from wenmai.booking import services as booking
from wenmai.booking.rules import checked_reason
from wenmai.lib.access import SYSTEM, Actor
from wenmai.lib.refusal import Refused

if TYPE_CHECKING:
    from wenmai.journal.models import Entry

HEARD = {"booking.absence_lifted"}
KIND = "enrolment"
MARKED_WITHIN = dt.timedelta(days=7)
"""After the end, by hand: later nobody remembers. Ours."""


def check(who: Mapping[int, str], session: Session, now: dt.datetime) -> None:
    """Refused: paused (detail: who, until when)."""
    until = places.paused(session.activity.organisation_id, list(who), now)
    for person, day in until.items():
        raise Refused("paused", f"{who[person]} {day:%Y-%m-%d}".strip())


def _who(rows: Iterable[Enrolment], session: Session) -> list[booking.Who]:
    """Those who take part, whoever booked them; of a group, which has no names, the one who answers for it."""
    found = {one.pk: one for one in rows}
    edition = session.activity.shown or session.activity.latest
    assert edition is not None, "made with its first edition"
    day, named = timezone.localdate(session.begins_at), Attendee.objects.filter(enrolment__in=found)
    pairs = list(named.exclude(person=None).order_by("pk").values_list("enrolment_id", "person_id"))
    groups = [(one.pk, one.booked_by_id) for one in found.values() if one.group_id and one.booked_by_id]
    return [
        booking.Who(person, KIND, str(number), edition.title, day) for number, person in [*pairs, *groups] if person
    ]


def missed(rows: Iterable[Enrolment], session: Session, actor: Actor, now: dt.datetime) -> None:
    who = _who(rows, session)
    if who:
        booking.note_missed(organisation_id=session.activity.organisation_id, who=who, actor=actor, now=now)


def cancelled(found: Enrolment, session: Session, actor: Actor, now: dt.datetime, *, late: bool) -> None:
    """Nobody is held to times that were changed after they had enrolled."""
    who = _who([found], session)
    if who and found.version == session.version:
        booking.note_cancelled(
            organisation_id=session.activity.organisation_id, who=who, late=late, actor=actor, now=now
        )


@transaction.atomic
def mark_absent(*, enrolment_id: int, actor: Actor, now: dt.datetime) -> Enrolment:
    """By hand, from a paper list: they were held to have come, or nobody was checked in, and they were not there.

    Refused: unknown_enrolment, was_there (detail: how it stands), not_absent_yet, own_absence.
    """
    found = _locked(enrolment_id)
    session = Session.objects.select_related("activity__shown", "activity__latest").get(pk=found.session_id)
    if found.standing != Standing.COMPLETED:
        raise Refused("was_there", str(found.get_standing_display()))
    if not session.ends_at <= now <= session.ends_at + MARKED_WITHIN:
        raise Refused("not_absent_yet")
    if actor.user_id is not None and Attendee.objects.filter(enrolment=found, person=actor.user_id).exists():
        raise Refused("own_absence")
    found.standing = Standing.NO_SHOW
    found.save(update_fields=["standing"])
    note_enrolment("activities.marked_absent", found, actor, now)
    missed([found], session, actor, now)
    return found


@transaction.atomic
def exempt(*, enrolment_id: int, reason: str, actor: Actor, now: dt.datetime) -> Enrolment:
    """They had a good reason, or it was noted wrongly: it does not count any more.

    Refused: unknown_enrolment, not_absent, reason_missing, own_absence.
    """
    why, found = checked_reason(reason), _locked(enrolment_id)
    if found.standing != Standing.NO_SHOW:
        raise Refused("not_absent")
    _exempted(found, why, actor, now)
    booking.lift_absences(subject_kind=KIND, subject_key=str(found.pk), reason=why, actor=actor, now=now)
    return found


def _exempted(found: Enrolment, why: str, actor: Actor, now: dt.datetime) -> None:
    found.standing, found.reason = Standing.EXEMPTED, why
    found.save(update_fields=["standing", "reason"])
    note_enrolment("activities.exempted", found, actor, now)


@transaction.atomic
def hear_lifted(entry: "Entry") -> None:
    """What was noted of a whole party is taken back: it stands as exempted; again: nothing more happens."""
    if entry.detail.get("of") == KIND and not entry.detail.get("left"):
        found = _locked(int(entry.detail["number"]))
        if found.standing == Standing.NO_SHOW:
            _exempted(found, places.lifted_for(KIND, str(found.pk)) or "—", SYSTEM, entry.at)


def _locked(enrolment_id: int) -> Enrolment:
    found = Enrolment.objects.select_for_update(no_key=True).filter(pk=enrolment_id).first()
    if found is None:
        raise Refused("unknown_enrolment")
    return found
