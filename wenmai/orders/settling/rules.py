"""结算: how a settlement moves, and what can be written in it. Limits are ours, no norm."""

import datetime as dt

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from wenmai.lib.refusal import Refused
from wenmai.orders.rules.supply import plain

VOUCHER, MOST_LINES, MOST_SCANS = 60, 500, 5
"""What does not fit into a settlement comes into the next one."""


class Stand(TextChoices):
    DRAWN = "drawn", _("等供应商核对")
    AGREED = "agreed", _("双方同意，等付款")
    OBJECTED = "objected", _("供应商有异议")
    PAID = "paid", _("已付款")
    CANCELLED = "cancelled", _("已作废")


MOVES: frozenset[tuple[str, str]] = frozenset({
    ("drawn", "agreed"), ("drawn", "objected"), ("drawn", "cancelled"), ("objected", "drawn"),
    ("objected", "cancelled"), ("agreed", "paid"), ("agreed", "cancelled"),
})  # fmt: skip
"""The database knows the same pairs (trigger `orders_settlement_moves`); a test compares them."""
OPEN = ("drawn", "objected")
"""Its lines can be changed."""


def check_move(before: str, after: str) -> None:
    """Refused: settlement_odd (detail: where it stands)."""
    if (before, after) not in MOVES:
        raise Refused("settlement_odd", str(Stand(before).label))


def check_open(state: str) -> None:
    """Refused: settlement_odd (detail: where it stands)."""
    if state not in OPEN:
        raise Refused("settlement_odd", str(Stand(state).label))


def checked_voucher(text: str) -> str:
    """Refused: voucher_missing."""
    kept = plain(text, VOUCHER)
    if not kept:
        raise Refused("voucher_missing")
    return kept


def check_paid_on(day: dt.date | None, drawn_on: dt.date, today: dt.date) -> dt.date:
    """Refused: paid_on_odd (detail: which days may be)."""
    if day is None or not drawn_on <= day <= today:
        raise Refused("paid_on_odd", f"{drawn_on:%Y-%m-%d} – {today:%Y-%m-%d}")
    return day
