"""What is said when a login from elsewhere, or a change of where logins come from, is refused."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from wenmai.lib.refusal import Refused
from wenmai.people import wording

SENTENCES: dict[str, str | Promise] = {
    "slug_unfit": _("代号用小写字母开头，只有小写字母、数字和短横，2 到 31 个。"),
    "slug_taken": _("这个代号已经用了，请换一个。"),
    "issuer_unfit": _("这个签发者不能用：%(detail)s。照对方说明里的 issuer 原样写，要以 https:// 开头，不带 ? 和 #。"),
    "issuer_taken": _("这个签发者已经登记了。"),
    "issuer_stays": _("已经有人用它登录，签发者不能改。换了签发者就是另一家，请新登记一个。"),
    "levels_unfit": _("等级对照有一行读不懂：%(detail)s。一行一个，写成 acr = 等级，等级是 0、1、2、3。"),
    "upstream_name_missing": _("请写名称，登录页的按钮上会看到它。"),
    "client_id_missing": _("请写对方给我们的编号（client_id）。"),
    "unknown_upstream": _("没有这个登录方。"),
    "upstream_not_approved": _("还没有别人审核通过，不能启用。"),
    "upstream_not_waiting": _("您看的这一份已经有人处理过，或刚被改过。请再看一遍。"),
    "own_upstream": _("这是您自己录入的，要由别人审核。"),
    "upstream_unknown_yet": _("请先“读一读对方”，读通了才能启用。"),
    "upstream_silent": _("问不到对方：%(detail)s。请过一会儿再试，或改用别的方式登录。"),
    "upstream_odd": _("对方的说明不对，不能用：%(detail)s。请把这句话告诉对方的管理员。"),
    "upstream_refused": _("对方没有认可这次登录（%(detail)s）。请再试一次，或改用别的方式登录。"),
    "token_odd": _(
        "对方给的登录证明不对（%(detail)s），没有让它进来。请再试一次；还不行，请改用别的方式登录，并告诉我们。"
    ),
    "key_unknown": _("对方的登录证明用了没见过的钥匙，没有让它进来。请过几分钟再试。"),
    "no_new_accounts": _("用%(detail)s只能登录已经绑定的账号。请先用别的方式登录，再来绑定。"),
    "identity_taken": _("%(detail)s的这个身份已经绑在另一个账号上。"),
    "account_taken": _("这个账号已经绑了%(detail)s的另一个身份。请先解除那一个。"),
    "last_way": _("解除以后就没有办法登录这个账号了。请先加上手机号或设一个密码。"),
    "login_stale": _("这次登录放得太久，或不是从这个浏览器开始的。请从登录页再点一次。"),
    "login_mixed_up": _("回来的不是您去的那一家，没有让它进来。请从登录页再点一次。"),
}


def sentence(refusal: Refused) -> str:
    if refusal.code not in SENTENCES:
        return wording.sentence(refusal)
    return str(SENTENCES[refusal.code]) % {"detail": refusal.detail}
