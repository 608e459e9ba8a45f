"""What is said when a proxy is refused."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from wenmai.lib.refusal import Refused
from wenmai.people import wording

SENTENCES: dict[str, str | Promise] = {
    "proxy_nothing": _("请选至少一件可以代办的事。"),
    "proxy_until": _("请选今天以后、最长一年（%(detail)s 天）以内的日子。"),
    "proxy_code_over": _("没有这个代办码，或者过了 10 分钟。请委托人再要一个。"),
    "counter_code_over": _("没有这个到馆码，或者过了 10 分钟。请代办人再出示一次。"),
    "proxy_tries": _("试的次数太多了，请过几分钟再试。"),
    "proxy_self": _("不能替自己代办：请用代办人自己的账号登录，再输入代办码。"),
    "proxy_there": _("你们之间已经有一份代办。要改内容，请先终止，再办一次。"),
    "proxy_chain": _(
        "没有办成：替别人代办的人，不能再让别人替自己代办，也不能替已经委托了别人的人转办。请委托人直接委托要办事的人。"
    ),
    "proxy_many": _("代办的人数到了上限（%(detail)s 个），请先终止不用的。"),
    "proxy_off": _("委托人的账号已经停用，不能代办。"),
    "proxy_unproved": _("代办人的证件还没有核验过：请先在“柜台核验”核验代办人，再来登记。"),
    "proxy_logs_in": _("委托人有能登录的账号：请委托人自己登录，在“我的账号 · 代办”里给代办码。"),
    "proxy_own": _("不能经办自己的代办，请让同事来办。"),
    "unknown_proxy": _("这份代办已经终止，或者到期了。"),
}


def sentence(refusal: Refused) -> str:
    if refusal.code not in SENTENCES:
        return wording.sentence(refusal)
    return str(SENTENCES[refusal.code]) % {"detail": refusal.detail}
