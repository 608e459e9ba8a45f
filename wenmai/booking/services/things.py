"""Things, their hours, closures and extra openings."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from django.db import IntegrityError, transaction

from wenmai.booking import queries, rules
from wenmai.booking.models import LIVE, DayChange, Stay, Thing, WeekPlan, WeekSpan
from wenmai.booking.rules import hours, times
from wenmai.booking.services import stays
from wenmai.institutions import queries as institutions
from wenmai.journal import services as journal
from wenmai.lib.access import Actor
from wenmai.lib.refusal import Refused


class Shape(NamedTuple):
    """What a thing is. Numbers that are empty: the institution's, else the system's."""

    kind: str
    name: str
    units: int = 1
    buffer_before: int = 0
    buffer_after: int = 0
    longest_minutes: int | None = None
    lead_minutes: int | None = None
    window_days: int | None = None

    def checked(self) -> "Shape":
        """Refused: thing_kind, name_missing, units_odd, buffer_odd, number_odd."""
        if self.kind not in Thing.Kind.values:
            raise Refused("thing_kind")
        if not (name := rules.plain(self.name, 80)):
            raise Refused("name_missing")
        if not 1 <= self.units <= times.MOST_UNITS:
            raise Refused("units_odd", str(times.MOST_UNITS))
        if not all(0 <= one <= times.MOST_BUFFER for one in (self.buffer_before, self.buffer_after)):
            raise Refused("buffer_odd", str(times.MOST_BUFFER))
        _check_numbers(self.longest_minutes, self.lead_minutes, self.window_days)
        return self._replace(name=name)


def _check_numbers(longest_minutes: int | None, lead_minutes: int | None, window_days: int | None) -> None:
    """Refused: number_odd (detail: which)."""
    said = {"longest_minutes": longest_minutes, "lead_minutes": lead_minutes, "window_days": window_days}
    for name, value in said.items():
        least, largest = times.BOUNDS[name]
        if value is not None and not least <= value <= largest:
            raise Refused("number_odd", name)


@transaction.atomic
def add_thing(*, organisation_id: int, shape: Shape, actor: Actor, now: dt.datetime) -> Thing:
    """Refused: unknown_organisation, name_taken, and as `Shape.checked`."""
    found = institutions.organisation(organisation_id)
    if found is None or found.closed_on is not None:
        raise Refused("unknown_organisation")
    made = Thing(organisation_id=organisation_id, **shape.checked()._asdict())
    _save(made)
    _note("booking.thing_added", made.pk, actor, now, kind=made.kind, units=made.units)
    return made


@transaction.atomic
def change_thing(*, thing_id: int, shape: Shape, actor: Actor, now: dt.datetime) -> Thing:
    """Stays keep the buffers that they were made with. Refused: unknown_thing, name_taken, units_in_use, and as
    `Shape.checked`."""
    found, wanted = _locked(thing_id), shape.checked()
    if Stay.objects.filter(thing=found, state__in=LIVE, unit__gt=wanted.units, ends_at__gt=now).exists():
        raise Refused("units_in_use")
    changed = [name for name, value in wanted._asdict().items() if getattr(found, name) != value]
    for name in changed:
        setattr(found, name, getattr(wanted, name))
    _save(found)
    if changed:
        _note("booking.thing_changed", thing_id, actor, now, changed=changed)
    return found


@transaction.atomic
def retire_thing(*, thing_id: int, reason: str, actor: Actor, now: dt.datetime) -> Thing:
    """Nobody books it any more. Refused: unknown_thing, reason_missing, thing_in_use (stays that are still to come)."""
    found, why = _locked(thing_id), rules.checked_reason(reason)
    coming = Stay.objects.filter(thing=found, state__in=LIVE, ends_at__gt=now).count()
    if coming:
        raise Refused("thing_in_use", str(coming))
    found.closed_at = now
    found.save(update_fields=["closed_at"])
    _note("booking.thing_retired", thing_id, actor, now, reason=why)
    return found


@transaction.atomic
def set_hours(
    *, organisation_id: int, thing_id: int | None, valid_from: dt.date, spans: Mapping[int, Sequence[hours.Span]],
    holidays: str = WeekPlan.Holidays.USUAL, makeup_as: int | None = None, takes_back: str = "", actor: Actor,
    now: dt.datetime,
) -> WeekPlan:  # fmt: skip
    """The week from that day on; one that begins the same day is replaced. `takes_back`: the reason for which stays of
    the public that are outside of the new hours end and their people are told; without one they are left.

    Refused: unknown_thing, unknown_organisation, hours_odd, span_odd, span_overlaps, span_many.
    """
    _check_owner(organisation_id, thing_id)
    if holidays not in WeekPlan.Holidays.values or makeup_as not in (None, *range(1, 8)) or {*spans} - {*range(8)}:
        raise Refused("hours_odd")
    week = {day: hours.checked_spans(found) for day, found in spans.items()}
    before = queries.outside_hours(organisation_id, thing_id, now) if takes_back else []
    plan, _is_new = WeekPlan.objects.update_or_create(
        organisation_id=organisation_id, thing_id=thing_id, valid_from=valid_from,  # type: ignore[misc]
        defaults={"holidays": holidays, "makeup_as": makeup_as},
    )  # fmt: skip
    plan.spans.all().delete()
    WeekSpan.objects.bulk_create(
        WeekSpan(plan=plan, weekday=day, opens=one.opens, closes=one.closes)
        for day, found in week.items()
        for one in found
    )
    written = {str(day): hours.written(found) for day, found in sorted(week.items())}
    _note_owner("booking.hours_set", organisation_id, thing_id, actor, now, since=valid_from.isoformat(), week=written)
    if takes_back:
        _take_back(before, takes_back, organisation_id, thing_id, actor, now)
    return plan


def _take_back(
    before: Sequence[Stay], why: str, organisation_id: int, thing_id: int | None, actor: Actor, now: dt.datetime
) -> None:
    known = {one.pk for one in before}
    hit = [one.pk for one in queries.outside_hours(organisation_id, thing_id, now) if one.pk not in known]
    stays.release_stays(stay_ids=hit, reason=why, actor=actor, now=now)


@transaction.atomic
def change_days(
    *, organisation_id: int, thing_id: int | None, from_on: dt.date, until_on: dt.date, span: hours.Span | None,
    reason: str, takes_back: str = "", actor: Actor, now: dt.datetime,
) -> DayChange:  # fmt: skip
    """Closed from a day to a day, or open additionally for a span. `takes_back`: as in `set_hours`.

    Refused: unknown_thing, unknown_organisation, reason_missing, days_odd, span_odd.
    """
    _check_owner(organisation_id, thing_id)
    why = rules.checked_reason(reason)
    if not from_on <= until_on <= from_on + dt.timedelta(days=730):
        raise Refused("days_odd")
    if span is not None:
        hours.checked_spans([span])
    before = queries.outside_hours(organisation_id, thing_id, now) if takes_back else []
    made = DayChange.objects.create(
        organisation_id=organisation_id, thing_id=thing_id, from_on=from_on, until_on=until_on, reason=why,
        opens=span.opens if span else None, closes=span.closes if span else None,
    )  # fmt: skip
    days = {"since": from_on.isoformat(), "until": until_on.isoformat(), "reason": why}
    if span is None:
        _note_owner("booking.days_closed", organisation_id, thing_id, actor, now, **days)
    else:
        _note_owner("booking.days_opened", organisation_id, thing_id, actor, now, **days, hours=str(span))
    if takes_back:
        _take_back(before, takes_back, organisation_id, thing_id, actor, now)
    return made


def hit_by(change: Callable[[], object], *, organisation_id: int, thing_id: int | None, now: dt.datetime) -> list[Stay]:
    """Which stays of the public would stand outside of the hours by that change and do not so far; it is not made."""
    with transaction.atomic():
        before = {one.pk for one in queries.outside_hours(organisation_id, thing_id, now)}
        change()
        found = [one for one in queries.outside_hours(organisation_id, thing_id, now) if one.pk not in before]
        transaction.set_rollback(True)
    return found


@transaction.atomic
def undo_change(*, change_id: int, actor: Actor, now: dt.datetime) -> None:
    """Refused: unknown_change."""
    found = DayChange.objects.select_for_update().filter(pk=change_id).first()
    if found is None:
        raise Refused("unknown_change")
    found.delete()
    _note_owner(
        "booking.days_as_usual", found.organisation_id, found.thing_id, actor, now, since=found.from_on.isoformat(),
        until=found.until_on.isoformat(),
    )  # fmt: skip


def _check_owner(organisation_id: int, thing_id: int | None) -> None:
    if thing_id is not None:
        if _locked(thing_id).organisation_id != organisation_id:
            raise Refused("unknown_thing")
    elif institutions.organisation(organisation_id) is None:
        raise Refused("unknown_organisation")


def _locked(thing_id: int) -> Thing:
    found = Thing.objects.select_for_update(no_key=True).filter(pk=thing_id, closed_at=None).first()
    if found is None:
        raise Refused("unknown_thing")
    return found


def _save(one: Thing) -> None:
    try:
        with transaction.atomic():
            one.save()
    except IntegrityError as error:
        if "booking_thing_once" not in str(error):
            raise
        raise Refused("name_taken", one.name) from error


def _note_owner(
    name: str, organisation_id: int, thing_id: int | None, actor: Actor, now: dt.datetime, **detail: Any
) -> None:
    kind, key = ("organisation", organisation_id) if thing_id is None else ("thing", thing_id)
    journal.record(name=name, subject_kind=kind, subject_key=key, actor=actor, now=now, **detail)


def _note(name: str, thing_id: int, actor: Actor, now: dt.datetime, **detail: Any) -> None:
    journal.record(name=name, subject_kind="thing", subject_key=thing_id, actor=actor, now=now, **detail)
