"""Which days a calendar shows: a month in whole weeks, a week, or a day; weeks begin on Monday (GB/T 7408.1)."""

import datetime as dt
from typing import NamedTuple

VIEWS = ("month", "week", "day")
SPANS = ("today", "weekend", "week")
"""What a list is narrowed to by one tap."""
YEARS = (2000, 2200)
BACK, AHEAD = 5, 2
"""So many years behind and before today one can turn; further on only by typing a day: robots turn for ever. Ours."""
DAY = dt.timedelta(days=1)


class Window(NamedTuple):
    """`days`: all that are shown, in order; `first` and `after`: the month, week or day itself, `after` no longer in
    it; `before` and `next`: where turning leads, none where it ends."""

    view: str
    first: dt.date
    after: dt.date
    days: list[dt.date]
    before: dt.date | None
    next: dt.date | None


def read_day(text: str) -> dt.date | None:
    """A day as addresses say it, 2026-12-03; none for anything else."""
    try:
        found = dt.date.fromisoformat(text)
    except ValueError:
        return None
    return found if YEARS[0] <= found.year < YEARS[1] else None


def span(name: str, today: dt.date) -> tuple[dt.date, dt.date] | None:
    """First and last day: today, what is left of this weekend or the next, seven days; none for anything else."""
    if name not in SPANS:
        return None
    saturday = max(today, _monday(today) + 5 * DAY)
    return {
        "today": (today, today), "weekend": (saturday, _monday(today) + 6 * DAY), "week": (today, today + 6 * DAY)
    }[name]  # fmt: skip


def window(view: str, day: dt.date, today: dt.date) -> Window:
    """The month, week or day in which `day` lies."""
    if view == "month":
        first = day.replace(day=1)
        after = (first + 31 * DAY).replace(day=1)
        start, end = _monday(first), _monday(after + 6 * DAY)
        before = (first - DAY).replace(day=1)
    else:
        step = 7 if view == "week" else 1
        first = start = _monday(day) if view == "week" else day
        after = end = first + step * DAY
        before = first - step * DAY
    days = [start + n * DAY for n in range((end - start).days)]
    return Window(view, first, after, days, _near(before, today), _near(after, today))


def _monday(day: dt.date) -> dt.date:
    return day - day.weekday() * DAY


def _near(day: dt.date, today: dt.date) -> dt.date | None:
    return day if today.year - BACK <= day.year <= today.year + AHEAD else None
