"""What is said when something about surveys is refused."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from wenmai.lib.refusal import Refused
from wenmai.voices.wording import SENTENCES as NEEDS

SENTENCES: dict[str, str | Promise] = {
    "unknown_survey": _("没有这份问卷。"),
    "survey_step_odd": _("现在是“%(detail)s”，不能这样办。"),
    "survey_unreviewed": _("审核还没有通过现在这些话，通过以后才能继续。"),
    "survey_over": _("这份问卷已经问完了，谢谢。"),
    "survey_full": _("这份问卷收满了，谢谢。"),
    "title_missing": _("请写标题。"),
    "too_many_questions": _("自己的题最多 %(detail)s 道。"),
    "question_odd": _("第 %(detail)s 题没有写清楚问什么。"),
    "options_odd": _("第 %(detail)s 题要有 2 到 10 个不同的选项，一行一个。"),
    "importance_of_nothing": _("问重要程度，至少要有一道打分题。"),
    "population_odd": _("请选问谁。"),
    "margin_odd": _("误差要在 1 到 20 个百分点之间。"),
    "confidence_odd": _("置信水平请选 90%、95% 或者 99%。"),
    "expected_odd": _("预计回答率要在 1 到 100 之间。"),
    "attended_missing": _("请选参加过什么的人。"),
    "days_odd": _("请写从哪天到哪天，到的那天不晚于今天。"),
    "ends_odd": _("问到哪天，要在今天之后 %(detail)s 天以内。"),
    "nobody_attended": _("这段时间没有登录账号参加过的人，没有人可以抽。"),
    "draw_large": _("要抽的人太多（最多 %(detail)s 人），请把误差放宽一些，或者缩短日期。"),
    "too_few_to_show": _("不到 5 份答卷，结果不公开。"),
    "answer_odd": _("有一道题的答案不在选项里，请看一看再交。"),
}


def sentence(refusal: Refused) -> str:
    text = str(SENTENCES.get(refusal.code) or NEEDS[refusal.code])
    return text % {"detail": refusal.detail} if "%(detail)s" in text else text
