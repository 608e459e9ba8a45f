"""Lines of a purchase plan and their states."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from wenmai.lib.refusal import Refused

ITEM, MOST_FEN = 120, 10_000_000_000


class State(TextChoices):
    PLANNED = "planned", _("列入计划")
    ORDERED = "ordered", _("已订购")
    ARRIVED = "arrived", _("已到货")
    DROPPED = "dropped", _("不买了")


ALLOWED: frozenset[tuple[str, str]] = frozenset({
    ("planned", "ordered"), ("planned", "dropped"), ("ordered", "arrived"), ("ordered", "dropped"),
})  # fmt: skip
"""The database knows the same pairs (trigger `voices_purchases_move`); a test compares them."""


def check_move(before: str, after: str) -> None:
    """Refused: step_odd (detail: where it stands)."""
    if (before, after) not in ALLOWED:
        raise Refused("step_odd", str(State(before).label))


def checked_line(year: int, fen: int, this_year: int) -> None:
    """Refused: year_odd, money_odd."""
    if not this_year - 1 <= year <= this_year + 5:
        raise Refused("year_odd")
    if not 0 < fen <= MOST_FEN:
        raise Refused("money_odd")
