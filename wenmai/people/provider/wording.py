"""What is said when a change of an app is refused."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from wenmai.lib.refusal import Refused
from wenmai.people import wording

SENTENCES: dict[str, str | Promise] = {
    "app_name_missing": _("请写应用的名称，大家登录时会看到它。"),
    "uri_missing": _("请至少写一个登录后回到的地址。"),
    "too_many_uris": _("地址太多了，最多 %(detail)s 个。"),
    "uri_unfit": _("这个地址不能用：%(detail)s。要以 https:// 开头，写全，不带 #、* 和用户名。"),
    "sector_unfit": _("编号域只写小写字母、数字、点和短横，例如 library.example.cn。"),
    "sector_taken": _("编号域 %(detail)s 已经属于别的机构，请换一个：同一个编号域里的应用认得出是同一个人。"),
    "unknown_scope": _("没有这样的内容：%(detail)s。"),
    "scopes_not_allowed": _(
        "这家机构的应用不能要这些：%(detail)s。请管整个节点的人先在“应用可以要什么”里允许，或者不勾。"
    ),
    "unknown_app": _("没有这个应用。"),
    "unknown_organisation": _("没有这家机构。"),
    "nothing_to_review": _("您看的这一份已经有人处理过，或刚被改过。请再看一遍。"),
    "own_terms": _("这是您自己录入的，要由别人审核。"),
    "app_is_public": _("这个应用登记为没有密钥，不能给它密钥。"),
}


def sentence(refusal: Refused) -> str:
    if refusal.code not in SENTENCES:
        return wording.sentence(refusal)
    return str(SENTENCES[refusal.code]) % {"detail": refusal.detail}
