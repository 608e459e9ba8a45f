"""What was drawn of a month's orders, and what the stations said."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class CallRound(models.Model):
    """The draw of one organiser's month (its first day); never changed. `population`: the orders that were drawn from.
    Stations are asked until `until`, inclusive."""

    organiser = models.ForeignKey(
        "institutions.Organisation", on_delete=models.PROTECT, related_name="+", verbose_name=_("主办机构")
    )
    month = models.DateField(_("哪个月"))
    percent = models.PositiveSmallIntegerField(_("百分之几"))
    seed = models.CharField(_("种子"), max_length=64)
    population = ArrayField(models.BigIntegerField(), verbose_name=_("从哪些里抽"))
    digest = models.CharField(_("名单摘要"), max_length=64)
    drawn_count = models.PositiveIntegerField(_("抽出几件"))
    until = models.DateField(_("回访到哪天"))
    made_at = models.DateTimeField(_("抽的时间"))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organiser", "month"], name="orders_calls_once_a_month"),
            models.CheckConstraint(
                condition=Q(month__day=1, until__gt=F("month"), percent__gte=1, percent__lte=100)
                & Q(drawn_count__gte=1, drawn_count__lte=F("population__len")),
                name="orders_calls_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"calls of {self.organiser_id} for {self.month:%Y-%m}"


class CallItem(models.Model):
    """An order that was drawn, in the order of the draw."""

    round = models.ForeignKey(CallRound, on_delete=models.PROTECT, related_name="items", verbose_name=_("哪个月的回访"))
    number = models.PositiveIntegerField(_("次序"))
    order = models.OneToOneField(
        "orders.Order", on_delete=models.PROTECT, related_name="call_item", verbose_name=_("点单")
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["round", "number"], name="orders_call_numbered")]

    def __str__(self) -> str:
        return f"{self.number} of {self.round_id}"


class Call(models.Model):
    """One telephone call, only added; who has answered is not called again. `differs`: it does not fit what counts;
    `opened`: it became a dispute."""

    item = models.ForeignKey(CallItem, on_delete=models.PROTECT, related_name="calls", verbose_name=_("抽到的点单"))
    reached = models.BooleanField(_("打通了"))
    came = models.BooleanField(_("来了"), null=True)
    heads = models.PositiveIntegerField(_("到场人数"), null=True)
    as_agreed = models.BooleanField(_("内容和约定的一样"), null=True)
    words = models.CharField(_("说明"), max_length=400, default="", blank=True)
    differs = models.BooleanField(_("对不上"), default=False)
    opened = models.BooleanField(_("成了争议"), default=False)
    by_id = models.BigIntegerField(_("谁打的"), null=True)
    at = models.DateTimeField(_("时间"))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["item"], condition=Q(reached=True), name="orders_call_answered_once"),
            models.CheckConstraint(
                condition=Q(reached=False, came=None, heads=None, as_agreed=None, differs=False)
                | Q(reached=True, came=False, heads=None, as_agreed=None, differs=True)
                | Q(reached=True, came=True, heads__isnull=False, as_agreed=True)
                | Q(reached=True, came=True, heads__isnull=False, as_agreed=False, differs=True),
                name="orders_call_whole",
            ),
            models.CheckConstraint(
                condition=Q(differs=False, opened=False) | Q(differs=True) & ~Q(words=""),
                name="orders_call_differs_in_words",
            ),
        ]

    def __str__(self) -> str:
        return f"call of {self.item_id}"
