"""What is said when a change of an account is refused."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from wenmai.lib.refusal import Refused

SENTENCES: dict[str, str | Promise] = {
    "username_missing": _("请写登录名。"),
    "username_taken": _("登录名 %(detail)s 已经有人用了，请换一个。"),
    "name_missing": _("请写姓名。"),
    "name_too_long": _("太长了，最多 %(detail)s 个字。"),
    "weak_password": _("这个密码不够安全：%(detail)s"),
    "wrong_password": _("现在的密码不对，请再试一次。"),
    "same_password": _("新密码和现在的一样，请换一个。"),
    "unknown_role": _("没有这个角色。"),
    "unknown_user": _("没有这个账号。"),
    "unknown_grant": _("这个角色已经收回了。"),
    "last_grant": _("这是最后一个角色。要让这个人不能再用，请停用账号；要换角色，请先给新的。"),
    "last_administrator": _(
        "没有改：整个节点要有一位在用的平台管理员，这是最后一位。请先给另一个账号“平台管理员 · 所有机构”，再来改。"
    ),
}


def sentence(refusal: Refused) -> str:
    return str(SENTENCES[refusal.code]) % {"detail": refusal.detail}
