"""Numbers of activities that an institution may say for itself. All defaults are ours, none is a norm."""

from django.utils.translation import gettext_lazy as _

from wenmai.activities.rules.editions import MOST_CANCEL_HOURS, MOST_CROWD, SAFETY_CROWD
from wenmai.activities.rules.sessions import CHECK_MINUTES
from wenmai.booking.rules import LAST_DAY_MINUTES, OFFER_MINUTES
from wenmai.booking.rules.places import MOST_MINUTES
from wenmai.institutions.rules.settings import Group, Setting

SAFETY, ELDER_AGE, CANCEL_HOURS = "activities.safety_crowd", "activities.elder_age", "activities.cancel_hours"
CHECK_EARLY, CHECK_LATE = "activities.check_minutes", "activities.late_minutes"
FIRST_REMINDER, SECOND_REMINDER = "activities.first_reminder_hours", "activities.second_reminder_hours"
OFFER, LAST_DAY_OFFER, LAPSES = "activities.offer_minutes", "activities.last_day_minutes", "activities.lapses"
WEEKS_TWO = 14 * 24

GROUP = Group(
    "activities", _("活动"), "organisations.change", (
        Setting(
            SAFETY, _("预计多少人以上要有安全预案"), SAFETY_CROWD, 1, MOST_CROWD,
            _("从下一次送审起照这个；已经公布的不重审。"),
        ),
        Setting(ELDER_AGE, _("满多少岁用老年人名额"), 60, 40, 100),
        Setting(
            CANCEL_HOURS, _("开始前几小时为止可以取消"), 2, 0, MOST_CANCEL_HOURS,
            _("写活动时空着就照这个；写好的活动不变。"),
        ),
        Setting(CHECK_EARLY, _("签到从开始前几分钟开始"), CHECK_MINUTES, 0, 1440, _("加场次时先填上这个。")),
        Setting(
            CHECK_LATE, _("签到到开始后几分钟截止"), 0, 0, 1440, _("0 是到结束为止。加场次时先填上这个。"),
        ),
        Setting(FIRST_REMINDER, _("第一次提醒在开始前几小时"), 24, 0, WEEKS_TWO, _("0 是不提醒。")),
        Setting(SECOND_REMINDER, _("第二次提醒在开始前几小时"), 2, 0, WEEKS_TWO, _("0 是不提醒。")),
        Setting(
            OFFER, _("候补轮到后几分钟内确认"), OFFER_MINUTES, 1, MOST_MINUTES, _("以后加的场次照这个。"),
        ),
        Setting(
            LAST_DAY_OFFER, _("最后一天候补轮到后几分钟内确认"), LAST_DAY_MINUTES, 1, MOST_MINUTES,
            _("以后加的场次照这个。"),
        ),
        Setting(LAPSES, _("没有及时确认，几次以内还排到队尾"), 1, 0, 10),
    ),
)  # fmt: skip
