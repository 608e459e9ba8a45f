"""What is due for a month, order by order, and every step of it."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from wenmai.orders.settling.rules import Stand


class Settlement(models.Model):
    """What an organiser owes a supplier for the orders up to the end of a month (its first day), in fen.

    `line_count`, `price`, `deduction`, `due`: of the lines that count, kept by them alone; `version` grows with each of
    their changes. `scans`: hashes of stored files that show the payment."""

    organiser = models.ForeignKey(
        "institutions.Organisation", on_delete=models.PROTECT, related_name="+", verbose_name=_("主办机构")
    )
    supplier = models.ForeignKey(
        "institutions.Organisation", on_delete=models.PROTECT, related_name="+", verbose_name=_("供应商")
    )
    month = models.DateField(_("哪个月"))
    state = models.CharField(_("状态"), max_length=10, choices=Stand.choices, default=Stand.DRAWN)
    line_count = models.PositiveIntegerField(_("几场"), default=0)
    price = models.BigIntegerField(_("价格（分）"), default=0)
    deduction = models.BigIntegerField(_("扣减（分）"), default=0)
    due = models.BigIntegerField(_("应付（分）"), default=0)
    version = models.PositiveIntegerField(_("第几稿"), default=0)
    drawn_by = models.BigIntegerField(_("谁拟的"))
    drawn_at = models.DateTimeField(_("拟的时间"))
    answered_by = models.BigIntegerField(_("谁答复的"), null=True)
    paid_by = models.BigIntegerField(_("谁记的付款"), null=True)
    paid_on = models.DateField(_("哪天付的"), null=True)
    voucher = models.CharField(_("凭证号"), max_length=60, default="", blank=True)
    scans = models.JSONField(_("凭证照片"), default=list)
    moved_at = models.DateTimeField(_("变动时间"))

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organiser", "supplier", "month"], condition=~Q(state="cancelled"),
                name="orders_settlement_once_a_month",
            ),
            models.CheckConstraint(
                condition=Q(month__day=1, price__gte=0, deduction__gte=0, deduction__lte=F("price"))
                & Q(due=F("price") - F("deduction")),
                name="orders_settlement_adds_up",
            ),
            models.CheckConstraint(
                condition=(Q(answered_by=None) | ~Q(answered_by=F("drawn_by")))
                & (Q(paid_by=None) | ~Q(paid_by=F("drawn_by"))),
                name="orders_settlement_by_two",
            ),
            models.CheckConstraint(
                condition=Q(state="paid", paid_by__isnull=False, paid_on__isnull=False) & ~Q(voucher="")
                | ~Q(state="paid") & Q(paid_by=None, paid_on=None, voucher="", scans=[]),
                name="orders_settlement_paid_whole",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["agreed", "objected", "paid"]) | Q(answered_by__isnull=False),
                name="orders_settlement_was_answered",
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["organiser", "state"], name="orders_settlement_of"),
            models.Index(fields=["supplier", "state"], name="orders_settlement_to"),
            models.Index(fields=["-moved_at"], condition=Q(state="paid"), name="orders_settlement_paid"),
        ]

    def __str__(self) -> str:
        return f"{self.organiser_id} to {self.supplier_id} for {self.month:%Y-%m}"


class SettlementLine(models.Model):
    """What is due of one order; only added, and taken out once. `reason`: why the deduction is not the order's."""

    settlement = models.ForeignKey(
        Settlement, on_delete=models.PROTECT, related_name="lines", verbose_name=_("哪张结算单")
    )
    order = models.ForeignKey(
        "orders.Order", on_delete=models.PROTECT, related_name="settled_in", verbose_name=_("点单")
    )
    price = models.BigIntegerField(_("价格（分）"))
    deduction = models.BigIntegerField(_("扣减（分）"))
    due = models.BigIntegerField(_("应付（分）"))
    reason = models.CharField(_("理由"), max_length=400, default="", blank=True)
    by_id = models.BigIntegerField(_("谁写的"))
    at = models.DateTimeField(_("时间"))
    out_at = models.DateTimeField(_("几时划去"), null=True)
    out_reason = models.CharField(_("为什么划去"), max_length=400, default="", blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order"], condition=Q(out_at=None), name="orders_settled_once"),
            models.CheckConstraint(
                condition=Q(deduction__gte=0, deduction__lte=F("price")) & Q(due=F("price") - F("deduction")),
                name="orders_settlement_line_adds_up",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.due} of {self.order_id}"


class SettlementStep(models.Model):
    """One move of a settlement, only added. `due`: what it came to then."""

    settlement = models.ForeignKey(
        Settlement, on_delete=models.PROTECT, related_name="steps", verbose_name=_("哪张结算单")
    )
    before = models.CharField(_("从"), max_length=10, choices=Stand.choices, default="", blank=True)
    after = models.CharField(_("到"), max_length=10, choices=Stand.choices)
    due = models.BigIntegerField(_("应付（分）"))
    words = models.CharField(_("说明"), max_length=400, default="", blank=True)
    by_id = models.BigIntegerField(_("谁办的"))
    at = models.DateTimeField(_("时间"))

    def __str__(self) -> str:
        return f"{self.before} → {self.after} of {self.settlement_id}"
