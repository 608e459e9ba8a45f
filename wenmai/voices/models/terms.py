"""An institution's numbers, and what it plans to buy."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from wenmai.voices.rules.purchases import ITEM, State


class Terms(models.Model):
    """Empty: the system's own."""

    organisation = models.OneToOneField(
        "institutions.Organisation", on_delete=models.PROTECT, related_name="+", verbose_name=_("机构")
    )
    sort_workdays = models.PositiveSmallIntegerField(_("几个工作日内归并"), null=True)
    decide_workdays = models.PositiveSmallIntegerField(_("几个工作日内研判"), null=True)
    answer_workdays = models.PositiveSmallIntegerField(_("几个工作日内公开反馈"), null=True)
    callback_days = models.PositiveSmallIntegerField(_("回访等几天"), null=True)
    rate_days = models.PositiveSmallIntegerField(_("几天内可以评价"), null=True)
    least_ratings = models.PositiveSmallIntegerField(_("评价满几份才显示"), null=True)

    def __str__(self) -> str:
        return f"terms of {self.organisation_id}"


class Purchase(models.Model):
    """A line of a year's plan; money in fen."""

    organisation = models.ForeignKey(
        "institutions.Organisation", on_delete=models.PROTECT, related_name="+", verbose_name=_("机构")
    )
    year = models.PositiveSmallIntegerField(_("年度"))
    item = models.CharField(_("买什么"), max_length=ITEM)
    fen = models.BigIntegerField(_("预算（分）"))
    state = models.CharField(_("状态"), max_length=8, choices=State, default=State.PLANNED)
    by_id = models.BigIntegerField(_("谁列的"), null=True)
    made_at = models.DateTimeField(_("列入时间"))
    moved_at = models.DateTimeField(_("到这个状态的时间"))

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(fen__gt=0) & ~Q(item=""), name="voices_purchase_says_what"),
            models.UniqueConstraint(fields=["organisation", "year", "item"], name="voices_purchase_once"),
        ]

    def __str__(self) -> str:
        return f"{self.year} {self.item}"
