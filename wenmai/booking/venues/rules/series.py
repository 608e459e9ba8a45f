"""The same hour again and again: how many dates, how far ahead. Defaults are ours, no norm."""

import datetime as dt
from collections.abc import Collection
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from wenmai.booking.rules import times
from wenmai.booking.rules.times import Times
from wenmai.lib.refusal import Refused

EVERY: dict[str, str | Promise] = {
    "weekly": _("每周"), "biweekly": _("每两周"), "monthly": _("每月同一个星期几"), "daily": _("每天"),
}  # fmt: skip


class Caps(NamedTuple):
    """Of an institution. `series_dates`: in one series, 0: none are taken; `series_days`: how far ahead its last one
    lies; `series_running`: series of one person or group that are not over."""

    series_dates: int = 30
    series_days: int = 183
    series_running: int = 2


LARGEST = Caps(times.MOST_TIMES, 366, 20)
LEAST = Caps(0, 14, 1)


def dates(first: Times, every: str, until: dt.date, caps: Caps, today: dt.date, zone: dt.tzinfo) -> list[Times]:
    """By the clock on the wall, up to and with `until`.

    Refused: series_off, series_odd (no such rule, ends before it begins), series_far (detail: days), series_many
    (detail: dates), series_one (a single date is asked for as such).
    """
    if not caps.series_dates:
        raise Refused("series_off")
    if every not in EVERY or until < first.starts_at.astimezone(zone).date():
        raise Refused("series_odd")
    if (until - today).days > caps.series_days:
        raise Refused("series_far", str(caps.series_days))
    try:
        found = times.occurrences(first, every, until, None, zone)
    except Refused as refusal:
        raise Refused("series_many", str(caps.series_dates)) from refusal
    if len(found) > caps.series_dates:
        raise Refused("series_many", str(caps.series_dates))
    if len(found) < 2:
        raise Refused("series_one")
    return found


def chosen(found: Collection[Times], days: Collection[dt.date], zone: dt.tzinfo) -> list[Times]:
    """Those of the dates that were ticked. Refused: series_odd (another day), series_one (fewer than two)."""
    on = {one.starts_at.astimezone(zone).date(): one for one in found}
    if {*days} - {*on}:
        raise Refused("series_odd")
    if len({*days}) < 2:
        raise Refused("series_one")
    return [on[day] for day in sorted({*days})]
