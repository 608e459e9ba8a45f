"""What is said when something about needs is refused."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from wenmai.lib.refusal import Refused

SENTENCES: dict[str, str | Promise] = {
    "unknown_organisation": _("没有这家机构，或者它已经停办。"),
    "unknown_kind": _("请选一个类别。"),
    "unknown_need": _("没有这条需求，或者它不再公开。"),
    "words_missing": _("请写一写需要什么。"),
    "words_long": _("太长了，最多 %(detail)s 个字。"),
    "too_many": _("今天提得太多了，请过些时候再来，或者打电话给我们。"),
    "number_taken": _("编号 %(detail)s 的工单已经登记过。"),
    "list_odd": _("一次登记 1 到 %(detail)s 条，多的请分几次。"),
    "line_odd": _("第 %(detail)s 条没有写清楚，或者太长。"),
    "phone_odd": _("第 %(detail)s 条的手机号不对，请写 11 位，或者空着。"),
    "need_over": _("这条已经有答复了。还需要的话，请另外提一条。"),
    "step_odd": _("现在是“%(detail)s”，不能这样办。"),
    "joined_already": _("它已经并入另一条，请到那一条办。"),
    "joins_itself": _("不能并入它自己。"),
    "leads_others": _("有别的并入了它：请先拆开，或者反过来并。"),
    "head_joined": _("那一条自己已经并入别的，请并到那里去。"),
    "not_joined": _("它没有并入别的。"),
    "other_organisation": _("两条不是一家机构的，不能并。"),
    "outcome_odd": _("请选采纳、部分采纳或者不采纳。"),
    "reason_missing": _("请写理由：部分采纳和不采纳都要告诉提的人为什么。"),
    "unknown_link": _("没有找到要关联的，或者它不是这家机构的。"),
    "too_many_links": _("最多关联 %(detail)s 项。"),
    "last_link": _("这是唯一的一项：先关联对的，再去掉它。"),
    "topic_missing": _("请写公开的标题。"),
    "names_a_person": _("公开的内容里有手机号或证件号，请去掉。"),
    "answer_early": _("还没有落实，也没有决定不采纳，先不要写答复。"),
    "not_asked": _("现在不问这件事，也许已经办结了。"),
    "said_already": _("您已经答过了，谢谢。"),
    "score_odd": _("请选 1 到 5 分。"),
    "delivered_missing": _("请选落实了没有。"),
    "number_odd": _("有一个数不合适，请看每项下面写的范围。"),
    "item_missing": _("请写买什么。"),
    "item_twice": _("这一年已经列过“%(detail)s”。"),
    "year_odd": _("年度要在去年到五年之后。"),
    "money_odd": _("金额要大于零，最多一亿元。"),
    "unknown_rated": _("这里不能评价。"),
    "not_there": _("只有参加过的人能评价。"),
    "too_early": _("还没有结束，结束以后再评价。"),
    "rating_over": _("过了评价的日子：结束后 %(detail)s 天内可以评。"),
    "unknown_purchase": _("没有这一项采购。"),
}
CODES: dict[str, str | Promise] = {
    "code_too_soon": _("验证码刚发过，请过 %(detail)s 秒再要一个。"),
    "code_phone_limit": _("这个手机号要的验证码太多了，请过一小时再试。"),
    "code_address_limit": _("从这里要的验证码太多了，请过一小时再试。"),
    "code_wrong": _("验证码不对，还可以试 %(detail)s 次。"),
    "code_over": _("这个验证码已经失效，请再要一个。"),
}
STATE_WORDS: dict[str, str | Promise] = {
    "open": _("在研判"), "taken": _("采纳的"), "declined": _("没有采纳的"), "answered": _("答复了的"),
}  # fmt: skip


def sentence(refusal: Refused) -> str:
    return str(SENTENCES[refusal.code]) % {"detail": refusal.detail}
