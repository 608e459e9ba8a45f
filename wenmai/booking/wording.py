"""What is said when something about places or times is refused."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from wenmai.lib.refusal import Refused

SENTENCES: dict[str, str | Promise] = {
    "unknown_thing": _("没有这项资源，或者它已经停用。"),
    "unknown_stay": _("没有这个时段。"),
    "unknown_change": _("没有这条临时安排，也许同事刚撤销了。"),
    "unknown_organisation": _("没有这家机构，或者它已经停办。"),
    "thing_kind": _("请选一个类别。"),
    "name_missing": _("请写名称。"),
    "name_taken": _("这家机构已有叫“%(detail)s”的资源，请换一个名称。"),
    "units_odd": _("数量要在 1 到 %(detail)s 之间。"),
    "units_in_use": _("要减去的那些还有人约着，请先把它们的时段收回。"),
    "buffer_odd": _("前后留出的时间最多 %(detail)s 分钟。"),
    "number_odd": _("有一个数不合适：时间从 1 分钟到 31 天，天数从 0 到 366。"),
    "thing_in_use": _("还有 %(detail)s 个没到的时段，请先收回再停用。"),
    "reason_missing": _("请写理由。"),
    "time_odd": _("结束要在开始之后，以整分钟计，最长 31 天。"),
    "too_soon": _("来不及了：最晚提前 %(detail)s 分钟。"),
    "too_far": _("还约不到那一天：可以约到 %(detail)s 天以后。"),
    "too_long": _("太长了：一次最长 %(detail)s 分钟。"),
    "not_open": _("那时不开放：%(detail)s"),
    "taken": _("已经有人占了：%(detail)s。请换一个时间。"),
    "wishes_odd": _("一次最多约 %(detail)s 项资源。"),
    "hold_over": _("没有及时确认，已经放给别人了，请重新约。"),
    "stay_ended": _("这个时段已经结束：%(detail)s。"),
    "key_odd": _("这一页过时了，请重新打开再办。"),
    "key_used": _("这一页已经办过一次，请重新打开再办。"),
    "recurrence_odd": _("请写重复到哪一天，或者一共几次，只写一样；到期要在第一次之后。"),
    "recurrence_many": _("最多重复 %(detail)s 次，请分几次办。"),
    "span_text": _("看不懂“%(detail)s”：请写成 9:00-12:00 14:00-17:30，不开放就空着。"),
    "span_odd": _("%(detail)s 不合适：结束要晚于开始，不能过半夜，到半夜写 24:00。"),
    "span_overlaps": _("两段时间重叠了：%(detail)s。"),
    "span_many": _("一天最多写 %(detail)s 段时间。"),
    "hours_odd": _("请重新选节假日和调休日怎么开放。"),
    "days_odd": _("结束的日子不能早于开始，最长两年。"),
    "unknown_pool": _("没有这批名额，或者已经关闭。"),
    "pool_closed": _("这里已经不放名额了。"),
    "unknown_claim": _("没有占这个名额。"),
    "claim_ended": _("这个名额已经结束：%(detail)s。"),
    "unknown_wait": _("没有在候补。"),
    "wait_ended": _("这一组已经轮到过或者退出了。"),
    "full": _("名额不够，还剩 %(detail)s 个。"),
    "waiting_first": _("有人在候补，请加入候补。"),
    "once_each": _("每人只能占一份。"),
    "count_odd": _("一次可以要 1 到 %(detail)s 个。"),
    "seats_odd": _("请给每个名额选一个座位。"),
    "seat_taken": _("这个座位刚被别人选了，请换一个。"),
    "too_many_wait": _("候补的人太多了（%(detail)s 组），请以后再来。"),
    "share_odd": _("份额的名称或数量不合适。"),
    "share_too_small": _("不能比已经给出去的少：%(detail)s。"),
    "not_a_room": _("只有场地可以写成场馆。"),
    "no_face": _("请先写介绍和规定，再放照片。"),
    "face_about": _("请写介绍。"),
    "face_rules": _("请写使用规定，约的人要看过才能约。"),
    "face_capacity": _("能容的人数要在 1 到 %(detail)s 之间。"),
    "face_choice": _("有一项没有选好，请重新选。"),
    "face_price": _("价格要在每小时 0 到 %(detail)s 元之间。"),
    "photo_alt": _("请用一句话说照片上是什么，看不见的人要靠它。"),
    "photos_many": _("最多 %(detail)s 张照片。"),
    "photo_kind": _("这不是照片，请用 JPEG、PNG 或 WebP。"),
    "photo_odd": _("照片没有存好，请重新选，最多 %(detail)s 张。"),
    "unknown_venue": _("这个场馆现在不能约。"),
    "unknown_request": _("没有这个申请。"),
    "level_needed": _("这里要实名才能约，请先核验身份。"),
    "groups_only": _("这里只给团队，请以团队负责人的身份约。"),
    "group_odd": _("您不是这个团队的负责人，请换一个。"),
    "paused": _("几次约了没来，到 %(detail)s 为止不能再约这家机构的场馆。"),
    "purpose_missing": _("请写做什么用。"),
    "heads_odd": _("人数要在 1 到 %(detail)s 之间。"),
    "face_changed": _("使用规定刚改过，请看过新的再约。"),
    "extra_odd": _("要借的设备里有一样不对，请重新选。"),
    "too_late_to_change": _("来不及改了：最晚提前 %(detail)s 小时。去不了请打电话告诉馆里。"),
    "asks_again": _("馆里答应的是原来的时间。要换时间，请取消以后重新申请。"),
    "step_odd": _("现在不能这样办：%(detail)s。"),
    "own_request": _("自己的申请要由同事答复。"),
    "too_early": _("还早：开始前 %(detail)s 分钟起可以签到。"),
    "too_late": _("签到的时间过了：最晚开始后 %(detail)s 分钟。"),
    "words_missing": _("请写一句说明。"),
    "payment_odd": _("金额不对：不能超过应付的，退的不能超过收的。"),
    "pool_there": _("这个对象已经有名额了。"),
}
SHARES: dict[str, str | Promise] = {
    "open": _("公开"), "door": _("现场"), "group": _("团体"), "elder": _("老年"),
}  # fmt: skip


def share_words(name: str) -> str:
    """In the reader's language; a share that an institution has named itself stays as it is."""
    return str(SHARES.get(name, name))


def sentence(refusal: Refused) -> str:
    return str(SENTENCES[refusal.code]) % {"detail": refusal.detail}
