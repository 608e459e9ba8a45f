"""Numbers of needs and ratings that an institution may say for itself. All defaults are ours, none is a norm."""

from django.utils.translation import gettext_lazy as _

from wenmai.institutions.rules.settings import Group, Setting
from wenmai.voices.rules.steps import LARGEST, LEAST, Numbers

NEEDS = "needs"
CALLBACK_DAYS, RATE_DAYS = f"{NEEDS}.callback_days", f"{NEEDS}.rate_days"
_WORDS = {
    "sort_workdays": _("几个工作日内归并"), "decide_workdays": _("几个工作日内决定采纳不采纳"),
    "answer_workdays": _("几个工作日内公开反馈"), "callback_days": _("回访等几天，过了就办结"),
    "rate_days": _("结束后几天内可以评价"), "least_ratings": _("评价满几份才显示平均分"),
}  # fmt: skip
GROUP = Group(
    NEEDS, _("需求和评价"), "needs.decide", tuple(
        Setting(
            f"{NEEDS}.{name}", words, getattr(Numbers(), name), getattr(LEAST, name), getattr(LARGEST, name),
            _("已经在办的期限不变。") if name.endswith("workdays") else "",
        )
        for name, words in _WORDS.items()
    ),
)  # fmt: skip
