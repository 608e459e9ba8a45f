"""How it was: when a side may say what, when two counts are the same, what a decision says. Limits are ours."""

import datetime as dt
from typing import NamedTuple

from wenmai.lib.refusal import Refused
from wenmai.orders.rules.states import CAUSES, MOST_HEADS, PLACE, WORDS, State
from wenmai.orders.rules.supply import plain, yuan

MOST_PHOTOS = 10
"""With one report. Ours."""
SIDES = ("supplier", "station")
REPORTED = {
    "arrived": (State.CONFIRMED, State.DELIVERING),
    "met": (State.CONFIRMED, State.DELIVERING),
    "done": (State.CONFIRMED, State.DELIVERING, State.DISPUTED),
    "complaint": (State.CONFIRMED, State.DELIVERING, State.DELIVERED),
}
"""In which states what is said. The database knows the same (trigger `orders_reports_fit`); a test compares."""


class Said(NamedTuple):
    """What a side says, besides how many came. `photos`: hashes of stored files."""

    words: str = ""
    place: str = ""
    photos: tuple[str, ...] = ()

    def checked(self) -> "Said":
        """Refused: photos_many."""
        if len(self.photos) > MOST_PHOTOS:
            raise Refused("photos_many", str(MOST_PHOTOS))
        return Said(plain(self.words, WORDS), plain(self.place, PLACE), tuple(dict.fromkeys(self.photos)))


def check_reported(kind: str, state: str) -> None:
    """Refused: order_odd (detail: where it stands)."""
    if state not in REPORTED[kind]:
        raise Refused("order_odd", str(State(state).label))


def check_arrival(now: dt.datetime, begins: dt.datetime, ends: dt.datetime, hours: int) -> None:
    """Refused: arrival_early (detail: hours), arrival_late."""
    if now < begins - dt.timedelta(hours=hours):
        raise Refused("arrival_early", str(hours))
    if now >= ends:
        raise Refused("arrival_late")


def check_report_time(now: dt.datetime, begins: dt.datetime, since: dt.datetime, days: int) -> None:
    """`since`: from when the days run. Refused: not_begun, report_over (detail: days)."""
    if now < begins:
        raise Refused("not_begun")
    if now >= since + dt.timedelta(days=days):
        raise Refused("report_over", str(days))


def checked_count(heads: int) -> int:
    """Nobody may have come. Refused: count_odd (detail: the most)."""
    if not 0 <= heads <= MOST_HEADS:
        raise Refused("count_odd", f"{MOST_HEADS:,}")
    return heads


def agree(one: int, other: int, per_cent: int) -> bool:
    """Within so many per cent of the larger one."""
    return abs(one - other) * 100 <= max(one, other) * per_cent


def checked_deduction(fen: int, price: int) -> int:
    """Refused: deduction_odd (detail: the most, in yuan)."""
    if not 0 <= fen <= price:
        raise Refused("deduction_odd", yuan(price))
    return fen


def checked_responsible(side: str) -> str:
    """Refused: cause_odd."""
    if side not in CAUSES:
        raise Refused("cause_odd")
    return side
