"""Who wrote, asked and decided: colleagues at work. Suppliers are organisations."""

from django.utils.translation import gettext_lazy as _

from wenmai.lib.personal import STAFF, WORK, Basis, Ending, Rule, Table, columns

TABLES = (
    Table(
        "orders.Qualification", _("供应商的资质"), _("申请和审核要两个人"), Basis.DUTY,
        columns("asked_by asked_at decided_by decided_at reason", withheld=WORK), of=None, ending=Ending.KEPT,
        because=_("工作记录：谁申请、谁审核的"), seen=STAFF,
        impersonal="organiser supplier standing statement valid_to ended_at",
    ),
    Table(
        "orders.Edition", _("写供应产品的人"), _("作者不审自己的，退回时找得到人"), Basis.DUTY,
        columns("by made_at", withheld=WORK), of=None, ending=Ending.KEPT, because=_("工作记录：是谁写的"), seen=STAFF,
        impersonal="product number content content_hash kind title price",
    ),
    Table(
        "orders.Movement", _("点单额度的流水"), _("查得出是谁给的、调的、用的"), Basis.DUTY,
        columns("by_id at reason", withheld=WORK), of=None, ending=Ending.KEPT, because=_("工作记录：账目只加不改"),
        seen=STAFF, impersonal="account kind fen sessions key",
    ),
    Table(
        "orders.Order", _("点单的人"), _("找得到是谁点的"), Basis.DUTY, columns("made_by made_at", withheld=WORK),
        of=None, ending=Ending.KEPT, because=_("工作记录：是谁点的"), seen=STAFF,
        impersonal=(
            "season release request offer station state price heads wish_from wish_until place words key begins_at "
            "ends_at answer_by counted deduction settled_at moved_at"
        ),
    ),
    Table(
        "orders.Request", _("写定制单的人"), _("找得到是谁写的"), Basis.DUTY,
        columns("made_by made_at reason", withheld=WORK), of=None, ending=Ending.KEPT,
        because=_("工作记录：是谁写的、为什么选"), seen=STAFF,
        impersonal=(
            "season station need state kind title whom words heads wish_from wish_until place most key bids_until "
            "choose_by chosen moved_at"
        ),
    ),
    Table(
        "orders.Bid", _("报价的人"), _("找得到是谁报的"), Basis.DUTY, columns("by_id said_at", withheld=WORK), of=None,
        ending=Ending.KEPT, because=_("工作记录：供应商里是谁报的"), seen=STAFF,
        impersonal="request supplier state edition title text minutes price sessions first last words made_at",
    ),
    Table(
        "orders.OrderStep", _("点单的经过"), _("查得出哪一方几时办了什么"), Basis.DUTY,
        columns("by_id at reason", withheld=WORK), of=None, ending=Ending.KEPT, because=_("工作记录：责任在哪一方"),
        seen=STAFF, impersonal="order before after side cause offer",
    ),
    Table(
        "orders.Report", _("履约报告"), _("知道送到没有、来了多少人，有争议时有依据"), Basis.DUTY,
        columns("by_id at words photos", withheld=WORK), of=None, ending=Ending.KEPT,
        because=_("工作记录：结算和评价的依据"), seen=STAFF, impersonal="order side kind heads place is_late",
    ),
    Table(
        "orders.Settlement", _("结算单"), _("拟单、核对、付款要两个人"), Basis.DUTY,
        columns("drawn_by drawn_at answered_by paid_by scans", withheld=WORK), of=None, ending=Ending.KEPT,
        because=_("工作记录：账目的凭据"), seen=STAFF,
        impersonal="organiser supplier month state line_count price deduction due version paid_on voucher moved_at",
    ),
    Table(
        "orders.SettlementLine", _("结算单的各行"), _("查得出是谁写的、为什么改"), Basis.DUTY,
        columns("by_id at reason out_reason", withheld=WORK), of=None, ending=Ending.KEPT,
        because=_("工作记录：账目只加不改"), seen=STAFF, impersonal="settlement order price deduction due out_at",
    ),
    Table(
        "orders.SettlementStep", _("结算单的经过"), _("查得出几时办了什么"), Basis.DUTY,
        columns("by_id at words", withheld=WORK), of=None, ending=Ending.KEPT, because=_("工作记录：账目的凭据"),
        seen=STAFF, impersonal="settlement before after due",
    ),
    Table(
        "orders.Call", _("点单的回访"), _("知道送到的是不是像报的那样"), Basis.DUTY,
        columns("by_id at words", withheld=WORK), of=None, ending=Ending.KEPT,
        because=_("工作记录：谁问的，站点怎么说"), seen=STAFF,
        impersonal="item reached came heads as_agreed differs opened",
    ),
)  # fmt: skip
IMPERSONAL = {
    "orders.Paper": "qualification name file added_at",
    "orders.Product": "supplier latest shown hidden_at demo made_at",
    "orders.SupplyList": "organiser year state made_at published_at closed_at",
    "orders.Season": "list name orders_from orders_until serves_from serves_until made_at",
    "orders.Opening": "season opens_at percent",
    "orders.Release": "season offer opens_at sessions per_station",
    "orders.Weight": "season organisation people tilt",
    "orders.Account": "season organisation release granted_fen granted_sessions used_fen used_sessions",
    "orders.Kept": "order stay",
    "orders.Offer": "list product edition price sessions rank bid ended_at reason",
    "orders.CallRound": "organiser month percent seed population digest drawn_count until made_at",
    "orders.CallItem": "round number order",
}
RULES: tuple[Rule, ...] = ()
