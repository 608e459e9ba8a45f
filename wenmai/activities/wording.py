"""What is said when something about activities is refused."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from wenmai.activities.models import Edition
from wenmai.lib.refusal import Refused

SENTENCES: dict[str, str | Promise] = {
    "unknown_organisation": _("没有这家机构，或者它已经停办。"),
    "unknown_activity": _("没有这个活动。"),
    "words_missing": _("请写“%(detail)s”。"),
    "words_long": _("“%(detail)s”太长了，请写短些。"),
    "cover_without_words": _("请用一句话说明封面上有什么，给看不见图的人听。"),
    "cover_no_picture": _("封面要是图片。"),
    "choice_odd": _("请重新选“%(detail)s”。"),
    "number_odd": _("“%(detail)s”的数不合适。"),
    "ages_odd": _("年龄要在 0 到 120 之间，前面的不大于后面的。"),
    "unknown_region": _("没有这个地方的代码。"),
    "unknown_thing": _("没有这处场地，或者它不是这家机构的。"),
    "file_odd": _("这个文件不能用：要没坏的图片，或者文档（PDF）。"),
    "unknown_file": _("文件已经不在了，请重新上传。"),
    "safety_missing": _("预计 %(detail)s 人以上，要有安全预案：写明，或者上传文件。"),
    "mode_fixed": _("已经有场次了，不能在“不用报名”和“要报名”之间改。请另建一个活动。"),
    "sessions_missing": _("还没有将来的场次，请先加场次再送审。"),
    "refused_before": _("这一稿已经被否决，请修改后再送审。"),
    "hidden": _("它被下架了，恢复之前不能送审。"),
    "sessions_many": _("一次最多加 %(detail)s 场。"),
    "session_twice": _("%(detail)s 已经有一场了。"),
    "time_odd": _("结束要在开始之后，一场最长 31 天。"),
    "time_past": _("开始要在现在之后，最远 %(detail)s 天。"),
    "enrol_odd": _("报名要先开始后截止，最晚到活动结束。"),
    "check_odd": _("签到要在活动开始前就能开始，活动结束前截止。"),
    "places_odd": _("请写名额，至少一个。"),
    "recurrence_odd": _("请写重复到哪一天，或者一共几次，只写一样；到期要在第一次之后。"),
    "recurrence_many": _("最多重复 %(detail)s 次，请分几次办。"),
    "unknown_session": _("没有这一场。"),
    "session_over": _("这一场已经开始、结束或取消，不能改了。"),
    "session_taken": _("已经有人报名，时间不能直接改。"),
    "session_public": _("这一场已经公布，不能删，只能取消。"),
    "share_too_small": _("不能比已经给出去的少：%(detail)s。"),
    "share_odd": _("份额的名称或数量不合适。"),
    "not_yet": _("报名还没有开始。"),
    "enrolled_late": _("报名已经截止。"),
    "called_off": _("这一场取消或延期了，不能报名。"),
    "session_moved": _("时间改过了，现在是 %(detail)s。请看清楚再报。"),
    "level_low": _("报这个活动要先核验身份。"),
    "groups_only": _("这个活动只接受团体。"),
    "party_odd": _("请选 1 到 %(detail)s 个人。"),
    "age_unknown": _("不知道%(detail)s的生日，先实名核验才能报有年龄要求的活动。"),
    "too_young": _("年龄不够：%(detail)s。"),
    "too_old": _("超过了年龄：%(detail)s。"),
    "once_each": _("其中有人已经报过这一场，每人只能报一次。"),
    "key_odd": _("这一页过时了，请重新打开再办。"),
    "key_used": _("这一页已经办过一次，请重新打开再办。"),
    "full": _("名额已满。"),
    "too_many_wait": _("候补的人太多了（%(detail)s 组），请以后再来。"),
    "count_odd": _("一次可以要 1 到 %(detail)s 个。"),
    "pool_closed": _("这一场已经不放名额了。"),
    "unknown_enrolment": _("没有这次报名。"),
    "not_offered": _("还没有轮到，或者已经过了确认的时间。"),
    "hold_over": _("没有及时确认，已经让给后面的人了。"),
    "not_coming": _("这次报名已经结束，不用取消。"),
    "no_groups": _("这个活动只收个人报名。"),
    "not_responsible": _("这个团队不由您负责，请负责人来报。"),
    "heads_odd": _("团体人数要在 1 到 %(detail)s 之间。"),
    "not_applied": _("这次报名已经处理过了。"),
    "reason_missing": _("请写理由。"),
    "proposed_before": _("已经有人提出取消，等人同意。"),
    "decided_before": _("已经有人决定了。"),
    "same_person": _("要由另一个人同意。"),
    "nobody": _("请先登录。"),
    "draw_early": _("报名还没有截止，不能抽签。"),
    "seed_lost": _("抽签的种子和公布的摘要对不上，不能抽签。请找运行者。"),
    "forged": _("这不是这里的票：看看是不是别处的码，或者抄错了。"),
    "other_session": _("这张票是另一场的：%(detail)s。"),
    "too_early": _("还没到签到时间，%(detail)s 开始。"),
    "door_closed": _("签到已经截止。"),
    "used": _("这张票 %(detail)s 已经签到过了，不能再用。"),
    "not_confirmed": _("这次报名不能签到：%(detail)s。"),
    "door_full": _("现场名额没有了。"),
    "not_absent": _("这次报名没有记“没有来”。"),
    "begun": _("活动已经开始，不能取消了。"),
}


def sentence(refusal: Refused) -> str:
    """Names of fields are said as the form says them."""
    detail = refusal.detail
    if refusal.code in ("words_missing", "words_long", "choice_odd", "number_odd"):
        detail = str(Edition._meta.get_field(detail).verbose_name)  # type: ignore[union-attr]
    return str(SENTENCES[refusal.code]) % {"detail": detail}
