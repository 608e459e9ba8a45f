"""What is said when a change of an account is refused."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from wenmai.lib.refusal import Refused
from wenmai.messages import rules as messages
from wenmai.people.card_wording import REFUSALS as CARDS
from wenmai.people.card_wording import STANDING_WORDS as STANDINGS

SENTENCES: dict[str, str | Promise] = {
    **CARDS,
    "phone_unreadable": _("这不像手机号。大陆号码写 11 位数字，其他地方的写 + 和国家或地区号，例如 +852 9123 4567。"),
    "phone_taken": _("这个手机号已经用在另一个账号上。请换一个，或先用它登录那个账号。"),
    "code_too_soon": _("验证码刚发过，请过 %(detail)s 秒再要一个。"),
    "code_phone_limit": _("这个手机号要的验证码太多了，请过一小时再试，或用别的方式登录。"),
    "code_address_limit": _("从这里要的验证码太多了，请过一小时再试，或用别的方式登录。"),
    "wait_first": _("从这里要验证码的次数有点多。请等十几秒，再按一次“获取验证码”。"),
    "code_wrong": _("验证码不对，还可以试 %(detail)s 次。"),
    "code_over": _("这个验证码已经失效，请重新获取。"),
    "document_unknown": _("请选一种证件。"),
    "document_form": _("这不像这种证件的号码，请对着证件再看一遍。"),
    "document_check": _("号码的校验位不对，可能有一位写错了，请对着证件再看一遍。"),
    "document_date": _("号码里的日期不对，请对着证件再看一遍。"),
    "document_expired": _("这本证件已经过期了，请用有效的证件。"),
    "document_demo": _("这是演示，不收真实的证件：请选居民身份证，用下面的演示号码。"),
    "document_name": _("请写证件上的姓名，只写文字。"),
    "document_taken": _(
        "这个证件已经用在另一个账号上。如果那是您的账号，请用它登录；如果不是，请带证件到柜台核验，会改到您的账号上。"
    ),
    "identity_there": _("这个账号已经核验过了。"),
    "identity_missing": _("这个账号没有实名信息。"),
    "identity_own": _("不能给自己核验，请让同事来办。"),
    "identity_tries": _("今天核验的次数太多了，请明天再试，或带证件到柜台核验。"),
    "identity_unanswered": _("核验方暂时没有回音，什么也没有保存。请过一会儿再试，或带证件到柜台核验。"),
    "identity_mismatch": _("姓名和号码对不上，请对着证件再看一遍。"),
    "unmask_reason": _("请从列出的缘由里选一个。"),
    "unmask_words": _("选了“别的”，请写一句为什么。"),
    "unmask_nothing": _("这个账号没有手机号。"),
    "unmask_own": _("这是您自己的号码，在“我的账号”里看。"),
    "consent_under_14": _("不满 14 岁的账号不问这些，都是关着的。"),
    "unknown_purpose": _("没有这一项。"),
    "consent_text_changed": _("说明刚刚改了，请看过新的再同意。"),
    "closing_objected": _("现在还不能注销：%(detail)s"),
    "closing_over": _("没有正在等的注销。"),
    "export_waiting": _("已经有一份在准备了，请稍等。"),
    "export_too_often": _("一天最多要 %(detail)s 份，请明天再要，或下载已经备好的。"),
    "export_gone": _("这一份已经过了三天，删除了。请再要一份。"),
    "no_factors": _("这个账号没有两步验证。"),
    "username_missing": _("请写登录名。"),
    "username_taken": _("登录名 %(detail)s 已经有人用了，请换一个。"),
    "name_missing": _("请写姓名。"),
    "name_too_long": _("太长了，最多 %(detail)s 个字。"),
    "weak_password": _("这个密码不够安全：%(detail)s"),
    "same_password": _("新密码和现在的一样，请换一个。"),
    "unknown_role": _("没有这个角色。"),
    "unknown_user": _("没有这个账号。"),
    "until_passed": _("这一天已经过去了，请选以后的日子。"),
    "until_too_late": _("委托最长 %(detail)s 天，也不能比自己的角色更久。"),
    "separated": _("没有给：这个人在同一范围里已经是“%(detail)s”，这两个职责不能由一个人担任。"),
    "not_delegable": _("“%(detail)s”不能自己委托：请管账号的同事给一个有期限的角色。"),
    "delegate_self": _("不能委托给自己。"),
    "delegate_unknown": _("没有这位同事：要已经在这里工作、并且改过首次密码的人。"),
    "delegate_has_it": _("这位同事已经有这个角色。"),
    "unknown_separation": _("没有这条规则。"),
    "not_a_village": _("请选一个开着的村级服务点。"),
    "has_role": _("您已经是这里的管理员。"),
    "too_many_requests": _("等答复的申请最多 %(detail)s 个，请先等一等或撤回一个。"),
    "unknown_request": _("这个申请已经答复过或撤回了。"),
    "merge_over": _("时间过了，或者不是同一个浏览器。请从保留的账号重新开始。"),
    "merge_self": _("这就是要保留的账号，请用另一个登录。"),
    "guardian_last": _(
        "没有改：14 岁以下的孩子要有一位在用的监护人，并且有监护人的同意。请先请另一位监护人加入，或先停用孩子的账号。"
    ),
    "merge_child": _("孩子的账号不能合并：它有监护人和时间限制。满 18 岁以后可以。"),
    "child_no_roles": _("这是孩子的账号，不能有工作人员的角色。"),
    "merge_roles": _("这个账号有工作人员的角色，不能并走。"),
    "unknown_merge": _("没有这次合并，或者已经撤销了。"),
    "merge_settled": _("超过 %(detail)s 天，不能撤销了。"),
    "unknown_grant": _("这个角色已经收回了。"),
    "last_grant": _("这是最后一个角色。要让这个人不能再用，请停用账号；要换角色，请先给新的。"),
    "last_administrator": _(
        "没有改：整个节点要有一位在用的平台管理员，这是最后一位。请先给另一个账号“平台管理员 · 所有机构”，再来改。"
    ),
}


def sentence(refusal: Refused) -> str:
    if refusal.code not in SENTENCES:
        return messages.sentence(refusal)
    detail = STANDINGS.get(refusal.detail, "") if refusal.code == "card_not_good" else refusal.detail
    return str(SENTENCES[refusal.code]) % {"detail": detail}
