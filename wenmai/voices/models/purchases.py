"""What an institution plans to buy."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from wenmai.voices.rules.purchases import ITEM, State


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
