"""How linked cards are asked about by themselves, and what came of it."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from wenmai.people.models.cards import CardSystem
from wenmai.people.rechecks.rules import A_MINUTE, LEAST_A_MINUTE, MOST_A_MINUTE


class Recheck(models.Model):
    """One system's. `lately`: marks of its last answers; `held_count`: cards that it would take away at once, and that
    it has not, because nobody has looked."""

    system = models.OneToOneField(CardSystem, on_delete=models.CASCADE, related_name="recheck")
    is_on = models.BooleanField(_("自动复查"), default=False)
    per_minute = models.PositiveSmallIntegerField(_("一分钟最多问几张"), default=A_MINUTE)
    began_at = models.DateTimeField(_("最近一轮"), null=True)
    asked_at = models.DateTimeField(_("最近问成"), null=True)
    failed_count = models.PositiveSmallIntegerField(_("接连没问成"), default=0)
    paused_until = models.DateTimeField(_("停到何时"), null=True)
    lately = models.CharField(_("最近的回答"), max_length=20, default="", blank=True)
    held_at = models.DateTimeField(_("从何时起等人看"), null=True)
    held_count = models.PositiveIntegerField(_("等人看的张数"), default=0)
    believed_until = models.DateTimeField(_("照办到何时"), null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(per_minute__gte=LEAST_A_MINUTE, per_minute__lte=MOST_A_MINUTE),
                name="people_recheck_in_bounds",
            ),
            models.CheckConstraint(
                condition=Q(failed_count=0, paused_until=None) | Q(failed_count__gt=0, paused_until__isnull=False),
                name="people_recheck_pause_whole",
            ),
            models.CheckConstraint(
                condition=Q(held_count=0, held_at=None) | Q(held_count__gt=0, held_at__isnull=False),
                name="people_recheck_hold_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.system_id}"


class RecheckDay(models.Model):
    """What came of it on one day."""

    system = models.ForeignKey(CardSystem, on_delete=models.CASCADE, related_name="+")
    day = models.DateField(_("日期"))
    asked_count = models.PositiveIntegerField(_("问了"), default=0)
    same_count = models.PositiveIntegerField(_("没变"), default=0)
    stopped_count = models.PositiveIntegerField(_("不能用了"), default=0)
    returned_count = models.PositiveIntegerField(_("又能用了"), default=0)
    shifted_count = models.PositiveIntegerField(_("别的变化"), default=0)
    doubted_count = models.PositiveIntegerField(_("暂停待确认"), default=0)
    failed_count = models.PositiveIntegerField(_("没问成"), default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["system", "day"], name="people_recheck_day_once"),
            models.CheckConstraint(
                condition=Q(
                    asked_count=F("same_count") + F("stopped_count") + F("returned_count") + F("shifted_count")
                    + F("doubted_count") + F("failed_count")
                ),
                name="people_recheck_day_adds_up",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.system_id} {self.day}"
