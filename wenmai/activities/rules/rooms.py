"""When else a venue could be had, seen from the time that was wanted."""

import datetime as dt
from collections.abc import Iterable

from wenmai.booking.rules.times import Times

DAYS, STEP, MOST = 14, dt.timedelta(minutes=30), 5
FIRST, LAST = dt.time(8), dt.time(21)
"""The hours in which a session that finds its venue taken may begin on the same day. Ours."""


def candidates(wanted: Times, now: dt.datetime, zone: dt.tzinfo) -> list[Times]:
    """Other hours of the same day, and the same hour on the days around it, by the clock on the wall."""
    begins, length = wanted.starts_at.astimezone(zone), wanted.ends_at - wanted.starts_at
    at = dt.datetime.combine(begins.date(), FIRST, tzinfo=zone)
    found = []
    while at.timetz() <= LAST.replace(tzinfo=zone) and at.date() == begins.date():
        found.append(at)
        at += STEP
    wall = begins.timetz().replace(tzinfo=None)
    for days in range(1, DAYS + 1):
        found += [
            dt.datetime.combine(begins.date() + sign * dt.timedelta(days=days), wall, tzinfo=zone) for sign in (1, -1)
        ]
    return [Times(at, at + length) for at in found if at > now and at != begins]


def nearest(free: Iterable[Times], wanted: Times) -> list[Times]:
    """The nearest ones, in the order of time."""
    near = sorted(free, key=lambda one: abs(one.starts_at - wanted.starts_at))[:MOST]
    return sorted(near)
