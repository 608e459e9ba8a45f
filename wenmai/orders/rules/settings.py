"""Numbers of orders that an institution may say for itself. Defaults are ours, none is a norm."""

from django.utils.translation import gettext_lazy as _

from wenmai.institutions.rules.settings import Group, Setting

ACCEPT_HOURS = "orders.accept_hours"
ARRIVE_HOURS = "orders.arrive_hours"
REPORT_DAYS = "orders.report_days"
TOLERANCE = "orders.heads_tolerance"
CHOOSE_DAYS = "orders.choose_days"
CALL_PERCENT = "orders.call_percent"
GROUP = Group(
    "orders", _("点单配送"), "organisations.change", (
        Setting(
            ACCEPT_HOURS, _("派单后几小时内接单，过了问下一家"), 48, 1, 720, _("从下一次派单起照这个。"),
        ),
        Setting(
            ARRIVE_HOURS, _("开始前几小时起供应商可以报到达"), 4, 0, 72, _("马上照这个。"),
        ),
        Setting(
            REPORT_DAYS, _("结束后几天内报人数、提异议"), 7, 1, 60, _("马上照这个；一方没有报的，以另一方的为准。"),
        ),
        Setting(
            CHOOSE_DAYS, _("定制单的报价截止后几天内由站点选定"), 7, 1, 60,
            _("从下一次开放定制单起照这个；过了就过期。"),
        ),
        Setting(
            TOLERANCE, _("双方报的人数相差百分之几以内算一致"), 10, 0, 100, _("从下一次报人数起照这个。"),
        ),
        Setting(
            CALL_PERCENT, _("每月送到的点单抽百分之几回访，最少一张"), 5, 1, 100, _("从下个月初的抽取起照这个。"),
        ),
    ),
)  # fmt: skip
