"""What is said when something about supplies and orders is refused."""

from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from wenmai.lib.refusal import Refused

SENTENCES: dict[str, str | Promise] = {
    "unknown_organiser": _("这家机构不办供应清单，请选文化馆、图书馆或主管部门。"),
    "unknown_supplier": _("请选一家供应商或文艺团队；停办的不行。"),
    "statement_missing": _("请写一段说明：做什么，做了多久，有哪些资质。"),
    "asked_already": _("已经申请过，正在等审核。要补材料，加在那份申请里。"),
    "unknown_qualification": _("没有这份资质申请。"),
    "standing_odd": _("现在不能这样办：%(detail)s。"),
    "paper_name": _("请写材料的名称，例如“营业性演出许可证”。"),
    "papers_many": _("最多 %(detail)s 份材料。"),
    "paper_file": _("这个文件用不了，请用 PDF 或照片，不超过 20 MB。"),
    "own_qualification": _("自己提的申请要由同事审核。"),
    "papers_missing": _("还没有材料，看过材料才能通过。"),
    "valid_to_odd": _("请写有效期到哪天：不早于今天，最长 %(detail)s 年。"),
    "reason_missing": _("请写理由。"),
    "unknown_product": _("没有这个产品。"),
    "kind_odd": _("请选一个类别。"),
    "title_missing": _("请写名称。"),
    "text_missing": _("请写介绍。"),
    "minutes_odd": _("一场的长度要在 1 到 %(detail)s 分钟之间。"),
    "room_odd": _("场地面积要在 0 到 %(detail)s 平方米之间，0 是不挑场地。"),
    "capacity_odd": _("人数要在 1 到 %(detail)s 之间。"),
    "price_odd": _("价格要在 0 到 %(detail)s 元之间。"),
    "photo_alt": _("请用一句话说照片上是什么，看不见的人要靠它。"),
    "photos_many": _("最多 %(detail)s 张照片。"),
    "photo_kind": _("这不是照片，请用 JPEG、PNG 或 WebP。"),
    "nothing_new": _("这一稿已经公布或者正在审核，改过再送。"),
    "refused_for_good": _("这一稿没有通过，请修改后再送审。"),
    "year_odd": _("年度要在 %(detail)s 之间。"),
    "list_there": _("%(detail)s 年的清单已经有了，直接打开就行。"),
    "unknown_list": _("没有这份清单。"),
    "list_odd": _("现在不能这样办：清单%(detail)s。"),
    "list_empty": _("清单还是空的，请先加产品。"),
    "offers_stale": _("有的产品下架了，或者供应商的资质过期了，请先撤出：%(detail)s。"),
    "product_not_shown": _("这个产品没有公布着，审核通过以后才能进清单。"),
    "not_qualified": _("这家供应商在这里没有有效的资质，请先审核它的申请。"),
    "sessions_odd": _("场次要在 1 到 %(detail)s 之间。"),
    "rank_odd": _("次序要在 1 到 %(detail)s 之间，小的在前。"),
    "offers_many": _("一份清单最多 %(detail)s 个产品。"),
    "offer_odd": _("请写每场多少元、全年多少场和次序，都要是数。"),
    "sessions_released": _("已经放出 %(detail)s 场，全年场次不能比它少。"),
    "unknown_season": _("没有这一季。"),
    "season_name": _("请写这一季的名称，例如“春季”。"),
    "season_times": _("时间不对：结束要在开始之后，送的日子最长 400 天。"),
    "season_there": _("这份清单里已有叫“%(detail)s”的一季。"),
    "season_shut": _("现在不在点单的时间里。"),
    "amount_odd": _("金额或场次不对：都不能小于 0，金额最多两位小数。"),
    "weight_odd": _("人数不能小于 0，倾斜要在 %(detail)s 之间。"),
    "budget_given": _("已经分给站点的比这多，请先调低站点的额度。"),
    "budget_short": _("全季的钱或场次不够这样分，请先加总额度。"),
    "quota_used": _("有的站点用掉的已经比这多，不能再调低。"),
    "quotas_many": _("一次最多设 %(detail)s 个站点。"),
    "not_served": _("有的站点不在这个主办机构的地方。"),
    "openings_odd": _("请从早到晚写，百分数一次比一次大，最后一次是 100。"),
    "release_odd": _("场次要大于 0，放出的时间要在点单结束之前。"),
    "release_many": _("这个产品只剩 %(detail)s 场没有放出。"),
    "release_there": _("这个产品在那个时间已经放过一批，请换一个时间。"),
    "release_shut": _("这一批还没有放出来。"),
    "release_short": _("这一批已经点完，请等下一批或换一个产品。"),
    "station_limit": _("这一批里每站能点的已经点满。"),
    "quota_shut": _("额度还没有全部放开，请等下一次放出。"),
    "quota_short": _("额度不够了。"),
    "unknown_offer": _("清单里没有这一项。"),
}


def sentence(refusal: Refused) -> str:
    """What the storing of files refuses is said in one way: what would do."""
    if refusal.code not in SENTENCES:
        return _now("这个文件用不了，请用 PDF 或照片，不超过 20 MB。")
    return str(SENTENCES[refusal.code]) % {"detail": refusal.detail}
