"""What is said when something in a family is refused."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from wenmai.lib.refusal import Refused
from wenmai.people import wording

SENTENCES: dict[str, str | Promise] = {
    "family_code_form": _("码是 10 位数字。"),
    "family_code_over": _("没有这个码，或者已经用过、过时了。请对方再出示一次。"),
    "family_code_often": _("试的次数太多了，请过几分钟再试。"),
    "limits_unfit": _("请从列出的时间里选。"),
    "grant_unfit": _("请从列出的时间里选。"),
    "extra_full": _("一天最多多给 %(detail)s 分钟。要更多，请改时间限制。"),
    "pin_form": _("请写 6 到 12 位数字。"),
    "pin_easy": _("这串数字太容易猜到，请换一串。"),
    "born_later": _("这一天还没有到，请再看一遍出生日期。"),
    "born_of_age": _("按这个出生日期已经满 18 岁，不需要监护人。"),
    "born_differs": _("出生日期和孩子自己写的（或证件上的）不一样，请再看一遍。"),
    "guardian_young": _("监护人要满 18 岁。"),
    "guardian_age_unknown": _("从您核验过的证件看不出年龄。请带证件和户口簿或出生证明到柜台办理。"),
    "guardian_full": _("一个人在这里最多照看 %(detail)s 个孩子。"),
    "guardians_full": _("一个孩子最多有两位监护人。"),
    "guardian_already": _("这个人已经是孩子的监护人。"),
    "guardian_own": _("不能给自己办，请让同事来办。"),
    "child_is_staff": _("这个账号有工作人员的角色，不能作为孩子的账号。"),
    "child_guards": _("这个账号自己是监护人，不能作为孩子的账号。"),
    "child_has_family": _("这个孩子已经有监护人了。请那位监护人邀请您。"),
    "child_own_password": _("这个账号的密码由孩子自己设。"),
    "unknown_child": _("您不是这个孩子的监护人。"),
    "removal_over": _("没有要收回的，也许已经生效了。"),
    "unknown_purpose": _("没有这一项同意，或者已经撤回了。"),
    "consent_not_yours": _("不满 14 岁由监护人同意，满了由孩子自己同意。"),
}


def sentence(refusal: Refused) -> str:
    if refusal.code not in SENTENCES:
        return wording.sentence(refusal)
    return str(SENTENCES[refusal.code]) % {"detail": refusal.detail}


CLOSED: dict[str, str | Promise] = {
    "child": _("这一页要成年人的账号。"),
    "real_name": _(
        "不满 14 岁不用自己核验实名，也请不要填证件号码。"
        "要实名才能办的事，请监护人用自己的账号来办，或者一起带上户口簿到柜台。"
    ),
    "young": _("不满 14 岁的账号还不能用这一页。"),
    "cards": _("读者证要先同意才能用：不满 14 岁由监护人在“家庭”里同意，满了由自己同意。"),
    "apps": _("用这个账号登录别家的应用要先同意：不满 14 岁由监护人在“家庭”里同意，满了由自己同意。"),
}
"""Why a page does not open for a child."""
