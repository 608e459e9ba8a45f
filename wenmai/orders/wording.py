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
    "unknown_offer": _("清单里没有这一项。"),
}


def sentence(refusal: Refused) -> str:
    """What the storing of files refuses is said in one way: what would do."""
    if refusal.code not in SENTENCES:
        return _now("这个文件用不了，请用 PDF 或照片，不超过 20 MB。")
    return str(SENTENCES[refusal.code]) % {"detail": refusal.detail}
