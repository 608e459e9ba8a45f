"""What is said when a message is refused, and about those that failed."""

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from wenmai.lib.refusal import Refused

SENTENCES: dict[str, str | Promise] = {
    "sms_off": _("这里还没有开通短信，验证码发不出去。请换一种方式，或联系工作人员。"),
    "odd_phone": _("这个手机号发不了短信，请检查一遍。"),
    "unknown_template": _("没有这样的短信。"),
    "odd_values": _("这条短信的内容不完整，没有发出。"),
    "odd_expiry": _("这条短信的有效期不对，没有发出。"),
    "phone_ceiling": _("这个号码今天收到的短信已经到了上限，请明天再试，或换一种方式。"),
    "node_ceiling": _("现在发短信的人太多，请过几分钟再试，或换一种方式。"),
}
ERRORS: dict[str, str | Promise] = {
    "unreachable": _("短信网关连不上"),
    "timeout": _("短信网关没有及时回答"),
    "garbled": _("短信网关的回答看不懂"),
    "busy": _("短信网关要求稍后再试"),
    "fault": _("短信网关出错"),
    "unauthorised": _("短信网关不认这里的密钥：检查 WENMAI_SMS_KEY_ID 和 WENMAI_SMS_SECRET"),
    "address": _("短信网关的地址不能用：检查 WENMAI_SMS_URL"),
    "sms_off": _("没有设置短信网关"),
    "unreadable": _("封存的内容打不开：运行 wenmai check --only keys"),
}


def sentence(refusal: Refused) -> str:
    """For the page of whoever asked."""
    return str(SENTENCES[refusal.code])


def error_words(code: str) -> str:
    """For operators; a code of the provider's own is shown as it is."""
    if code in ERRORS or not code:
        return str(ERRORS.get(code, ""))
    return gettext("短信网关拒绝：%(code)s") % {"code": code}
