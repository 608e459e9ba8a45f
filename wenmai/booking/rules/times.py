"""Times: how long, how soon, how far ahead; what recurs; what is free between stays. The numbers are ours, no norm."""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from wenmai.booking.rules.hours import Span
from wenmai.formats import recurrence
from wenmai.lib.refusal import Refused

LONGEST_MINUTES, LEAD_MINUTES, WINDOW_DAYS, STEP_MINUTES = 240, 60, 7, 30
"""The longest stay of the public, how long before it one asks at the latest, how many days can be seen ahead; and what
suggestions are rounded to."""
MOST_UNITS, MOST_BUFFER, MOST_STAY_DAYS, MOST_THINGS, MOST_TIMES = 200, 24 * 60, 31, 10, 200
EVERY = ("once", "daily", "weekly", "biweekly", "monthly")
_RULES = {
    "daily": recurrence.Rule("DAILY"),
    "weekly": recurrence.Rule("WEEKLY"),
    "biweekly": recurrence.Rule("WEEKLY", interval=2),
}


class Terms(NamedTuple):
    """What counts for a thing: its own, else its institution's, else the system's."""

    longest_minutes: int = LONGEST_MINUTES
    lead_minutes: int = LEAD_MINUTES
    window_days: int = WINDOW_DAYS


BOUNDS = {
    "longest_minutes": (1, MOST_STAY_DAYS * 24 * 60),
    "lead_minutes": (0, MOST_STAY_DAYS * 24 * 60),
    "window_days": (0, 366),
}
"""The least and the most that a thing or an institution may say."""


class Times(NamedTuple):
    """From, inclusive, until, exclusive."""

    starts_at: dt.datetime
    ends_at: dt.datetime

    def overlaps(self, other: "Times") -> bool:
        return self.starts_at < other.ends_at and other.starts_at < self.ends_at

    def wider(self, before: int, after: int) -> "Times":
        """With minutes for cleaning."""
        return Times(self.starts_at - dt.timedelta(minutes=before), self.ends_at + dt.timedelta(minutes=after))


def checked_times(starts_at: dt.datetime, ends_at: dt.datetime) -> Times:
    """Refused: time_odd (ends before it begins, over a month, seconds)."""
    length = ends_at - starts_at
    if not dt.timedelta(0) < length <= dt.timedelta(days=MOST_STAY_DAYS):
        raise Refused("time_odd")
    if starts_at.second or starts_at.microsecond or ends_at.second or ends_at.microsecond:
        raise Refused("time_odd")
    return Times(starts_at, ends_at)


def checked_for_public(asked: Times, terms: Terms, now: dt.datetime, today: dt.date, day: dt.date) -> None:
    """Refused: too_soon, too_far, too_long (detail: the number that counts)."""
    if asked.starts_at < now + dt.timedelta(minutes=terms.lead_minutes):
        raise Refused("too_soon", str(terms.lead_minutes))
    if (day - today).days > terms.window_days:
        raise Refused("too_far", str(terms.window_days))
    if asked.ends_at - asked.starts_at > dt.timedelta(minutes=terms.longest_minutes):
        raise Refused("too_long", str(terms.longest_minutes))


def occurrences(first: Times, every: str, until: dt.date | None, times: int | None, zone: dt.tzinfo) -> list[Times]:
    """By the clock on the wall. Monthly: the same weekday of the month (the second Tuesday); a month without a fifth
    one is left out. Refused: recurrence_odd (no end, no such rule), recurrence_many."""
    if every not in EVERY or (every != "once" and (until is None) == (times is None)):
        raise Refused("recurrence_odd")
    start, length = first.starts_at.astimezone(zone), first.ends_at - first.starts_at
    if times is not None and not 1 <= times <= MOST_TIMES:
        raise Refused("recurrence_many", str(MOST_TIMES))
    found: list[Times] = []
    for day in _days(start.date(), every, until or dt.date.max):
        if len(found) >= MOST_TIMES:
            raise Refused("recurrence_many", str(MOST_TIMES))
        begins = dt.datetime.combine(day, start.timetz().replace(tzinfo=None), tzinfo=zone).astimezone(dt.UTC)
        found.append(Times(begins, begins + length))
        if times is not None and len(found) >= times:
            break
    if not found:
        raise Refused("recurrence_odd")
    return found


def _days(first: dt.date, every: str, last: dt.date) -> Iterator[dt.date]:
    if every == "once":
        return iter([first] if first <= last else [])
    monthly = recurrence.Rule("MONTHLY", weekdays=(recurrence.Weekday((first.day - 1) // 7 + 1, first.weekday()),))
    return recurrence.days(_RULES.get(every, monthly), first, first, last)


def within(day: dt.date, span: Span, zone: dt.tzinfo) -> Times:
    """A span of minutes of a local day, as moments."""
    midnight = dt.datetime.combine(day, dt.time(), tzinfo=zone)
    return Times(midnight + dt.timedelta(minutes=span.opens), midnight + dt.timedelta(minutes=span.closes))


def free_between(opened: Sequence[Times], busy: Iterable[Sequence[Times]], before: int, after: int) -> list[Times]:
    """When at least one unit can be taken: `busy` are the occupied times of each unit, with their buffers; a stay needs
    `before` and `after` minutes for itself. In order; times of different units may overlap."""
    found: set[Times] = set()
    for unit in busy:
        found.update(_free_of_one(opened, sorted(unit), dt.timedelta(minutes=before), dt.timedelta(minutes=after)))
    return _outermost(sorted(found, key=lambda one: (one.starts_at, -one.ends_at.timestamp())))


def _free_of_one(
    opened: Sequence[Times], busy: Sequence[Times], before: dt.timedelta, after: dt.timedelta
) -> Iterator[Times]:
    for one in opened:
        at = one.starts_at
        for taken in busy:
            if taken.ends_at + before <= at:
                continue
            if taken.starts_at - after >= one.ends_at:
                break
            if taken.starts_at - after > at:
                yield Times(at, taken.starts_at - after)
            at = max(at, taken.ends_at + before)
        if at < one.ends_at:
            yield Times(at, one.ends_at)


def _outermost(spans: Iterable[Times]) -> list[Times]:
    """Without those that lie within another; what overlaps is not joined: a stay does not change its unit."""
    done: list[Times] = []
    for one in spans:
        if done and one.ends_at <= done[-1].ends_at:
            continue
        done.append(one)
    return done


def nearest(free: Iterable[Times], length: dt.timedelta, around: dt.datetime, most: int) -> list[Times]:
    """Beginnings nearest to a moment, on the step of the clock, at most one in each free time."""
    found = [fitting for one in free if (fitting := _fit(one, length, around)) is not None]
    return sorted(found, key=lambda one: (abs(one.starts_at - around), one.starts_at))[:most]


def _fit(free: Times, length: dt.timedelta, around: dt.datetime) -> Times | None:
    first, last = _up(free.starts_at), free.ends_at - length
    if last < first:
        return None
    begins = min(max(_up(around), first), last)
    if begins == last:
        begins = max(_down(last), first)
    return Times(begins, begins + length)


def _up(at: dt.datetime) -> dt.datetime:
    down = _down(at)
    return down if down == at else down + dt.timedelta(minutes=STEP_MINUTES)


def _down(at: dt.datetime) -> dt.datetime:
    return at.replace(minute=at.minute - at.minute % STEP_MINUTES, second=0, microsecond=0)
