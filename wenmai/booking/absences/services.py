"""Noting who stayed away or cancelled, taking it back, and appeals."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from wenmai.booking.absences import queries, rules, telling
from wenmai.booking.absences.models import Absence, AbsenceAppeal, Pause
from wenmai.booking.absences.rules import Kind
from wenmai.booking.rules import checked_reason
from wenmai.journal import services as journal
from wenmai.lib import vault
from wenmai.lib.access import Actor
from wenmai.lib.refusal import Refused
from wenmai.people import queries as people


class Who(NamedTuple):
    """One person in one thing that they had booked; `on`: its day."""

    person_id: int
    subject_kind: str
    subject_key: str
    title: str
    on: dt.date


@transaction.atomic
def missed(*, organisation_id: int, who: Sequence[Who], actor: Actor, now: dt.datetime) -> list[Absence]:
    """They did not come. What was noted of somebody before is not noted again; returns what is new."""
    return _note_all(organisation_id, [(one, Kind.MISSED) for one in who], actor.user_id, actor, now)


@transaction.atomic
def cancelled(*, organisation_id: int, who: Sequence[Who], late: bool, actor: Actor, now: dt.datetime) -> list[Absence]:
    """They gave it back, in time or not; one more than the quota allows counts like not coming."""
    rule, today = queries.rule(organisation_id), timezone.localdate(now)
    _one_after_another(one.person_id for one in who)
    before = queries.cancelled_on(organisation_id, [one.person_id for one in who], now)
    counts = rules.counting(rule)
    kinds = []
    for one in who:
        kind = Kind.LATE if late else Kind.CANCELLED
        if kind not in counts and rules.is_over(before.get(one.person_id, ()), rule, today):
            kind = Kind.OVER
        kinds.append((one, kind))
    return _note_all(organisation_id, kinds, None, actor, now)


def _note_all(
    organisation_id: int, kinds: "list[tuple[Who, Kind]]", by: int | None, actor: Actor, now: dt.datetime
) -> list[Absence]:
    _one_after_another(one.person_id for one, _kind in kinds)
    known = set(
        Absence.objects.filter(
            person__in=[one.person_id for one, _kind in kinds], subject_key__in=[one.subject_key for one, _k in kinds]
        ).values_list("person_id", "subject_kind", "subject_key")
    )
    made = Absence.objects.bulk_create(
        Absence(
            organisation_id=organisation_id, person_id=one.person_id, subject_kind=one.subject_kind,
            subject_key=one.subject_key, title=one.title[: rules.TITLE], kind=kind, happened_on=one.on, marked_by=by,
            made_at=now,
        )
        for one, kind in kinds
        if (one.person_id, one.subject_kind, one.subject_key) not in known
    )  # fmt: skip
    if not made:
        return []
    journal.record(
        name="booking.absences_noted", subject_kind="organisation", subject_key=organisation_id, actor=actor, now=now,
        absences=[one.pk for one in made], kinds=sorted({str(one.kind) for one in made}),
    )  # fmt: skip
    _weigh(organisation_id, {one.person_id for one in made if one.person_id is not None}, actor, now)
    counts = rules.counting(queries.rule(organisation_id))
    for one in made:
        if one.kind in counts:
            telling.tell(one.pk, "noted")
    return made


def _one_after_another(persons: Iterable[int]) -> None:
    """Two who note something of one person at once: the second sees what the first did."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended('booking.absences', id)) FROM "
            "(SELECT DISTINCT unnest(%s::bigint[]) AS id ORDER BY 1) AS them",
            [sorted({*persons})],
        )


def _weigh(organisation_id: int, persons: set[int], actor: Actor, now: dt.datetime) -> None:
    """Whose number is full by now is paused; a pause that goes on then is lengthened."""
    rule = queries.rule(organisation_id)
    rows = Absence.objects.filter(organisation_id=organisation_id, person__in=persons, lifted_at=None)
    theirs: dict[int, list[Absence]] = {}
    for one in rows.order_by("happened_on", "pk"):
        theirs.setdefault(one.person_id or 0, []).append(one)
    there: dict[int, list[Pause]] = {}
    known = Pause.objects.filter(organisation_id=organisation_id, person__in=persons, lifted_at=None)
    for pause in known.order_by("until_on"):
        there.setdefault(pause.person_id or 0, []).append(pause)
    changed: list[Pause] = []
    attached: list[Absence] = []
    for person, past in theirs.items():
        found = rules.pause_of(queries.standing(past), rule)
        if found is None:
            continue
        first, last = found
        meets = [one for one in there.get(person, ()) if one.from_on <= last and one.until_on >= first]
        pause = meets[-1] if meets else Pause(
            organisation_id=organisation_id, person_id=person, from_on=first, until_on=last,
            needed=rule.missed_count, made_at=now,
        )  # fmt: skip
        pause.until_on = max(pause.until_on, last)
        changed.append(pause)
        counts, since = rules.counting(rule), first - dt.timedelta(days=rule.missed_days)
        for one in past:
            if one.pause_id is None and one.kind in counts and since < one.happened_on:
                one.pause = pause
                attached.append(one)
    if not changed:
        return
    Pause.objects.bulk_create([one for one in changed if one.pk is None])
    Pause.objects.bulk_update([one for one in changed if one.pk is not None], ["until_on"])
    for one in attached:
        one.pause = one.pause  # its number is known by now
    Absence.objects.bulk_update(attached, ["pause"])
    journal.record(
        name="booking.paused", subject_kind="organisation", subject_key=organisation_id, actor=actor, now=now,
        pauses=[one.pk for one in changed],
    )  # fmt: skip


@transaction.atomic
def lift(*, absence_id: int, reason: str, actor: Actor, now: dt.datetime) -> Absence:
    """It was wrong: it does not count any more, and what had come of it is weighed anew. Again: nothing more happens.

    Refused: unknown_absence, reason_missing, own_absence.
    """
    found = _locked(absence_id)
    if found.lifted_at is not None:
        return found
    if actor.user_id is not None and actor.user_id == found.person_id:
        raise Refused("own_absence")
    _take_back(found, checked_reason(reason), actor, now)
    return found


@transaction.atomic
def lift_of(*, subject_kind: str, subject_key: str, reason: str, actor: Actor, now: dt.datetime) -> int:
    """All that was noted of one thing. Refused: reason_missing, own_absence."""
    rows = Absence.objects.filter(subject_kind=subject_kind, subject_key=subject_key, lifted_at=None)
    numbers = list(rows.order_by("person_id", "pk").values_list("pk", flat=True))
    for number in numbers:
        lift(absence_id=number, reason=reason, actor=actor, now=now)
    return len(numbers)


def _take_back(found: Absence, why: str, actor: Actor, now: dt.datetime) -> None:
    pause_id, found.pause = found.pause_id, None
    found.lifted_at, found.lifted_by, found.lifted_for = now, actor.user_id, why
    found.save(update_fields=["pause", "lifted_at", "lifted_by", "lifted_for"])
    if pause_id is not None:
        Absence.objects.filter(pause=pause_id).update(pause=None)
        Pause.objects.filter(pk=pause_id, lifted_at=None).update(lifted_at=now)
        if found.person_id is not None:
            _weigh(found.organisation_id, {found.person_id}, actor, now)
    _note(
        "booking.absence_lifted", found, actor, now, of=found.subject_kind, number=found.subject_key,
        left=Absence.objects.filter(
            subject_kind=found.subject_kind, subject_key=found.subject_key, lifted_at=None
        ).count(),
    )  # fmt: skip


@transaction.atomic
def appeal(*, absence_id: int, words: str, actor: Actor, now: dt.datetime) -> AbsenceAppeal:
    """By the person, whoever looks after them, or whoever acts for them; once.

    Refused: unknown_absence, not_yours, lifted_before, appealed_before, words_missing.
    """
    said, found = rules.checked_words(words), _locked(absence_id)
    if found.person_id is None or found.person_id not in {one.id for one in people.company_of(actor.for_id or 0)}:
        raise Refused("not_yours")
    if found.lifted_at is not None:
        raise Refused("lifted_before")
    try:
        with transaction.atomic():
            made = AbsenceAppeal.objects.create(
                absence=found, said_sealed=vault.seal(said, purpose=rules.APPEALS), asked_by=actor.user_id, made_at=now
            )
    except IntegrityError as error:
        raise Refused("appealed_before") from error
    _note("booking.absence_appealed", found, actor, now)
    return made


@transaction.atomic
def decide(*, absence_id: int, grants: bool, answer: str, actor: Actor, now: dt.datetime) -> AbsenceAppeal:
    """By somebody who has not marked it and whom it is not about; granted, it does not count any more.

    Refused: unknown_absence, no_appeal, decided_before, own_appeal, reason_missing, nobody.
    """
    found, why = _locked(absence_id), checked_reason(answer)
    made = AbsenceAppeal.objects.select_for_update().filter(absence=found).first()
    if made is None:
        raise Refused("no_appeal")
    if made.decided_at is not None:
        raise Refused("decided_before")
    if actor.user_id is None:
        raise Refused("nobody")
    if actor.user_id in (found.marked_by, found.person_id, made.asked_by):
        raise Refused("own_appeal")
    made.decided_at, made.decided_by, made.is_granted, made.answer = now, actor.user_id, grants, why
    made.save()
    if grants and found.lifted_at is None:
        _take_back(found, why, actor, now)
    _note("booking.appeal_decided", found, actor, now, granted=grants)
    telling.tell(found.pk, "granted" if grants else "denied")
    return made


def _locked(absence_id: int) -> Absence:
    person = Absence.objects.filter(pk=absence_id).values_list("person_id", flat=True).first()
    if person is not None:
        _one_after_another([person])
    found = Absence.objects.select_for_update(of=("self",)).filter(pk=absence_id).first()
    if found is None:
        raise Refused("unknown_absence")
    return found


def _note(name: str, found: Absence, actor: Actor, now: dt.datetime, **detail: Any) -> None:
    journal.record(
        name=name, subject_kind="absence", subject_key=found.pk, actor=actor, now=now,
        organisation=found.organisation_id, **detail,
    )  # fmt: skip
