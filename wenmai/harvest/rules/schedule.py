"""When a source is asked by itself.

(empty)              only when somebody asks
every 6h             six hours after the last time; 1 to 720
daily 03:30          each day
weekly mon 03:30     each week; mon tue wed thu fri sat sun
cron 30 3 1 * *      five fields: minute, hour, day of month, month, day of week
"""

import datetime as dt
import re
from typing import NamedTuple

from croniter import CroniterBadDateError, croniter

from wenmai.lib.refusal import Refused

_EVERY = re.compile(r"every ([1-9]\d{0,2})h")
_DAILY = re.compile(r"daily ([01]\d|2[0-3]):([0-5]\d)")
_WEEKLY = re.compile(r"weekly (mon|tue|wed|thu|fri|sat|sun) ([01]\d|2[0-3]):([0-5]\d)")
_CRON = re.compile(r"cron ([\d*/,\-]+(?: [\d*/,\-]+){4})", re.ASCII)


def next_time(schedule: str, after: dt.datetime) -> dt.datetime | None:
    """The first moment after this one (aware, its zone counts). Refused: schedule."""
    schedule = " ".join(schedule.lower().split())
    if not schedule:
        return None
    if every := _EVERY.fullmatch(schedule):
        hours = int(every[1])
        if hours <= 720:
            return after + dt.timedelta(hours=hours)
    cron = _as_cron(schedule)
    if not cron or not croniter.is_valid(cron):
        raise Refused("schedule", schedule[:60])
    try:
        moment = croniter(cron, after).get_next(dt.datetime)
    except CroniterBadDateError:  # the 31st of February
        raise Refused("schedule", schedule[:60]) from None
    assert isinstance(moment, dt.datetime)
    return moment


def _as_cron(schedule: str) -> str:
    if daily := _DAILY.fullmatch(schedule):
        return f"{int(daily[2])} {int(daily[1])} * * *"
    if weekly := _WEEKLY.fullmatch(schedule):
        return f"{int(weekly[3])} {int(weekly[2])} * * {weekly[1]}"
    cron = _CRON.fullmatch(schedule)
    return cron[1] if cron else ""


WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class Rhythm(NamedTuple):
    """A schedule in its parts, as a form asks for them. `kind` is manual, hours, daily, weekly or cron."""

    kind: str = "manual"
    hours: int = 24
    weekday: str = "mon"
    time: str = "03:30"
    cron: str = "30 3 1 * *"


def rhythm(schedule: str) -> Rhythm:
    """The parts of a schedule that `next_time` understands."""
    schedule = " ".join(schedule.lower().split())
    if every := _EVERY.fullmatch(schedule):
        return Rhythm("hours", hours=int(every[1]))
    if daily := _DAILY.fullmatch(schedule):
        return Rhythm("daily", time=f"{daily[1]}:{daily[2]}")
    if weekly := _WEEKLY.fullmatch(schedule):
        return Rhythm("weekly", weekday=weekly[1], time=f"{weekly[2]}:{weekly[3]}")
    if cron := _CRON.fullmatch(schedule):
        return Rhythm("cron", cron=cron[1])
    return Rhythm()


def composed(parts: Rhythm) -> str:
    """The opposite of `rhythm`; judged by `next_time`."""
    return {
        "manual": "",
        "hours": f"every {parts.hours}h",
        "daily": f"daily {parts.time}",
        "weekly": f"weekly {parts.weekday} {parts.time}",
        "cron": f"cron {parts.cron}",
    }[parts.kind]
