"""The steps of a request for a venue, and an institution's numbers. Defaults are ours, no norm."""

import datetime as dt
from typing import NamedTuple

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from wenmai.lib.refusal import Refused


class Step(TextChoices):
    REQUESTED = "requested", _("已申请")
    CONFIRMED = "confirmed", _("已预约")
    REFUSED = "refused", _("未通过")
    CANCELLED = "cancelled", _("已取消")
    PREEMPTED = "preempted", _("馆方占用")
    IN_USE = "in_use", _("使用中")
    CHECKED_OUT = "checked_out", _("已签退")
    DAMAGE = "damage", _("损坏处理")
    COMPLETED = "completed", _("完成")
    NO_SHOW = "no_show", _("爽约")


ALLOWED: frozenset[tuple[str, str]] = frozenset({
    ("requested", "confirmed"), ("requested", "refused"), ("requested", "cancelled"), ("requested", "preempted"),
    ("confirmed", "cancelled"), ("confirmed", "preempted"), ("confirmed", "in_use"), ("confirmed", "no_show"),
    ("in_use", "checked_out"), ("checked_out", "completed"), ("checked_out", "damage"), ("damage", "completed"),
})  # fmt: skip
"""The database knows the same pairs (trigger `booking_venue_steps`); a test compares them."""
COMING = ("requested", "confirmed")
OPEN = ("requested", "confirmed", "in_use", "checked_out", "damage")
PURPOSE, WORDS = 200, 400
OVERDUE = "overdue"
"""Stands for an answer where nobody gave one before the time came."""


class Numbers(NamedTuple):
    """Of an institution. `answer_workdays`: until staff has answered; `early_minutes`, `late_minutes`: around the
    beginning, when one can check in. What follows from not coming: `booking.absences`."""

    answer_workdays: int = 1
    early_minutes: int = 15
    late_minutes: int = 15


LARGEST = Numbers(30, 24 * 60, 24 * 60)
LEAST = Numbers(0, 0, 1)


def check_move(before: str, after: str) -> None:
    """Refused: step_odd (detail: where it stands)."""
    if (before, after) not in ALLOWED:
        raise Refused("step_odd", str(Step(before).label))


def may_change_time(step: str, approval: str) -> bool:
    """What staff has agreed to was one time."""
    return step == Step.REQUESTED or (step == Step.CONFIRMED and approval == "automatic")


def check_arrival(now: dt.datetime, starts_at: dt.datetime, ends_at: dt.datetime, numbers: Numbers) -> None:
    """Refused: too_early, too_late (detail: the minutes that count)."""
    if now < starts_at - dt.timedelta(minutes=numbers.early_minutes):
        raise Refused("too_early", str(numbers.early_minutes))
    if now >= min(starts_at + dt.timedelta(minutes=numbers.late_minutes), ends_at):
        raise Refused("too_late", str(numbers.late_minutes))


def price_of(fen_an_hour: int, length: dt.timedelta) -> int:
    """Whole fen, rounded up."""
    minutes = int(length.total_seconds() // 60)
    return -(-fen_an_hour * minutes // 60)
