"""An institution's rule, who may not book just now, what counts against somebody, what waits for a decision."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet
from django.utils import timezone

from wenmai.booking.absences import rules
from wenmai.booking.absences.models import Absence, AbsenceAppeal, Pause
from wenmai.booking.absences.rules import Kind, Past, Rule
from wenmai.institutions import queries as institutions
from wenmai.lib import vault, waiting
from wenmai.lib.access import Actor, Reach, Scope
from wenmai.lib.waiting import Waits


class Tally(NamedTuple):
    """At one institution: so many absences count of the number that is full; `until`: the last day of a pause."""

    organisation: str
    person: str
    noted: int
    full: int
    days: int
    until: dt.date | None


def rule(organisation_id: int) -> Rule:
    """What counts there."""
    return rules_of([organisation_id])[organisation_id]


def rules_of(organisation_ids: Iterable[int]) -> dict[int, Rule]:
    names = [f"absences.{name}" for name in Rule._fields]
    said = institutions.settings_for(names, {*organisation_ids})
    return {one: Rule(*(numbers[name] for name in names)) for one, numbers in said.items()}


def paused(organisation_id: int, person_ids: Sequence[int], now: dt.datetime) -> dict[int, dt.date]:
    """Who of these books nothing at the institution today, and the last day of that."""
    day = timezone.localdate(now)
    rows = Pause.objects.filter(
        organisation_id=organisation_id, person__in=person_ids, lifted_at=None, from_on__lte=day, until_on__gte=day
    )
    return {one: until for one, until in rows.values_list("person_id", "until_on") if one is not None}


def cancelled_on(organisation_id: int, person_ids: Sequence[int], now: dt.datetime) -> dict[int, list[dt.date]]:
    """The days of this year on which these people have cancelled."""
    begins = timezone.localtime(now).replace(month=1, day=1, hour=0, minute=0, second=0, microsecond=0)
    # a week may have begun in the year before
    rows = Absence.objects.filter(
        organisation_id=organisation_id, person__in=person_ids, kind__in=[Kind.LATE, Kind.OVER, Kind.CANCELLED],
        lifted_at=None, made_at__gte=begins - dt.timedelta(days=7),
    )  # fmt: skip
    found: dict[int, list[dt.date]] = {}
    for person, at in rows.values_list("person_id", "made_at"):
        found.setdefault(person or 0, []).append(timezone.localdate(at))
    return found


def standing(rows: Iterable[Absence]) -> list[Past]:
    return [Past(one.happened_on, one.kind, one.pause_id is not None) for one in rows]


def of_people(person_ids: Sequence[int]) -> "QuerySet[Absence]":
    """What was noted of them, the newest first."""
    rows = Absence.objects.filter(person__in=person_ids).select_related("organisation", "person", "pause", "appeal")
    return rows.order_by("-happened_on", "-pk")


def tallies(person_ids: Sequence[int], now: dt.datetime) -> list[Tally]:
    """For everybody and every institution where something counts or a pause goes on."""
    day = timezone.localdate(now)
    since = day - dt.timedelta(days=rules.LARGEST["missed_days"])
    rows = list(of_people(person_ids).filter(lifted_at=None, happened_on__gt=since)[:1000])
    pauses = Pause.objects.filter(person__in=person_ids, lifted_at=None, until_on__gte=day).select_related(
        "organisation", "person"
    )
    until = {(one.organisation_id, one.person_id): one for one in pauses}
    said = rules_of({one.organisation_id for one in rows} | {one for one, _person in until})
    grouped: dict[tuple[int, int | None], list[Absence]] = {key: [] for key in until}
    for one in rows:
        grouped.setdefault((one.organisation_id, one.person_id), []).append(one)
    found = []
    for key, theirs in grouped.items():
        rule, pause = said[key[0]], until.get(key)
        count = len(rules.counted(standing(theirs), rule, day))
        if rule.missed_count and (count or pause):
            whose: Any = pause or theirs[0]
            found.append(
                Tally(
                    whose.organisation.name, whose.person.name, count, rule.missed_count, rule.missed_days,
                    pause.until_on if pause else None,
                )
            )  # fmt: skip
    return found


def counts_for(rows: Sequence[Absence], now: dt.datetime) -> list[tuple[Absence, bool]]:
    """With whether each counts today; for lists."""
    said, day = rules_of({one.organisation_id for one in rows}), timezone.localdate(now)
    return [
        (one, one.lifted_at is None and bool(rules.counted(standing([one]), said[one.organisation_id], day)))
        for one in rows
    ]


def lifted_for(subject_kind: str, subject_key: str) -> str:
    """Why what was noted of something does not count any more, in the last words."""
    rows = Absence.objects.filter(subject_kind=subject_kind, subject_key=subject_key, lifted_at__isnull=False)
    return rows.order_by("-lifted_at", "-pk").values_list("lifted_for", flat=True).first() or ""


def absence(absence_id: int) -> Absence | None:
    rows = Absence.objects.filter(pk=absence_id)
    return rows.select_related("organisation", "person", "pause", "appeal").first()


def reach(absence_id: int) -> Reach | None:
    found = Absence.objects.filter(pk=absence_id).values_list("organisation_id", flat=True).first()
    return institutions.reach(found) if found is not None else None


def _within(scope: Scope) -> "QuerySet[Absence]":
    rows = Absence.objects.exclude(person=None)
    return rows if scope.everywhere else rows.filter(organisation__in=institutions.ids_within(scope))


def absences(scope: Scope, words: str = "", state: str = "") -> "QuerySet[Absence]":
    """The newest first; with an appeal that waits, the oldest appeal first. Cancellations in time are no absences."""
    rows = _within(scope).select_related("organisation", "person", "pause", "appeal")
    if words:
        rows = rows.filter(Q(person__name__icontains=words) | Q(title__icontains=words))
    if state == "appealed":
        return rows.filter(appeal__isnull=False, appeal__decided_at=None).order_by("appeal__made_at", "pk")
    if state == "lifted":
        rows = rows.filter(lifted_at__isnull=False)
    elif state == "paused":
        rows = rows.filter(pause__lifted_at=None, pause__isnull=False)
    return rows.exclude(kind=Kind.CANCELLED).order_by("-made_at", "-pk")


def head(scope: Scope, actor: Actor) -> Waits:
    """Appeals that this person may decide on."""
    rows = AbsenceAppeal.objects.filter(decided_at=None, absence__in=_within(scope).values("pk"))
    if actor.user_id is not None:
        rows = rows.exclude(asked_by=actor.user_id).exclude(absence__marked_by=actor.user_id)
        rows = rows.exclude(absence__person=actor.user_id)
    return waiting.count(rows, "made_at")


def said_in(appeal: AbsenceAppeal) -> str:
    return vault.unseal(appeal.said_sealed, purpose=rules.APPEALS) if appeal.said_sealed else ""


def appeal_of(one: Absence) -> AbsenceAppeal | None:
    return getattr(one, "appeal", None)


def same_subject(from_id: int, to_id: int) -> Q:
    """Where two accounts become one: what both have been marked for."""
    there = Absence.objects.filter(person=to_id)
    return Q(
        pk__in=[
            one.pk
            for one in Absence.objects.filter(person=from_id)
            if there.filter(subject_kind=one.subject_kind, subject_key=one.subject_key).exists()
        ]
    )


def pauses_that_stay(from_id: int, to_id: int) -> Q:
    """Where two accounts become one: days on which the other one is paused as well."""
    there = Pause.objects.filter(person=to_id, lifted_at=None)
    meets = Q()
    for one in there:
        meets |= Q(organisation=one.organisation_id, from_on__lte=one.until_on, until_on__gte=one.from_on)
    return meets & Q(lifted_at=None) if meets else Q(pk__in=[])
