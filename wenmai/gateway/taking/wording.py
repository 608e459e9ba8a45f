"""What is said to a program, and to its person, where a request is not let in; and which status a refusal has."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SENTENCES: dict[str, str | Promise] = {
    "token_missing": _("请先登录这个应用：请求要带 Authorization: Bearer 和访问令牌。"),
    "token_odd": _("访问令牌不对、过期了，或者已经收回。请用刷新令牌换一个，换不到就请本人再登录一次。"),
    "scope_missing": _("本人没有同意应用办这件事（%(detail)s）。请带 prompt=consent 再请本人同意一次。"),
    "level_low": _("办这件事要更高的认证等级。请把本人带到登录页，在 acr_values 里写 %(detail)s。"),
    "child": _("孩子的账号不能由应用代办。请监护人在自己的账号里替孩子办。"),
    "too_often": _("问得太勤了，请过 %(detail)s 秒再来。"),
    "key_missing": _(
        "请在请求头 Idempotency-Key 里写一个编号，每办一件事换一个：没有收到答复时，用同一个编号再发一次。"
    ),
    "key_odd": _("Idempotency-Key 要有 1 到 255 个可见的 ASCII 字符。"),
    "key_used": _("这个 Idempotency-Key 已经办过另一件事。请换一个新的。"),
    "request_odd": _("请求里有写得不对的地方：%(detail)s。"),
    "cursor_odd": _("after 不是这里给的。请从第一页重新开始。"),
    "unknown_person": _("同去的人里有一位不认识。请用 /my/company 给的编号。"),
    "unknown_group": _("没有这个团队，或者不由您负责。请用 /my/company 给的编号。"),
    "unknown_session": _("没有这一场。"),
    "unknown_enrolment": _("没有这次报名。"),
    "unknown_venue": _("这个场馆现在不能约。"),
    "unknown_request": _("没有这个预约。"),
}
"""Said in place of what a page would say of the same."""

STATUS: dict[str, int] = {
    "token_missing": 401, "token_odd": 401, "level_low": 401, "level_needed": 401,
    "key_missing": 400, "key_odd": 400, "cursor_odd": 400,
    "scope_missing": 403, "child": 403, "paused": 403, "not_responsible": 403, "group_odd": 403, "groups_only": 403,
    "card_needed": 403, "home_other": 403, "home_unknown": 403, "home_vague": 403, "home_unproven": 403,
    "questions_changed": 409,
    "no_groups": 403,
    "unknown_session": 404, "unknown_enrolment": 404, "unknown_venue": 404, "unknown_request": 404,
    "session_moved": 409, "face_changed": 409, "full": 409, "waiting_first": 409, "too_many_wait": 409,
    "once_each": 409, "taken": 409, "not_yet": 409, "not_offered": 409, "step_odd": 409,
    "called_off": 410, "enrolled_late": 410, "pool_closed": 410, "begun": 410, "hold_over": 410, "not_coming": 410,
    "stay_ended": 410,
    "too_often": 429,
}  # fmt: skip
"""409: another answer is possible after looking again, or later. 410: it is over. 422, for all others: the request asks
for something that cannot be."""
OTHERWISE = 422
