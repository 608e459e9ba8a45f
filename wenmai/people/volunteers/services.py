"""Registering, answering, ending a term; the ledger of service and what is said about it; records."""

import datetime as dt
from collections.abc import Iterable

from django.db import IntegrityError, transaction
from django.utils import timezone

from wenmai.institutions import queries as institutions
from wenmai.journal import services as journal
from wenmai.lib import vault
from wenmai.lib.access import SYSTEM, Actor
from wenmai.lib.refusal import Refused
from wenmai.people.models import User
from wenmai.people.volunteers import queries
from wenmai.people.volunteers.models import ServiceDispute, ServiceEntry, ServiceRecord, Volunteer
from wenmai.people.volunteers.rules import (
    MOST_OPEN,
    MOST_RECORDS,
    MOST_TERM_DAYS,
    SKILLS,
    TIMES,
    checked_service,
    new_code,
    spaced,
)

State = Volunteer.State
GONE = "—"
"""Where words stood of or about somebody who has no account any more."""
BROKEN = {"people_service_day_is_full": "service_full", "people_service_taken_back_whole": "entry_settled"}


@transaction.atomic
def register(
    *, organisation_id: int, skills: Iterable[str], times: Iterable[str], note: str, shares_phone: bool, actor: Actor,
    now: dt.datetime,
) -> Volunteer:  # fmt: skip
    """Somebody wants to serve there. Refused: volunteer_name (no real name), volunteer_skills, volunteer_there,
    volunteer_many, unknown_organisation."""
    user_id = actor.user_id or 0
    User.objects.select_for_update(no_key=True).get(pk=user_id)
    if not queries.real_name(user_id):
        raise Refused("volunteer_name")
    found = institutions.organisation(organisation_id)
    if found is None or found.closed_on is not None:
        raise Refused("unknown_organisation", str(organisation_id))
    kept, free = [one for one in SKILLS if one in {*skills}], [one for one in TIMES if one in {*times}]
    if not kept or not free:
        raise Refused("volunteer_skills")
    living = Volunteer.objects.filter(user_id=user_id, state__in=[State.WAITING, State.ACTIVE])
    if living.filter(organisation_id=organisation_id).exists():
        raise Refused("volunteer_there")
    if living.count() >= MOST_OPEN:
        raise Refused("volunteer_many", str(MOST_OPEN))
    made = Volunteer.objects.create(
        user_id=user_id, organisation_id=organisation_id, skills=kept, times=free, note=_plain(note)[:100],
        shares_phone=shares_phone, asked_at=now,
    )  # fmt: skip
    _note("people.volunteer_asked", made, actor, now)
    return made


@transaction.atomic
def accept(*, volunteer_id: int, until_on: dt.date, actor: Actor, now: dt.datetime) -> Volunteer:
    """From today to that day. Refused: unknown_volunteer, volunteer_own, volunteer_term."""
    found, today = _locked(volunteer_id, State.WAITING), timezone.localdate(now)
    _not_own(found, actor)
    if not today <= until_on <= today + dt.timedelta(days=MOST_TERM_DAYS):
        raise Refused("volunteer_term")
    found.state, found.from_on, found.until_on = State.ACTIVE, today, until_on
    found.save(update_fields=["state", "from_on", "until_on"])
    _note("people.volunteer_accepted", found, actor, now, until=until_on.isoformat())
    return found


@transaction.atomic
def decline(*, volunteer_id: int, reason: str, actor: Actor, now: dt.datetime) -> Volunteer:
    """Refused: unknown_volunteer, volunteer_own, volunteer_reason."""
    found = _locked(volunteer_id, State.WAITING)
    _not_own(found, actor)
    found.state, found.reason, found.ended_at = State.DECLINED, _reason(reason), now
    found.save(update_fields=["state", "reason", "ended_at"])
    _note("people.volunteer_declined", found, actor, now, reason=found.reason)
    return found


@transaction.atomic
def resign(*, volunteer_id: int, actor: Actor, now: dt.datetime) -> Volunteer:
    """By oneself, at any time; the hours stay. Refused: unknown_volunteer."""
    found = _locked(volunteer_id, State.WAITING, State.ACTIVE)
    if found.user_id != actor.user_id:
        raise Refused("unknown_volunteer")
    return _end(found, State.RESIGNED, actor, now)


@transaction.atomic
def end(*, volunteer_id: int, reason: str, actor: Actor, now: dt.datetime) -> Volunteer:
    """By the institution. Refused: unknown_volunteer, volunteer_own, volunteer_reason."""
    found = _locked(volunteer_id, State.ACTIVE)
    _not_own(found, actor)
    found.reason = _reason(reason)
    return _end(found, State.ENDED, actor, now)


@transaction.atomic
def lapse(*, now: dt.datetime) -> int:
    """Terms whose last day is over; how many."""
    today = timezone.localdate(now)
    rows = list(Volunteer.objects.select_for_update().filter(state=State.ACTIVE, until_on__lt=today))
    for one in rows:
        _end(one, State.OVER, SYSTEM, now)
    return len(rows)


@transaction.atomic
def part_from(*, user_id: int, now: dt.datetime) -> int:
    """Somebody has no account any more: the institution keeps its hours, and neither whose they were nor what was
    said about them; nobody has to answer any more."""
    rows = list(Volunteer.objects.select_for_update().filter(user_id=user_id))
    ServiceRecord.objects.filter(volunteer__in=rows).delete()
    for one in rows:
        if one.state in (State.WAITING, State.ACTIVE):
            _end(one, State.RESIGNED, SYSTEM, now)
        one.user, one.note, one.shares_phone = None, "", False
        one.reason = GONE if one.reason else ""
        one.save(update_fields=["user", "note", "shares_phone", "reason"])
    disputes = ServiceDispute.objects.filter(entry__volunteer__in=rows)
    disputes.filter(state=ServiceDispute.State.OPEN).update(
        state=ServiceDispute.State.STANDS, answer=GONE, answered_at=now
    )
    disputes.exclude(answer="").update(answer=GONE)
    disputes.update(words=GONE)
    return len(rows)


@transaction.atomic
def enter_service(
    *, volunteer_id: int, on: dt.date, minutes: int, service: str, actor: Actor, now: dt.datetime
) -> ServiceEntry:
    """A line in the ledger. Refused: unknown_volunteer, volunteer_own, service_day, service_minutes, service_words,
    service_full (more than 24 hours on one day, wherever)."""
    found = _locked(volunteer_id)
    _not_own(found, actor)
    days = queries.is_between(found)
    if days is None or found.user_id is None:
        raise Refused("unknown_volunteer")
    checked_service(on, minutes, days[0], min(days[1], timezone.localdate(now)))
    if not (words := _plain(service)[:80]):
        raise Refused("service_words")
    made = _write(ServiceEntry(
        volunteer=found, on=on, minutes=minutes, service=words, entered_by_id=actor.user_id, entered_at=now
    ))  # fmt: skip
    _note("people.service_entered", found, actor, now, on=on.isoformat(), minutes=minutes)
    return made


@transaction.atomic
def take_back(*, volunteer_id: int, entry_id: int, reason: str, actor: Actor, now: dt.datetime) -> ServiceEntry:
    """A counter-entry; both stay to be read. Refused: unknown_volunteer, volunteer_own, unknown_entry, entry_settled,
    volunteer_reason."""
    found = _locked(volunteer_id)
    _not_own(found, actor)
    wrong = queries.entry(entry_id, volunteer_id)
    if wrong is None:
        raise Refused("unknown_entry")
    if wrong.corrects_id is not None or ServiceEntry.objects.filter(corrects=wrong).exists():
        raise Refused("entry_settled")
    words = _reason(reason)
    made = _write(ServiceEntry(
        volunteer=found, on=wrong.on, minutes=-wrong.minutes, service=words[:80], corrects=wrong,
        entered_by_id=actor.user_id, entered_at=now,
    ))  # fmt: skip
    ServiceDispute.objects.filter(entry=wrong, state=ServiceDispute.State.OPEN).update(
        state=ServiceDispute.State.UPHELD, answer=words, answered_at=now
    )
    _note(
        "people.service_taken_back", found, actor, now, entry=entry_id, on=wrong.on.isoformat(), minutes=wrong.minutes
    )
    return made


@transaction.atomic
def dispute(*, volunteer_id: int, entry_id: int, words: str, actor: Actor, now: dt.datetime) -> ServiceDispute:
    """The volunteer says what is wrong, once for each entry. Refused: unknown_volunteer, unknown_entry, entry_settled,
    volunteer_reason."""
    found = _locked(volunteer_id)
    wrong = queries.entry(entry_id, volunteer_id)
    if found.user_id is None or found.user_id != actor.user_id:
        raise Refused("unknown_volunteer")
    if wrong is None:
        raise Refused("unknown_entry")
    taken = wrong.corrects_id is not None or ServiceEntry.objects.filter(corrects=wrong).exists()
    if taken or ServiceDispute.objects.filter(entry=wrong).exists():
        raise Refused("entry_settled")
    made = ServiceDispute.objects.create(entry=wrong, words=_reason(words), said_at=now)
    _note("people.service_disputed", found, actor, now, entry=entry_id)
    return made


@transaction.atomic
def let_stand(*, volunteer_id: int, entry_id: int, answer: str, actor: Actor, now: dt.datetime) -> ServiceDispute:
    """The entry stays, and the volunteer reads why. Refused: unknown_volunteer, volunteer_own, unknown_entry,
    volunteer_reason."""
    found = _locked(volunteer_id)
    _not_own(found, actor)
    one = ServiceDispute.objects.select_for_update().filter(
        entry_id=entry_id, entry__volunteer=found, state=ServiceDispute.State.OPEN
    ).first()  # fmt: skip
    if one is None:
        raise Refused("unknown_entry")
    one.state, one.answer, one.answered_at = ServiceDispute.State.STANDS, _reason(answer), now
    one.save(update_fields=["state", "answer", "answered_at"])
    _note("people.service_let_stand", found, actor, now, entry=entry_id)
    return one


@transaction.atomic
def make_record(*, volunteer_id: int, actor: Actor, now: dt.datetime) -> tuple[ServiceRecord, str]:
    """A paper of one's own service, and the code that stands on it, said now only.

    Refused: unknown_volunteer, volunteer_name, record_empty, record_many.
    """
    found = _locked(volunteer_id)
    if found.user_id is None or found.user_id != actor.user_id:
        raise Refused("unknown_volunteer")
    days, name, code = queries.days_of(volunteer_id), queries.real_name(found.user_id), new_code()
    if days is None or found.minutes_total <= 0:
        raise Refused("record_empty")
    if not name:
        raise Refused("volunteer_name")
    if found.records.count() >= MOST_RECORDS:
        raise Refused("record_many", str(MOST_RECORDS))
    made = ServiceRecord.objects.create(
        volunteer=found, code_index=queries.code_index(code), name_sealed=vault.seal(name, purpose=queries.NAME),
        from_on=days[0], until_on=days[1], minutes=found.minutes_total, made_at=now,
    )  # fmt: skip
    _note("people.service_record_made", found, actor, now, minutes=made.minutes)
    return made, spaced(code)


def _write(entry: ServiceEntry) -> ServiceEntry:
    """What the ledger's own promises refuse is said in words."""
    try:
        with transaction.atomic():
            entry.save()
    except IntegrityError as broken:
        told = getattr(broken.__cause__, "diag", None)
        if told is None or told.constraint_name not in BROKEN:
            raise
        raise Refused(BROKEN[told.constraint_name]) from broken
    return entry


def _end(found: Volunteer, state: State, actor: Actor, now: dt.datetime) -> Volunteer:
    found.state, found.ended_at = state, now
    found.save(update_fields=["state", "ended_at", "reason"])
    _note("people.volunteer_ended", found, actor, now, ending=str(state))
    return found


def _locked(volunteer_id: int, *states: State) -> Volunteer:
    rows = Volunteer.objects.select_for_update(of=("self",)).filter(pk=volunteer_id)
    found = (rows.filter(state__in=states) if states else rows).first()
    if found is None:
        raise Refused("unknown_volunteer")
    return found


def _not_own(found: Volunteer, actor: Actor) -> None:
    """Nobody answers, enters or corrects for themselves."""
    if found.user_id is not None and found.user_id == actor.user_id:
        raise Refused("volunteer_own")


def _plain(text: str) -> str:
    return " ".join("".join(one for one in text if one.isprintable()).split())


def _reason(text: str) -> str:
    if not (plain := _plain(text)[:160]):
        raise Refused("volunteer_reason")
    return plain


def _note(name: str, one: Volunteer, actor: Actor, now: dt.datetime, **detail: object) -> None:
    journal.record(
        name=name, subject_kind="volunteer", subject_key=one.pk, actor=actor, now=now,
        organisation=one.organisation_id, **detail,
    )  # fmt: skip
