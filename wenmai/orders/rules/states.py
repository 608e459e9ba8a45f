"""The states of an order and who may move it; what a station may wish for. Limits are ours, no norm."""

import datetime as dt
from typing import NamedTuple

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from wenmai.lib.refusal import Refused
from wenmai.orders.rules.supply import plain

PLACE, WORDS, REASON = 120, 400, 400
MOST_HEADS, MOST_IN_CART, LONGEST = 100_000, 50, dt.timedelta(days=31)


class State(TextChoices):
    CART = "cart", _("选单")
    SUBMITTED = "submitted", _("已点单")
    SCHEDULING = "scheduling", _("统筹排期")
    DISPATCHED = "dispatched", _("已派单")
    DECLINED = "declined", _("已拒单")
    ACCEPTED = "accepted", _("已接单")
    CONFIRMED = "confirmed", _("已确认")
    CANCELLED = "cancelled", _("已取消")
    DELIVERING = "delivering", _("正在送")
    DELIVERED = "delivered", _("已送达")
    DISPUTED = "disputed", _("有争议")
    RATED = "rated", _("已办结")


class Side(TextChoices):
    """Who did something, or because of whom something could not be done."""

    STATION = "station", _("站点")
    COUNTY = "county", _("主办机构")
    SUPPLIER = "supplier", _("供应商")
    CLOCK = "clock", _("到期")
    FORCE = "force", _("不可抗力")


MOVES: frozenset[tuple[str, str]] = frozenset({
    ("cart", "submitted"), ("submitted", "scheduling"), ("submitted", "cancelled"), ("scheduling", "dispatched"),
    ("scheduling", "cancelled"), ("dispatched", "accepted"), ("dispatched", "declined"), ("dispatched", "scheduling"),
    ("dispatched", "cancelled"), ("declined", "scheduling"), ("declined", "dispatched"), ("accepted", "confirmed"),
    ("accepted", "scheduling"), ("accepted", "cancelled"), ("confirmed", "scheduling"), ("confirmed", "cancelled"),
    ("confirmed", "delivering"), ("confirmed", "disputed"), ("delivering", "delivered"), ("delivering", "disputed"),
    ("delivered", "disputed"), ("delivered", "rated"), ("disputed", "rated"),
})  # fmt: skip
"""The database knows the same pairs (trigger `orders_order_moves`); a test compares them."""
SERVED = ("delivering", "delivered", "disputed", "rated")
"""The day has come: it is not called off any more."""
HOLDS = ("submitted", "scheduling", "dispatched", "declined", "accepted", "confirmed", *SERVED)
"""What has taken money and a session."""
TIMED = ("dispatched", "accepted", "confirmed")
"""What has a time and a place, and whoever goes is kept free."""
CAUSES = (Side.STATION, Side.COUNTY, Side.SUPPLIER, Side.FORCE)


def check_move(before: str, after: str) -> None:
    """Refused: order_odd (detail: where it stands)."""
    if (before, after) not in MOVES:
        raise Refused("order_odd", str(State(before).label))


class Wish(NamedTuple):
    """What a station says when it puts something into its cart. Days are inclusive."""

    heads: int
    first: dt.date
    last: dt.date
    place: str
    words: str = ""

    def checked(self, capacity: int, serves_from: dt.date, serves_until: dt.date) -> "Wish":
        """Refused: heads_odd (detail: the most), wish_days (detail: which may be), place_missing."""
        if not 1 <= self.heads <= min(capacity, MOST_HEADS):
            raise Refused("heads_odd", f"{capacity:,}")
        if not serves_from <= self.first <= self.last <= serves_until:
            raise Refused("wish_days", f"{serves_from:%Y-%m-%d} – {serves_until:%Y-%m-%d}")
        place = plain(self.place, PLACE)
        if not place:
            raise Refused("place_missing")
        return self._replace(place=place, words=plain(self.words, WORDS))


def check_time(
    begins: dt.datetime, ends: dt.datetime, days: tuple[dt.date, dt.date], season: tuple[dt.date, dt.date],
    now: dt.datetime,
) -> None:  # fmt: skip
    """`days`: of begins and ends, on the node's clock.

    Refused: time_odd (seconds, too), time_outside (detail: which days may be).
    """
    odd = any(one.second or one.microsecond for one in (begins, ends))
    if odd or begins <= now or not begins < ends <= begins + LONGEST:
        raise Refused("time_odd")
    if not season[0] <= days[0] <= days[1] <= season[1]:
        raise Refused("time_outside", f"{season[0]:%Y-%m-%d} – {season[1]:%Y-%m-%d}")


def checked_cause(cause: str) -> str:
    """Refused: cause_odd."""
    if cause not in CAUSES:
        raise Refused("cause_odd")
    return cause
