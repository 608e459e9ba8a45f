"""Suppliers' qualifications and products, and the yearly list of what a county offers."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from wenmai.orders.rules import Kind, ListState, Standing


class Qualification(models.Model):
    """A supplier asks an organiser (the county's culture centre, say) to be let into its lists. `valid_to`: the last
    day, for those that passed."""

    organiser = models.ForeignKey(
        "institutions.Organisation", on_delete=models.PROTECT, related_name="+", verbose_name=_("主办机构")
    )
    supplier = models.ForeignKey(
        "institutions.Organisation", on_delete=models.PROTECT, related_name="+", verbose_name=_("供应商")
    )
    standing = models.CharField(_("状态"), max_length=8, choices=Standing.choices)
    statement = models.CharField(_("说明"), max_length=2_000)
    asked_by = models.BigIntegerField(_("谁申请的"), null=True)
    asked_at = models.DateTimeField(_("申请时间"))
    decided_by = models.BigIntegerField(_("谁审核的"), null=True)
    decided_at = models.DateTimeField(_("审核时间"), null=True)
    valid_to = models.DateField(_("有效期到"), null=True)
    reason = models.CharField(_("理由"), max_length=400, default="", blank=True)
    ended_at = models.DateTimeField(_("终止时间"), null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organiser", "supplier", "standing"], condition=Q(standing__in=["asked", "passed"]),
                name="orders_qualification_once",
            ),
            models.CheckConstraint(
                condition=~Q(organiser=models.F("supplier")), name="orders_qualification_of_another"
            ),
            models.CheckConstraint(
                condition=Q(asked_by=None) | Q(decided_by=None) | ~Q(asked_by=models.F("decided_by")),
                name="orders_qualification_two_people",
            ),
            models.CheckConstraint(
                condition=Q(standing="asked", decided_at=None, valid_to=None)
                | Q(standing="passed", decided_at__isnull=False, valid_to__isnull=False)
                | (Q(standing="refused", decided_at__isnull=False) & ~Q(reason=""))
                | Q(standing="ended", ended_at__isnull=False),
                name="orders_qualification_whole",
            ),
        ]  # fmt: skip
        indexes = [models.Index(fields=["supplier"], name="orders_qualification_of")]

    def __str__(self) -> str:
        return f"{self.supplier_id} for {self.organiser_id}: {self.standing}"


class Paper(models.Model):
    """What a supplier shows with it: a licence, a certificate; only added."""

    qualification = models.ForeignKey(
        Qualification, on_delete=models.PROTECT, related_name="papers", verbose_name=_("资质")
    )
    name = models.CharField(_("材料名称"), max_length=120)
    file = models.ForeignKey("files.StoredObject", on_delete=models.PROTECT, related_name="+", verbose_name=_("文件"))
    added_at = models.DateTimeField(_("加入时间"))

    def __str__(self) -> str:
        return f"{self.name} of {self.qualification_id}"


class Product(models.Model):
    """What a supplier offers. `latest`: written last; `shown`: what the review has passed."""

    supplier = models.ForeignKey(
        "institutions.Organisation", on_delete=models.PROTECT, related_name="+", verbose_name=_("供应商")
    )
    latest = models.ForeignKey(
        "orders.Edition", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("最新一版")
    )
    shown = models.ForeignKey(
        "orders.Edition", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("公开的一版")
    )
    hidden_at = models.DateTimeField(_("下架时间"), null=True)
    demo = models.BooleanField(_("演示数据"), default=False, db_default=False)
    made_at = models.DateTimeField(_("建立时间"))

    class Meta:
        indexes = [models.Index(fields=["supplier"], name="orders_product_of")]

    def __str__(self) -> str:
        return f"product {self.pk}"


class Edition(models.Model):
    """One wording of a product, never changed. `content` in the form of `rules.products`."""

    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="editions", verbose_name=_("产品"))
    number = models.PositiveIntegerField(_("第几版"))
    content = models.JSONField(_("内容"))
    content_hash = models.BinaryField(_("内容的散列值"), max_length=32)
    kind = models.CharField(_("类别"), max_length=12, choices=Kind.choices)
    title = models.CharField(_("名称"), max_length=120)
    price = models.BigIntegerField(_("报价（分）"))
    by = models.BigIntegerField(_("谁写的"), null=True)
    made_at = models.DateTimeField(_("写的时间"))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["product", "number"], name="orders_edition_once"),
            models.CheckConstraint(condition=Q(price__gte=0), name="orders_edition_price"),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.number})"


class SupplyList(models.Model):
    """What an organiser offers in a year."""

    organiser = models.ForeignKey(
        "institutions.Organisation", on_delete=models.PROTECT, related_name="+", verbose_name=_("主办机构")
    )
    year = models.PositiveSmallIntegerField(_("年度"))
    state = models.CharField(_("状态"), max_length=10, choices=ListState.choices, default=ListState.DRAFT)
    made_at = models.DateTimeField(_("建立时间"))
    published_at = models.DateTimeField(_("公布时间"), null=True)
    closed_at = models.DateTimeField(_("结束时间"), null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organiser", "year"], name="orders_list_once"),
            models.CheckConstraint(
                condition=Q(state="draft", published_at=None, closed_at=None)
                | Q(state="published", published_at__isnull=False, closed_at=None)
                | Q(state="closed", published_at__isnull=False, closed_at__isnull=False),
                name="orders_list_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"list {self.year} of {self.organiser_id}"


class Offer(models.Model):
    """A product in a list: which edition, at which agreed price, how many sessions in the year. `rank`: which one comes
    first where another of its kind falls out. Ended, with a reason, once the list is published; never deleted then.
    `bid`: made for a station's request alone; it stands in nobody's list."""

    list = models.ForeignKey(SupplyList, on_delete=models.PROTECT, related_name="offers", verbose_name=_("清单"))
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="offers", verbose_name=_("产品"))
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="+", verbose_name=_("哪一版"))
    price = models.BigIntegerField(_("每场（分）"))
    sessions = models.PositiveIntegerField(_("全年场次"))
    rank = models.PositiveSmallIntegerField(_("次序"), default=100)
    bid = models.OneToOneField(
        "orders.Bid", on_delete=models.PROTECT, null=True, related_name="offer", verbose_name=_("报价")
    )
    ended_at = models.DateTimeField(_("撤出时间"), null=True)
    reason = models.CharField(_("撤出理由"), max_length=400, default="", blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["list", "product"], condition=Q(bid=None), name="orders_offer_once"),
            models.CheckConstraint(
                condition=Q(price__gte=0, sessions__gt=0) & (Q(ended_at=None) | ~Q(reason="")),
                name="orders_offer_whole",
            ),
        ]
        indexes = [models.Index(fields=["list", "rank"], name="orders_offer_rank")]

    def __str__(self) -> str:
        return f"offer {self.pk} in {self.list_id}"
