"""When things are open, taken and free. A question takes the same number of statements however many days it covers."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from django.db import connection
from django.db.models import Q, QuerySet
from django.utils import timezone

from wenmai.booking.models import LIVE, DayChange, State, Stay, Thing, WeekPlan
from wenmai.booking.rules import hours, times
from wenmai.booking.rules.hours import Hours, Span
from wenmai.booking.rules.settings import THINGS
from wenmai.booking.rules.times import Times
from wenmai.institutions import queries as institutions
from wenmai.journal import queries as journal
from wenmai.journal.queries import Deed
from wenmai.lib import workdays
from wenmai.lib.access import Reach, Scope

NEAR_DAYS, NEAREST = 14, 5


class Day(NamedTuple):
    """One day of a thing. `free`: when somebody can begin and end, of the public, asking now."""

    day: dt.date
    hours: Hours
    stays: list[Stay]
    free: list[Times]


class Wanted(NamedTuple):
    """A time that was asked about, how many units are free for all of it, and the stays that stand against the rest."""

    times: Times
    free_units: list[int]
    against: list[Stay]


def thing(thing_id: int) -> Thing | None:
    return Thing.objects.select_related("organisation").filter(pk=thing_id).first()


def thing_reach(thing_id: int) -> Reach | None:
    found = Thing.objects.filter(pk=thing_id).values_list("organisation_id", flat=True).first()
    return institutions.reach(found) if found is not None else None


def things(scope: Scope, words: str = "", kind: str = "") -> "QuerySet[Thing]":
    """Of the scope's institutions; those in use first."""
    rows = Thing.objects.select_related("organisation").filter(organisation__in=institutions.ids_within(scope))
    if words:
        rows = rows.filter(Q(name__icontains=words) | Q(organisation__name__icontains=words))
    if kind in Thing.Kind.values:
        rows = rows.filter(kind=kind)
    return rows.order_by("closed_at", "organisation__administrative_path", "name", "pk")


def terms(found: Thing) -> times.Terms:
    """What counts for it."""
    own = {field: getattr(found, field) for field in times.Terms._fields}
    if None not in own.values():
        return times.Terms(**own)
    names = {field: f"{THINGS}.{field}" for field in own}
    said = institutions.settings_for([*names.values()], [found.organisation_id])[found.organisation_id]
    return times.Terms(**{field: said[names[field]] if value is None else value for field, value in own.items()})


def plans(found: Thing) -> list[WeekPlan]:
    """Its own; where it has none, the institution's. The newest first."""
    rows = WeekPlan.objects.filter(organisation_id=found.organisation_id).filter(Q(thing=None) | Q(thing=found))
    return _own_or(found, list(rows.prefetch_related("spans").order_by("-valid_from")))


def _own_or(found: Thing, rows: Sequence[WeekPlan]) -> list[WeekPlan]:
    own = [one for one in rows if one.thing_id == found.pk]
    return own or [one for one in rows if one.thing_id is None]


def changes(found: Thing, first: dt.date, last: dt.date) -> list[DayChange]:
    """Its own and the institution's, of those days."""
    rows = DayChange.objects.filter(organisation_id=found.organisation_id).filter(Q(thing=None) | Q(thing=found))
    return list(rows.filter(from_on__lte=last, until_on__gte=first).order_by("from_on", "pk"))


def hours_of(found: Thing, days: Sequence[dt.date]) -> dict[dt.date, Hours]:
    """The opening hours of these days."""
    if not days:
        return {}
    return _hours(plans(found), changes(found, min(days), max(days)), days)


def _hours(plans: Iterable[WeekPlan], changes: Iterable[DayChange], days: Iterable[dt.date]) -> dict[dt.date, Hours]:
    plain = [_plan(one) for one in plans]
    said = [hours.Change(one.from_on, one.until_on, _span(one), one.reason) for one in changes]
    return {day: hours.hours_on(day, _kind(day), plain, said) for day in days}


def _kind(day: dt.date) -> hours.Kind:
    return hours.Kind(workdays.holiday(day), workdays.makes_up(day), workdays.is_workday(day).is_certain)


def _plan(row: WeekPlan) -> hours.Plan:
    spans: dict[int, list[Span]] = defaultdict(list)
    for one in row.spans.all():
        spans[one.weekday].append(Span(one.opens, one.closes))
    return hours.Plan(row.valid_from, {day: sorted(found) for day, found in spans.items()}, row.holidays, row.makeup_as)


def _span(row: DayChange) -> Span | None:
    return Span(row.opens, row.closes) if row.opens is not None and row.closes is not None else None


def is_open(found: Thing, asked: Times) -> Hours | None:
    """Nothing where it is open for all of that time; else the hours of the first day."""
    days = _days_of(asked)
    answered = hours_of(found, days)
    return None if _covers(answered, asked) else answered[days[0]]


def closed_for(found: Thing, asked: Sequence[Times]) -> dict[Times, str | None]:
    """For each of many times: nothing where it is open for all of it, else why not, or an empty text."""
    answered = hours_of(found, sorted({day for one in asked for day in _days_of(one)}))
    return {one: None if _covers(answered, one) else answered[_days_of(one)[0]].reason for one in asked}


def _days_of(asked: Times) -> list[dt.date]:
    day, last = timezone.localdate(asked.starts_at), timezone.localdate(asked.ends_at - dt.timedelta(minutes=1))
    return [day + dt.timedelta(days=number) for number in range((last - day).days + 1)]


def _covers(answered: Mapping[dt.date, Hours], asked: Times) -> bool:
    at = asked.starts_at
    for day in _days_of(asked):
        for begins, ends in (times.within(day, span, zone()) for span in answered[day].spans):
            if begins <= at < ends:
                at = ends
    return at >= asked.ends_at


def outside_hours(organisation_id: int, thing_id: int | None, now: dt.datetime) -> list[Stay]:
    """Stays of the public that are still to come, in times at which their thing is not open (any more): of one thing,
    or of all of an institution. The same few statements however many there are."""
    rows = Stay.objects.filter(
        thing__organisation_id=organisation_id, use=Stay.Use.PUBLIC, state__in=LIVE, ends_at__gt=now
    ).exclude(state=State.HELD, held_until__lte=now)
    found = list(
        (rows.filter(thing=thing_id) if thing_id else rows)
        .select_related("thing", "holder")
        .order_by("starts_at", "pk")
    )
    of = {"organisation_id": organisation_id}
    weeks = list(WeekPlan.objects.filter(**of).prefetch_related("spans")) if found else []
    days = list(DayChange.objects.filter(**of, until_on__gte=timezone.localdate(now))) if found else []
    kept: dict[int, list[WeekPlan]] = {}
    outside = []
    for one in found:
        mine = kept.setdefault(one.thing_id, _own_or(one.thing, weeks))
        said = [change for change in days if change.thing_id in (None, one.thing_id)]
        asked = Times(one.starts_at, one.ends_at)
        if not _covers(_hours(mine, said, _days_of(asked)), asked):
            outside.append(one)
    return outside


def zone() -> dt.tzinfo:
    return timezone.get_default_timezone()


def stays_between(thing_ids: Iterable[int], asked: Times, now: dt.datetime) -> list[Stay]:
    """Those that stand against something else in that time, buffers counted."""
    rows = Stay.objects.filter(thing__in=list(thing_ids), state__in=LIVE, lasts__overlap=asked)
    return list(
        rows.exclude(state=State.HELD, held_until__lte=now).select_related("holder").order_by("starts_at", "pk")
    )


def days_of(found: Thing, first: dt.date, count: int, now: dt.datetime) -> list[Day]:
    """So many days of it: hours, stays, what is free."""
    days = [first + dt.timedelta(days=number) for number in range(count)]
    whole = Times(_on(days[0]).starts_at, _on(days[-1]).ends_at)
    answered = hours_of(found, days)
    taken = stays_between([found.pk], whole.wider(found.buffer_after, found.buffer_before), now)
    said, today = terms(found), timezone.localdate(now)
    soonest = now + dt.timedelta(minutes=said.lead_minutes)
    return [
        Day(
            day,
            answered[day],
            [one for one in taken if _on(day).overlaps(Times(one.starts_at, one.ends_at))],
            _free(found, day, answered[day], taken, soonest) if 0 <= (day - today).days <= said.window_days else [],
        )
        for day in days
    ]


def _on(day: dt.date) -> Times:
    return times.within(day, Span(0, hours.DAY), zone())


def _free(found: Thing, day: dt.date, opened: Hours, taken: list[Stay], soonest: dt.datetime) -> list[Times]:
    if found.closed_at is not None:
        return []
    spans = [times.within(day, span, zone()) for span in opened.spans]
    units: dict[int, list[Times]] = {unit: [] for unit in range(1, found.units + 1)}
    for one in taken:
        units.setdefault(one.unit, []).append(Times(one.lasts.lower, one.lasts.upper))
    free = times.free_between(spans, units.values(), found.buffer_before, found.buffer_after)
    return [Times(max(one.starts_at, soonest), one.ends_at) for one in free if one.ends_at > soonest]


def nearest_free(found: Thing, length: dt.timedelta, around: dt.datetime, now: dt.datetime) -> list[Times]:
    """Times of that length nearest to a moment that the public can still have, within two weeks around it."""
    day, today = timezone.localdate(around), timezone.localdate(now)
    first = max(day - dt.timedelta(days=NEAR_DAYS), today)
    days = days_of(found, first, 2 * NEAR_DAYS + 1, now)
    return times.nearest((one for each in days for one in each.free), length, around, NEAREST)


_WANTED = """
SELECT o.number, array_agg(DISTINCT s.unit) FILTER (WHERE s.unit IS NOT NULL),
  array_agg(DISTINCT s.id) FILTER (WHERE s.id IS NOT NULL)
FROM unnest(%(begins)s::timestamptz[], %(ends)s::timestamptz[]) WITH ORDINALITY AS o(begins, ends, number)
LEFT JOIN booking_stay s ON s.thing_id = %(thing)s AND s.state IN ('held', 'confirmed')
  AND s.lasts && tstzrange(o.begins, o.ends) AND NOT (s.state = 'held' AND s.held_until <= %(now)s)
GROUP BY 1 ORDER BY 1
"""


def preview(found: Thing, asked: Sequence[Times], now: dt.datetime) -> list[Wanted]:
    """Each of many times: which units are free for it, buffers counted, and what stands against it."""
    wide = [one.wider(found.buffer_before, found.buffer_after) for one in asked]
    with connection.cursor() as cursor:
        cursor.execute(_WANTED, {
            "thing": found.pk, "now": now, "begins": [one.starts_at for one in wide],
            "ends": [one.ends_at for one in wide],
        })  # fmt: skip
        rows = cursor.fetchall()
    stays = Stay.objects.in_bulk([one for _number, _units, ids in rows for one in ids or []])
    return [
        Wanted(
            asked[number - 1],
            [unit for unit in range(1, found.units + 1) if unit not in (busy or [])],
            sorted((stays[one] for one in ids or []), key=lambda one: one.starts_at),
        )
        for number, busy, ids in rows
    ]


def stays_of(user_id: int) -> "QuerySet[Stay]":
    return Stay.objects.filter(holder_id=user_id).select_related("thing").order_by("-starts_at", "-pk")


def stay(stay_id: int) -> Stay | None:
    return Stay.objects.select_related("thing", "holder").filter(pk=stay_id).first()


def has_change(found: Thing, change_id: int) -> bool:
    """Whether what was said of some days is about it, or about its whole institution."""
    rows = DayChange.objects.filter(pk=change_id, organisation_id=found.organisation_id)
    return rows.filter(Q(thing=None) | Q(thing=found)).exists()


def week_of(plan: WeekPlan) -> list[tuple[int, str]]:
    """(weekday, hours), for every day of the week, and statutory days off last where they have their own."""
    spans = _plan(plan).spans
    last = [hours.HOLIDAY] if plan.holidays == WeekPlan.Holidays.OWN else []
    return [(day, " ".join(str(one) for one in spans.get(day, []))) for day in [*range(1, 8), *last]]


def thing_trail(thing_id: int) -> list[Deed]:
    return journal.deeds("thing", thing_id)
