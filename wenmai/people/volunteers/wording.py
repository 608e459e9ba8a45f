"""What is said when something about volunteers is refused."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from wenmai.lib.refusal import Refused
from wenmai.people import wording

SENTENCES: dict[str, str | Promise] = {
    "volunteer_name": _("志愿者要实名：请先在“我的账号”里核验实名。"),
    "volunteer_skills": _("请至少选一样会做的事和一个有空的时间。"),
    "volunteer_there": _("您在这家机构已经报过名或者在任。"),
    "volunteer_many": _("在任和等答复的最多 %(detail)s 家。"),
    "volunteer_own": _("不能办自己的，请让同事来办。"),
    "volunteer_term": _("任期从今天起，最长三年，请换一个日子。"),
    "volunteer_reason": _("请写清楚，对方会看到。"),
    "service_day": _("这一天不在任期里，或者还没到：%(detail)s。"),
    "service_minutes": _("时长要在 1 分钟到 24 小时之间。"),
    "service_words": _("请写做了什么。"),
    "service_full": _("没有记上：这一天加起来会超过 24 小时（也算在别的机构的服务）。"),
    "record_empty": _("还没有服务记录，开不了证明。"),
    "record_many": _("证明最多开 %(detail)s 张，请用以前开的。"),
    "unknown_volunteer": _("没有这位志愿者，或者状态已经变了。"),
    "unknown_entry": _("没有这条记录，或者已经答复过。"),
    "entry_settled": _("这条记录已经冲销过、提出过，或者本身就是冲销。"),
    "unknown_organisation": _("没有这家机构，或者它已经停办。"),
}


def sentence(refusal: Refused) -> str:
    if refusal.code not in SENTENCES:
        return wording.sentence(refusal)
    return str(SENTENCES[refusal.code]) % {"detail": refusal.detail}
