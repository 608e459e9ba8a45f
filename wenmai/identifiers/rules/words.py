"""What refusals of this module say to people, and what a setting that makes no sense says to the operator."""

from django.utils.translation import gettext_lazy as _

from wenmai.lib.refusal import Refused

REFUSALS = {
    "unknown_identifier": _("本站没有登记过这个标识符，请核对一遍。"),
    "malformed": _("这不像一个完整的标识符，可能少抄或多抄了几个字符。"),
    "check_mismatch": _("校验字符对不上：至少有一个字符抄错了，请对照原文再输一次。"),
    "unknown": _("本站没有登记过这个标识符，请核对一遍。"),
    "redirect_loop": _("不能这样转向：转一圈会回到它自己。请先看看目标标识符转向了哪里。"),
    "chain_too_long": _("不能这样转向：一环接一环超过 8 次，读者会被甩丢。请直接转向最后那一个。"),
    "is_reserved": _("这个标识符只是预留，还没有指向任何地址。"),
    "is_registered": _("这个标识符已经注册。"),
    "is_redirected": _("这个标识符已经转向另一个；要改它自己的地址，请先取消转向。"),
    "is_withdrawn": _("已撤销的标识符不能这样改；请先恢复它，或换一个目标。"),
    "bad_location": _("地址要以 / 开头（本站页面），或以 http://、https:// 开头，里面不能有空格，也不能带用户名。"),
    "bad_kind": _("没有这种类别，请从列表里选。"),
    "bad_rank": _("次序要在 0 到 30000 之间。"),
    "last_location": _("这是最后一个地址。已注册的标识符总要指向某处：请先加一个新地址，或撤销它。"),
    "no_location": _("这个标识符现在不指向这个地址。"),
    "no_reason": _("请写明理由，打开这个标识符的人会看到。"),
    "bad_key": _("内部编号不能空着，最多 500 个字符。"),
    "bad_organisation_code": _("机构代码要有 16 位数字。"),
    "unknown_type": _("没有这种资源类型，请从列表里选。"),
}
SETTINGS = {
    "unknown_scheme": "WENMAI_IDENTIFIER_SCHEME is “{detail}”: set it to one of {schemes}, or leave it out.",
    "bad_prefix": "WENMAI_IDENTIFIER_PREFIX is “{detail}”: cdoi wants a form such as 99.test. (with the last dot), "
    "ark a NAAN of five characters such as 99999; or leave it out.",
    "bad_level": "WENMAI_IDENTIFIER_LEVEL is “{detail}”: set it to a digit.",
    "prefix_not_granted": "WENMAI_IDENTIFIER_PREFIX is “{detail}”, which a registry gives: leave it out until it is "
    "yours, then set WENMAI_IDENTIFIER_GRANTED=1 as well.",
}


def sentence(refused: Refused) -> str:
    """The sentence for a code of this module; the code itself where it is another's."""
    return str(REFUSALS.get(refused.code, refused.code))
