"""When somebody who did not come may not book for a while. All defaults are ours, none is a norm.

The shape is the handbook's (§4.4): window, count, penalty, reset, deadline for cancelling, quotas of cancellations.
"""

import datetime as dt
from collections.abc import Iterable
from enum import IntEnum
from typing import NamedTuple

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from wenmai.lib.refusal import Refused

APPEALS = "booking.appeals"
"""What the words of appeals are sealed for."""
WORDS, TITLE = 400, 80


class Kind(TextChoices):
    """`OVER`: in time, but once more than the quota allows."""

    MISSED = "missed", _("没有来")
    LATE = "late", _("过了时限才取消")
    OVER = "over", _("取消的次数太多")
    CANCELLED = "cancelled", _("及时取消")


class Reset(IntEnum):
    """What makes the count begin anew beside the window: nothing; a pause; a pause, or a new year."""

    NEVER = 0
    PAUSE = 1
    YEAR = 2


class Cancels(IntEnum):
    """Which cancellations count like not coming."""

    NONE = 0
    LATE = 1
    ALL = 2


class Rule(NamedTuple):
    """`missed_count` absences within `missed_days` keep a person from booking for `pause_days`; 0 absences: never.
    `cancel_minutes` before the beginning cancelling is late. `cancels_*`: so many in a day, week, month, year are
    taken as they are, each one more counts like an absence; 0: any number."""

    missed_count: int = 3
    missed_days: int = 90
    pause_days: int = 30
    reset: int = Reset.PAUSE
    cancels: int = Cancels.LATE
    cancel_minutes: int = 120
    cancels_day: int = 0
    cancels_week: int = 0
    cancels_month: int = 0
    cancels_year: int = 0


QUOTAS = ("cancels_day", "cancels_week", "cancels_month", "cancels_year")
LEAST = dict.fromkeys(Rule._fields, 0) | {"missed_days": 1, "pause_days": 1}
LARGEST = dict.fromkeys(Rule._fields, 1000) | {
    "missed_count": 100, "missed_days": 730, "pause_days": 366, "reset": 2, "cancels": 2, "cancel_minutes": 43_200,
}  # fmt: skip


class Past(NamedTuple):
    """One absence of a person at an institution. `spent`: a pause has come of it already."""

    on: dt.date
    kind: str
    spent: bool = False


def counting(rule: Rule) -> frozenset[str]:
    """The kinds that count under this rule."""
    more = {Cancels.NONE: (), Cancels.LATE: (Kind.LATE,), Cancels.ALL: (Kind.LATE, Kind.CANCELLED)}
    return frozenset({str(one) for one in (Kind.MISSED, Kind.OVER, *more[Cancels(rule.cancels)])})


def counted(past: Iterable[Past], rule: Rule, day: dt.date) -> list[Past]:
    """Those that count on that day, the newest last."""
    since = day - dt.timedelta(days=rule.missed_days)
    found = [
        one
        for one in past
        if one.kind in counting(rule)
        and since < one.on <= day
        and not (one.spent and rule.reset != Reset.NEVER)
        and not (one.on.year != day.year and rule.reset == Reset.YEAR)
    ]
    return sorted(found, key=lambda one: one.on)


def pause_of(past: list[Past], rule: Rule) -> tuple[dt.date, dt.date] | None:
    """First and last day, counted from the newest absence, if it makes the number full."""
    fresh = [one for one in past if one.kind in counting(rule) and not one.spent]
    if not rule.missed_count or not fresh:
        return None
    newest = max(one.on for one in fresh)
    if len(counted(past, rule, newest)) < rule.missed_count:
        return None
    return newest, newest + dt.timedelta(days=rule.pause_days)


def is_late(begins_at: dt.datetime, now: dt.datetime, minutes: int) -> bool:
    return now > begins_at - dt.timedelta(minutes=minutes)


def is_over(cancelled_on: Iterable[dt.date], rule: Rule, today: dt.date) -> bool:
    """Whether one more cancellation today is one too many. Weeks begin on Monday."""
    days = list(cancelled_on)
    counts = {
        "cancels_day": sum(one == today for one in days),
        "cancels_week": sum(one.isocalendar()[:2] == today.isocalendar()[:2] for one in days),
        "cancels_month": sum((one.year, one.month) == (today.year, today.month) for one in days),
        "cancels_year": sum(one.year == today.year for one in days),
    }
    return any(limit and counts[name] >= limit for name in QUOTAS if (limit := getattr(rule, name)))


def checked_words(text: str) -> str:
    """Refused: words_missing."""
    words = "".join(one for one in text.strip() if one.isprintable() or one == "\n")[:WORDS]
    if not words:
        raise Refused("words_missing")
    return words
