"""What is said when something about a group is refused."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from wenmai.lib.refusal import Refused
from wenmai.people import wording

SENTENCES: dict[str, str | Promise] = {
    "group_level": _("负责人要实名：请先在“我的账号”里核验实名，并用两样方式登录。"),
    "group_name": _("请写名称，最多 40 个字。"),
    "group_kind": _("请选一个类别。"),
    "group_many": _("到了上限（%(detail)s 个），请先退出或移交不用的。"),
    "group_full": _("这个团队满了（%(detail)s 人），请和负责人商量。"),
    "group_member": _("您已经在这个团队里。"),
    "group_code_over": _("没有这个入队码，或者过期了。请负责人再给一个。"),
    "group_tries": _("试的次数太多了，请过几分钟再试。"),
    "group_invited": _("没有答复的邀请最多 %(detail)s 个，请等一等再邀请。"),
    "group_responsible": _("负责人不能直接退出：请先移交给别的成员，或者解散。"),
    "group_no_member": _("只能移交给别的成员。"),
    "group_reason": _("请写理由，负责人会看到。"),
    "unknown_group": _("没有这个团队，它解散了，或者您不在里面、不是负责人。"),
    "unknown_invitation": _("这个邀请已经答复过或者过期了。"),
    "unknown_handover": _("这次移交已经答复过、改给别人或者过期了。"),
    "unknown_organisation": _("没有这家机构，或者它已经停办。"),
}


def sentence(refusal: Refused) -> str:
    if refusal.code not in SENTENCES:
        return wording.sentence(refusal)
    return str(SENTENCES[refusal.code]) % {"detail": refusal.detail}
