"""The steps of a need (process P7, handbook §4.7), and an institution's numbers. The days are ours, no norm.

One step is added to the handbook's: what was answered and then not delivered is assessed again.
"""

from collections.abc import Mapping
from typing import NamedTuple

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from wenmai.lib.refusal import Refused


class Step(TextChoices):
    COLLECTED = "collected", _("已征集")
    MERGED = "merged", _("已归并")
    ASSESSING = "assessing", _("研判中")
    ADOPTED = "adopted", _("采纳")
    PARTIAL = "partial", _("部分采纳")
    DECLINED = "declined", _("不采纳")
    LINKED = "linked", _("已落实")
    ANSWERED = "answered", _("已反馈")
    CLOSED = "closed", _("已办结")


ALLOWED: frozenset[tuple[str, str]] = frozenset({
    ("collected", "merged"), ("merged", "assessing"), ("assessing", "adopted"), ("assessing", "partial"),
    ("assessing", "declined"), ("adopted", "linked"), ("partial", "linked"), ("linked", "answered"),
    ("declined", "answered"), ("answered", "closed"), ("answered", "assessing"),
})  # fmt: skip
"""The database knows the same pairs (trigger `voices_needs_move`); a test compares them."""
OUTCOMES = (Step.ADOPTED, Step.PARTIAL, Step.DECLINED)
ANSWERABLE = (Step.LINKED, Step.DECLINED)
OPEN = tuple(step for step in Step if step != Step.CLOSED)


class Channel(TextChoices):
    WEB = "web", _("网页")
    KIOSK = "kiosk", _("自助机")
    PHONE = "phone", _("电话")
    PAPER = "paper", _("纸面登记")
    HOTLINE = "hotline", _("12345 热线")


class Numbers(NamedTuple):
    """Of an institution. Workdays until a need is sorted, decided, answered in public; days that somebody has to say
    whether it was delivered, and to rate; `least_ratings`: fewer of them show no average."""

    sort_workdays: int = 5
    decide_workdays: int = 10
    answer_workdays: int = 15
    callback_days: int = 7
    rate_days: int = 7
    least_ratings: int = 5


LEAST = Numbers(1, 1, 1, 1, 1, 2)
LARGEST = Numbers(60, 120, 120, 60, 60, 100)
DUE: Mapping[str, str] = {
    Step.COLLECTED: "sort_workdays", Step.ASSESSING: "decide_workdays", Step.LINKED: "answer_workdays",
    Step.DECLINED: "answer_workdays",
}  # fmt: skip
"""The step -> the number that says until when it has to be left. The others have none in the handbook."""


def check_move(before: str, after: str) -> None:
    """Refused: step_odd (detail: where it stands)."""
    if (before, after) not in ALLOWED:
        raise Refused("step_odd", str(Step(before).label))
