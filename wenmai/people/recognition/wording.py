"""What is said about other nodes and agreements with them."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from wenmai.lib.refusal import Refused
from wenmai.people import wording
from wenmai.people.upstreams import wording as upstreams

STATES: dict[str, str | Promise] = {
    "draft": _("等另一位同事看过"),
    "said": _("我们已经说了，等对方"),
    "coming": _("两边都同意，还没到日子"),
    "in_force": _("在认"),
    "over": _("到期"),
    "ended": _("已终止"),
}
SENTENCES: dict[str, str | Promise] = {
    "peer_pin": _("指纹是 43 个字母、数字、- 和 _。在对方平台的“读者证”页上，请对方用电话或当面告诉您。"),
    "peer_self": _("这是本平台自己的网址。要写对方平台的。"),
    "peer_name": _("请写对方平台的名称。"),
    "peer_there": _("这个平台已经登记了。要换指纹，先停用，再登记一次。"),
    "peer_own": _("这是您自己录入的，要由另一位同事看过。"),
    "unknown_peer": _("没有这个平台，或者它的状态刚变过。请再看一遍。"),
    "peer_code": _("对方机构的代码是 16 位数字，请对方告诉您。"),
    "peer_library_name": _("请写对方机构的名称，读者会看到它。"),
    "offer_gone": _("对方不再这样说了，或者同事刚答复过。"),
    "peer_silent": _("问不到对方：%(detail)s。以前读到的照用到它自己写的日子。请看网址，过一会儿再试。"),
    "peer_odd": _("对方的文件不对，没有用：%(detail)s。请把这句话告诉对方的管理员。"),
    "peer_document": _(
        "对方的文件没有通过核对（%(detail)s），没有用。not_pinned：不是登记的那把公钥，请打电话给对方核对指纹；older_document：比读过的还旧。"
    ),
    "unknown_organisation": _("没有这家机构，或者它已经停办。"),
}


def sentence(refusal: Refused) -> str:
    if refusal.code in SENTENCES:
        return str(SENTENCES[refusal.code]) % {"detail": refusal.detail}
    return upstreams.sentence(refusal) if refusal.code in upstreams.SENTENCES else wording.sentence(refusal)


def failure_words(why: str) -> str:
    """Why a peer's document was not read the last time."""
    code, _blank, detail = why.partition(" ")
    return sentence(Refused(code, detail)) if why else ""
