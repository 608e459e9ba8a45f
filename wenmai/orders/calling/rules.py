"""回访: which months are drawn when, what a station can say, and when that does not fit. Limits are ours, no norm."""

import datetime as dt
from typing import NamedTuple

from wenmai.lib.refusal import Refused
from wenmai.orders.rules.fulfilment import agree, checked_count
from wenmai.orders.rules.states import WORDS
from wenmai.orders.rules.supply import plain
from wenmai.review.rules import sampling

LEAST, MOST_TRIES = 1, 10
"""Orders that are drawn at the least; how often nobody may be there before it is given up."""
STANDS = ("delivered", "rated")


class Heard(NamedTuple):
    """What a station says; nothing but `words` where nobody was there. `heads`, `as_agreed`: where they came."""

    reached: bool
    came: bool | None = None
    heads: int | None = None
    as_agreed: bool | None = None
    words: str = ""

    def checked(self) -> "Heard":
        """Refused: call_odd (something was not said), count_odd (detail: the most)."""
        words = plain(self.words, WORDS)
        if not self.reached:
            return Heard(False, words=words)
        if self.came is None:
            raise Refused("call_odd")
        if not self.came:
            return Heard(True, came=False, words=words)
        if self.heads is None or self.as_agreed is None:
            raise Refused("call_odd")
        return self._replace(heads=checked_count(self.heads), words=words)


def differs(heard: Heard, counted: int, tolerance: int) -> bool:
    """Nobody came, not what was agreed, or a number beyond the tolerance in per cent."""
    if not heard.reached:
        return False
    if not heard.came or not heard.as_agreed or heard.heads is None:
        return True
    return not agree(heard.heads, counted, tolerance)


def month_of(day: dt.date) -> dt.date:
    """Its first day."""
    return day.replace(day=1)


def month_before(day: dt.date) -> dt.date:
    return month_of(month_of(day) - dt.timedelta(days=1))


def month_after(day: dt.date) -> dt.date:
    return month_of(month_of(day) + dt.timedelta(days=31))


def called_until(month: dt.date) -> dt.date:
    """The last day on which the stations of a month are asked: that of the month after it."""
    return month_after(month_after(month)) - dt.timedelta(days=1)


def how_many(total: int, percent: int) -> int:
    """One at the least, and no more than a draw may have."""
    try:
        return sampling.how_many(total, percent, LEAST)
    except Refused:
        return sampling.MOST_DRAWN
