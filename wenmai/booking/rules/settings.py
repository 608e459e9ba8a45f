"""Numbers of things and venues that an institution may say for itself. All defaults are ours, none is a norm."""

from django.utils.translation import gettext_lazy as _

from wenmai.booking.rules import times
from wenmai.booking.venues.rules.steps import LARGEST, LEAST, Numbers
from wenmai.institutions.rules.settings import Group, Setting

PERMISSION = "bookings.change"
THINGS, VENUES = "bookings", "venues"
_THINGS = {
    "longest_minutes": _("一次最长（分钟）"),
    "lead_minutes": _("最晚提前（分钟）"),
    "window_days": _("可以约到几天以后"),
}
_VENUES = {
    "answer_workdays": _("几个工作日内答复"), "early_minutes": _("开始前多少分钟可以签到"),
    "late_minutes": _("开始后多少分钟还能签到，过了算爽约"), "cancel_hours": _("提前多少小时可以取消或改期"),
    "missed_count": _("爽约几次停约，0 是不停"), "missed_days": _("在多少天之内"), "pause_days": _("停约多少天"),
}  # fmt: skip
GROUPS = (
    Group(
        THINGS, _("资源的预约"), PERMISSION, tuple(
            Setting(f"{THINGS}.{name}", words, getattr(times.Terms(), name), *times.BOUNDS[name])
            for name, words in _THINGS.items()
        ),
    ),
    Group(
        VENUES, _("场馆"), PERMISSION, tuple(
            Setting(f"{VENUES}.{name}", words, getattr(Numbers(), name), getattr(LEAST, name), getattr(LARGEST, name))
            for name, words in _VENUES.items()
        ),
    ),
)  # fmt: skip
