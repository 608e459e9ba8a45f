"""How long a child is here in a day, and when not at all; decided on plain values.

Defaults after common practice for modes for minors (an hour under 16, two up to 18, nothing from 22:00 to 6:00): ours,
no norm, changed by guardians within bounds that are ours, too.
"""

import datetime as dt
from typing import NamedTuple

from wenmai.lib.refusal import Refused

YOUNGER, OLDER, OLDER_FROM = 60, 120, 16
"""Minutes a day below this age, and from it on."""
OFF_FROM, OFF_UNTIL = 22 * 60, 6 * 60
"""Minutes of the day."""
MOST_MINUTES, STEP = 240, 15
FROM_BOUNDS, UNTIL_BOUNDS = (18 * 60, 23 * 60), (5 * 60, 9 * 60)
GRANTS = (15, 30)
MOST_EXTRA = 120
"""Minutes that guardians add in one day."""
WARNING_S = 300
EVERY_S = 30
"""Use is written down at most so often."""
GAP_S = 180
"""Who does nothing for longer was not here."""
TELL_S = 45
"""A page that is in use says so as often; more often than `GAP_S`, so that nothing of it is lost."""
STAYED_S = 600
"""Without a script a page is open for so long at most, then it leads to the day's time, and all of it counts."""


class Limits(NamedTuple):
    """`week`: minutes from Monday to Friday, `weekend`: on Saturday and Sunday; none from `off_from` to `off_until`."""

    week: int
    weekend: int
    off_from: int = OFF_FROM
    off_until: int = OFF_UNTIL

    def minutes_on(self, day: dt.date) -> int:
        return self.weekend if day.weekday() >= 5 else self.week


def default(age: int) -> Limits:
    minutes = OLDER if age >= OLDER_FROM else YOUNGER
    return Limits(minutes, minutes)


def require_fit(limits: Limits) -> Limits:
    """Refused: limits_unfit."""
    minutes = all(0 <= one <= MOST_MINUTES and one % STEP == 0 for one in (limits.week, limits.weekend))
    nights = all(
        low <= one <= high and one % 30 == 0
        for one, (low, high) in ((limits.off_from, FROM_BOUNDS), (limits.off_until, UNTIL_BOUNDS))
    )
    if not (minutes and nights):
        raise Refused("limits_unfit")
    return limits


class Standing(NamedTuple):
    """Where a child's day stands. `why`: "" while it may go on, "night" or "spent"; then `again_at` says when it goes
    on. `left_s` counts to whichever comes first, the end of the time or of the day."""

    used_s: int
    whole_s: int
    left_s: int
    why: str
    again_at: dt.datetime | None

    @property
    def used_minutes(self) -> int:
        return self.used_s // 60

    @property
    def whole_minutes(self) -> int:
        return self.whole_s // 60

    @property
    def left_minutes(self) -> int:
        """Begun ones count."""
        return -(-self.left_s // 60)

    @property
    def warns(self) -> bool:
        return not self.why and self.left_s <= WARNING_S


def standing(limits: Limits, used_s: int, extra_minutes: int, here: dt.datetime) -> Standing:
    """`here`: the moment on the node's own clock."""
    minute, today = here.hour * 60 + here.minute, here.date()
    whole_s = (limits.minutes_on(today) + extra_minutes) * 60
    left_s = max(0, whole_s - used_s)
    if minute >= limits.off_from or minute < limits.off_until:
        morning = today if minute < limits.off_until else today + dt.timedelta(days=1)
        return Standing(used_s, whole_s, 0, "night", _at(morning, limits.off_until, here))
    if not left_s:
        return Standing(used_s, whole_s, 0, "spent", _at(today + dt.timedelta(days=1), limits.off_until, here))
    until_night = int((_at(today, limits.off_from, here) - here).total_seconds())
    return Standing(used_s, whole_s, min(left_s, until_night), "", None)


def _at(day: dt.date, minute: int, here: dt.datetime) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(minute // 60, minute % 60), here.tzinfo)


def clock_words(minute: int) -> str:
    return f"{minute // 60}:{minute % 60:02}"
