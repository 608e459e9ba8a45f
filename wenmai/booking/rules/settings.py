"""Numbers of things and venues that an institution may say for itself. All defaults are ours, none is a norm."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from wenmai.booking.absences import rules as absences
from wenmai.booking.rules import times
from wenmai.booking.venues.rules import series
from wenmai.booking.venues.rules.steps import LARGEST, LEAST, Numbers
from wenmai.institutions.rules.settings import Group, Setting

PERMISSION = "bookings.change"
DECIDE = "absences.decide"
THINGS, VENUES, ABSENCES = "bookings", "venues", "absences"
_THINGS = {
    "longest_minutes": _("一次最长（分钟）"),
    "lead_minutes": _("最晚提前（分钟）"),
    "window_days": _("可以约到几天以后"),
}
_VENUES = {
    "answer_workdays": _("几个工作日内答复"), "early_minutes": _("开始前多少分钟可以签到"),
    "late_minutes": _("开始后多少分钟还能签到，过了算爽约"),
}  # fmt: skip
_SERIES: dict[str, tuple[str | Promise, str | Promise]] = {
    "series_dates": (_("一组最多约几次，0 是不收成组的"), _("例如合唱队每周一次。成组的总要您答复。")),
    "series_days": (_("一组最远约到几天以后"), ""),
    "series_running": (_("一个人或一个团队同时最多几组"), ""),
}
_ABSENCES: dict[str, tuple[str | Promise, str | Promise]] = {
    "missed_count": (_("爽约几次停约，0 是不停"), _("场馆和活动一起数。停着的不变，从下一次记的算起。")),
    "missed_days": (_("在多少天之内"), ""),
    "pause_days": (_("停约多少天"), ""),
    "reset": (_("什么时候从头算"), _("0 是不清零，只看最近这些天；1 是停约一次从头算；2 是再加上每到新的一年从头算。")),
    "cancels": (_("取消算不算爽约"), _("0 是都不算；1 是过了时限的算；2 是取消了都算。")),
    "cancel_minutes": (_("开始前多少分钟以后取消算晚"), _("场馆照这个；活动照各自公布的。场馆过了这个时间不能改期。")),
    "cancels_day": (_("一天最多取消几次"), _("0 是不限。再多的照样取消，算爽约。")),
    "cancels_week": (_("一周最多取消几次"), _("0 是不限。")),
    "cancels_month": (_("一月最多取消几次"), _("0 是不限。")),
    "cancels_year": (_("一年最多取消几次"), _("0 是不限。")),
}
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
        ) + tuple(
            Setting(
                f"{VENUES}.{name}", words, getattr(series.Caps(), name), getattr(series.LEAST, name),
                getattr(series.LARGEST, name), note,
            )
            for name, (words, note) in _SERIES.items()
        ),
    ),
    Group(
        ABSENCES, _("爽约"), DECIDE, tuple(
            Setting(
                f"{ABSENCES}.{name}", words, getattr(absences.Rule(), name), absences.LEAST[name],
                absences.LARGEST[name], note,
            )
            for name, (words, note) in _ABSENCES.items()
        ),
    ),
)  # fmt: skip
