"""Days on which offices work: the State Council's calendar of each year, with its days off and make-up workdays (调休).

A year's calendar is announced in the autumn before. Until it is known, Monday to Friday stand for it and every answer
says that it is not certain: callers say so in words. What was announced after the library's release is read from the
file `WENMAI_WORKDAYS`, which also has the last word where both know a day.
"""

import datetime as dt
import functools
import itertools
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import chinese_calendar
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from wenmai.lib import clock
from wenmai.lib.upkeep import Finding

_MOST_DAYS = 3_660
_OFF, _WORK = "off", "work"
_LIBRARY = {
    **dict.fromkeys(chinese_calendar.holidays, False),
    **dict.fromkeys(chinese_calendar.workdays, True),
}
_LIBRARY_YEARS = frozenset(day.year for day in chinese_calendar.holidays if (day.month, day.day) == (1, 1))


class Announced(NamedTuple):
    """Days that are not what their day of the week says -> whether offices work; and the years known whole."""

    days: dict[dt.date, bool]
    years: frozenset[int]


class Answer(NamedTuple):
    """`is_certain`: the calendar of every year that was looked at has been announced and is known here."""

    is_workday: bool
    is_certain: bool


class Due(NamedTuple):
    """A day so many workdays away."""

    day: dt.date
    is_certain: bool


def is_workday(day: dt.date) -> Answer:
    """Whether offices work on this day."""
    known = announced()
    works = known.days.get(day)
    return Answer(day.weekday() < 5 if works is None else works, day.year in known.years)


def add_workdays(day: dt.date, count: int) -> Due:
    """The `count`-th workday after `day`, which is not counted itself; before it where `count` is negative."""
    if abs(count) > _MOST_DAYS:
        raise ValueError(f"at most {_MOST_DAYS} workdays can be counted, not {count}")
    step = dt.timedelta(days=1 if count > 0 else -1)
    left, is_certain = abs(count), is_workday(day).is_certain
    while left:
        day += step
        answer = is_workday(day)
        left -= answer.is_workday
        is_certain = is_certain and answer.is_certain
    return Due(day, is_certain)


def holiday(day: dt.date) -> bool:
    """Whether it is off by announcement, not merely a weekend; a year that is not known has none."""
    return announced().days.get(day) is False


def makes_up(day: dt.date) -> bool:
    """Whether offices work on it by announcement although it is a Saturday or Sunday."""
    return announced().days.get(day) is True and day.weekday() >= 5


def announced() -> Announced:
    return _announced(Path(settings.WORKDAYS))


@functools.lru_cache(maxsize=8)
def _announced(path: Path) -> Announced:
    """Read once in the life of a process."""
    own = read(path.read_text("utf-8").splitlines()) if path.is_file() else Announced({}, frozenset())
    return Announced({**_LIBRARY, **own.days}, _LIBRARY_YEARS | own.years)


def read(lines: Iterable[str]) -> Announced:
    """A file of announced days: `2027-01-01 off 元旦`, `2027-02-20 work`; what follows # is passed over.

    A year is known once its 1 January stands there: it is off in every year.
    """
    days: dict[dt.date, bool] = {}
    for number, line in enumerate(lines, 1):
        words = line.split("#", 1)[0].split(maxsplit=2)
        if not words:
            continue
        day = _day(words[0]) if len(words) > 1 and words[1] in (_OFF, _WORK) else None
        if day is None or day in days:
            raise ImproperlyConfigured(
                f"WENMAI_WORKDAYS, line {number}: “{line.strip()[:80]}” "
                + ("names a day again." if day else "is no day: write 2027-01-01 off, or 2027-02-20 work.")
            )
        days[day] = words[1] == _WORK
    return Announced(
        days, frozenset(day.year for day, works in days.items() if (day.month, day.day, works) == (1, 1, False))
    )


def _day(text: str) -> dt.date | None:
    try:
        return dt.datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=dt.UTC).date()
    except ValueError:
        return None


def findings() -> Iterator[Finding]:
    """For `wenmai check`: how far the calendar is known. An unknown year breaks nothing, so it is told and no fault."""
    known, year = announced().years, clock.now().year
    last = next(before for before in itertools.count(year, 1) if before + 1 not in known)
    sentence = f"The calendar of workdays is known until the end of {last if year in known else year - 1}"
    if year not in known:
        sentence += ": write what was announced for this year into the file of WENMAI_WORKDAYS and start anew"
    yield Finding(True, sentence)
