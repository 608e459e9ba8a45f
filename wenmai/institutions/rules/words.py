"""What is said when a change of an organisation is refused."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from wenmai.institutions.rules.settings import words_of
from wenmai.lib.refusal import Refused

SENTENCES: dict[str, str | Promise] = {
    "name_missing": _("请写名称。"),
    "name_too_long": _("名称太长，最多 %(detail)s 个字。"),
    "intro_too_long": _("简介太长，最多 %(detail)s 个字。"),
    "unknown_kind": _("没有这种类别，请在列表里选。"),
    "unknown_place": _("现在没有代码是“%(detail)s”的地方，请重新选一个。"),
    "unknown_organisation": _("选的机构已经不在了，请重新选。"),
    "parent_closed": _("选的上级机构已经停办，不能再有下级。请先恢复它，或选别的。"),
    "code_invalid": _("机构代码是 16 位数字；留空就由系统给。"),
    "code_taken": _("代码 %(detail)s 已经给了另一家机构，代码永不重复。"),
    "codes_used_up": _("这个地方这一类别的 9999 个顺序号已经用完，请在“机构代码”里写一个。"),
    "cycle": _("不能隶属于自己或自己的下级：请先把那一家移走。"),
    "too_deep": _("层级太多，请放在更靠上的机构下面。"),
    "reason_missing": _("请写明理由，它会留在这家机构的经过里。"),
    "reason_too_long": _("理由太长，最多 %(detail)s 个字。"),
    "closed_already": _("这家机构 %(detail)s 起已经停办。"),
    "open_already": _("这家机构没有停办。"),
    "day_to_come": _("停办日不能在今天以后，请到那一天再办。"),
    "open_below": _("下面还有 %(detail)s 家机构在办：请先把它们移到别处，或先停办它们。"),
    "unknown_settings": _("没有这一组规定，请从机构的页面重新打开。"),
    "unknown_setting": _("没有“%(detail)s”这个数，请重新打开这一页。"),
    "number_odd": _("“%(detail)s”的数不合适，请照它下面写的范围改。"),
}


def sentence(refusal: Refused) -> str:
    detail = words_of(refusal.detail) if refusal.code == "number_odd" else refusal.detail
    return str(SENTENCES[refusal.code]) % {"detail": detail}
