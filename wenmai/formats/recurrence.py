"""Rules of repetition (RFC 5545, 3.3.10): by days, weeks, months or years, on days only.

Written here because a rule comes from strangers: what never comes true (a 31 February) ends where the asker's days end,
while other readers follow it to the year 9999. Compared with one of them in the tests.
"""

import calendar
import datetime as dt
import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

FREQUENCIES = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_UNTIL = re.compile(r"\d{8}(T\d{6}Z?)?")
_WEEKDAY = re.compile(r"([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)")


class Weekday(NamedTuple):
    """Monday is 0; `turn`: which one of the month (or of the year), from its end where below 0; 0: every one."""

    turn: int
    day: int


@dataclass(frozen=True, slots=True)
class Rule:
    """`until` as it is written, `count` 0 without an end by number."""

    frequency: str
    interval: int = 1
    until: str = ""
    count: int = 0
    week_begins: int = 0
    weekdays: tuple[Weekday, ...] = ()
    month_days: tuple[int, ...] = ()
    months: tuple[int, ...] = ()
    positions: tuple[int, ...] = ()


def parse(text: str) -> Rule:
    """A rule without its name, such as FREQ=WEEKLY;BYDAY=MO. Raises ValueError with a sentence for any other."""
    parts = {}
    for part in text.upper().replace(" ", "").rstrip(";").split(";"):
        name, equals, value = part.partition("=")
        if not equals or name in parts or len(value) > 300:
            raise ValueError(f"A rule of repetition has a part that cannot be read: {part[:40]}.")
        parts[name] = value
    frequency = parts.pop("FREQ", "")
    if frequency not in FREQUENCIES:
        raise ValueError("A rule of repetition goes by days, weeks, months or years.")
    rule = Rule(
        frequency,
        interval=_number(parts.pop("INTERVAL", "1"), 1, 1000),
        until=_until(parts.pop("UNTIL", "")),
        count=_number(parts.pop("COUNT", "0"), 0, 100_000),
        week_begins=_weekday(parts.pop("WKST", "MO")).day,
        weekdays=tuple(map(_weekday, _several(parts, "BYDAY"))),
        month_days=tuple(_number(one, -31, 31) for one in _several(parts, "BYMONTHDAY")),
        months=tuple(_number(one, 1, 12) for one in _several(parts, "BYMONTH")),
        positions=tuple(_number(one, -366, 366) for one in _several(parts, "BYSETPOS")),
    )
    if parts:
        raise ValueError(f"A rule of repetition says something that is not followed here: {sorted(parts)[0][:40]}.")
    if 0 in rule.month_days or 0 in rule.positions:
        raise ValueError("Days and positions of a rule are counted from 1, or from the end by -1.")
    if frequency in ("DAILY", "WEEKLY") and any(one.turn for one in rule.weekdays):
        raise ValueError("Only months and years have a first or a last Monday.")
    if frequency == "WEEKLY" and rule.month_days:
        raise ValueError("A rule by weeks names no days of the month.")
    return rule


def _several(parts: dict[str, str], name: str) -> list[str]:
    return parts.pop(name).split(",") if name in parts else []


def _number(text: str, least: int, most: int) -> int:
    if not re.fullmatch(r"[+-]?\d{1,6}", text, re.A) or not least <= int(text) <= most:
        raise ValueError(f"A rule of repetition has {text[:20]!r} where a number from {least} to {most} belongs.")
    return int(text)


def _until(text: str) -> str:
    if text and not _UNTIL.fullmatch(text):
        raise ValueError(f"A rule of repetition ends at {text[:20]!r}, which is no day and no time.")
    return text


def _weekday(text: str) -> Weekday:
    found = _WEEKDAY.fullmatch(text)
    if not found:
        raise ValueError(f"A rule of repetition has {text[:20]!r} where a weekday (MO, -1FR) belongs.")
    return Weekday(int(found[1] or 0), WEEKDAYS.index(found[2]))


def days(rule: Rule, start: dt.date, low: dt.date, high: dt.date) -> Iterator[dt.date]:
    """The days from `start` on, in order, up to and with `high`; those before `low` may be left out.

    COUNT and UNTIL are left to the caller: both count times of the day.
    """
    for first, found in _periods(rule, start, low):
        if first > high:
            return
        chosen = sorted(set(found))
        if rule.positions:
            chosen = sorted({chosen[at] for p in rule.positions if -len(chosen) <= (at := p - (p > 0)) < len(chosen)})
        yield from (day for day in chosen if start <= day <= high)


def _periods(rule: Rule, start: dt.date, low: dt.date) -> Iterator[tuple[dt.date, list[dt.date]]]:
    """Each day, week, month or year of the rule: its first day, and the days in it."""
    if rule.frequency in ("DAILY", "WEEKLY"):
        length = 1 if rule.frequency == "DAILY" else 7
        first = start - dt.timedelta(days=(start.weekday() - rule.week_begins) % 7 if length == 7 else 0)
        step = length * rule.interval
        for turn in itertools.count(max(0, (low - first).days // step)):
            day = first + dt.timedelta(days=turn * step)
            yield day, [one for one in _row(day, length) if _fits(rule, one, start)]
    monthly = rule.frequency == "MONTHLY"
    months = start.year * 12 + start.month - 1 if monthly else start.year * 12
    step = rule.interval if monthly else 12 * rule.interval
    ahead = max(0, (low.year * 12 + low.month - 1 - months) // step)
    for month in itertools.count(months + ahead * step, step):
        first = dt.date(month // 12, month % 12 + 1, 1)
        yield first, _of_month(rule, first, start) if monthly else _of_year(rule, first.year, start)


def _row(first: dt.date, length: int) -> list[dt.date]:
    return [first + dt.timedelta(days=n) for n in range(length)]


def _fits(rule: Rule, day: dt.date, start: dt.date) -> bool:
    """A day of a rule by days or weeks."""
    wanted = {one.day for one in rule.weekdays} or ({start.weekday()} if rule.frequency == "WEEKLY" else set(range(7)))
    return day.weekday() in wanted and _in_months(rule, day) and _is_month_day(rule, day)


def _in_months(rule: Rule, day: dt.date) -> bool:
    return not rule.months or day.month in rule.months


def _is_month_day(rule: Rule, day: dt.date) -> bool:
    return not rule.month_days or bool({day.day, day.day - 1 - _length(day)} & {*rule.month_days})


def _length(day: dt.date) -> int:
    return calendar.monthrange(day.year, day.month)[1]


def _of_month(rule: Rule, first: dt.date, start: dt.date) -> list[dt.date]:
    if not _in_months(rule, first):
        return []
    row = [day for day in _row(first, _length(first)) if _is_month_day(rule, day)]
    if rule.weekdays:
        return [day for day in row if _is_turn(rule, day, day.day, _length(first))]
    return row if rule.month_days else [day for day in row if day.day == start.day]


def _of_year(rule: Rule, year: int, start: dt.date) -> list[dt.date]:
    """With months or days of the month named, a year is its months; otherwise weekdays are counted in the year."""
    if rule.months or rule.month_days:
        months = rule.months or range(1, 13)
        return [day for month in months for day in _of_month(rule, dt.date(year, month, 1), start)]
    row = _row(dt.date(year, 1, 1), 366 if calendar.isleap(year) else 365)
    if rule.weekdays:
        return [day for place, day in enumerate(row, 1) if _is_turn(rule, day, place, len(row))]
    return [day for day in row if (day.month, day.day) == (start.month, start.day)]


def _is_turn(rule: Rule, day: dt.date, place: int, length: int) -> bool:
    """Whether the day, which stands at this place of its month or year, is one of the rule's weekdays."""
    turns = (0, (place - 1) // 7 + 1, -((length - place) // 7 + 1))
    return any(one.day == day.weekday() and one.turn in turns for one in rule.weekdays)
