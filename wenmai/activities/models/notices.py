"""What people were told of their enrolments, and sessions that are to be called off."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from wenmai.activities.models.enrolments import Enrolment
from wenmai.activities.models.sessions import Session


class Notice(models.Model):
    """One message of a kind for an enrolment and the times that it is about: never twice."""

    class Kind(models.TextChoices):
        OFFERED = "offered", _("候补轮到了")
        ACCEPTED = "accepted", _("报上了")
        LISTED = "listed", _("没有抽中，在候补")
        REFUSED = "refused", _("没有通过")
        MOVED = "moved", _("时间改了")
        POSTPONED = "postponed", _("延期")
        CANCELLED = "cancelled", _("取消")
        DAY = "day", _("提醒")
        HOURS = "hours", _("快开始了")
        RATE = "rate", _("结束了，请评价")

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="notices", verbose_name=_("报名"))
    kind = models.CharField(_("说的是什么"), max_length=10, choices=Kind)
    version = models.PositiveIntegerField(_("哪个时间"))
    made_at = models.DateTimeField(_("通知时间"))

    class Meta:
        constraints = [models.UniqueConstraint(fields=["enrolment", "kind", "version"], name="activities_told_once")]

    def __str__(self) -> str:
        return f"{self.kind} of {self.enrolment_id}"


class CallOff(models.Model):
    """A session is to be cancelled: one proposes, somebody else agrees or not."""

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="call_offs", verbose_name=_("场次"))
    reason = models.CharField(_("理由"), max_length=160)
    proposed_by = models.BigIntegerField(_("谁提出的"))
    proposed_by_name = models.CharField(_("提出的人"), max_length=60)
    proposed_at = models.DateTimeField(_("提出时间"))
    decided_by = models.BigIntegerField(_("谁决定的"), null=True)
    decided_by_name = models.CharField(_("决定的人"), max_length=60, default="", blank=True)
    decided_at = models.DateTimeField(_("决定时间"), null=True)
    agreed = models.BooleanField(_("同意"), null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["session"], condition=Q(decided_at=None), name="activities_call_off_once"),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("proposed_by")), name="activities_call_off_by_two"
            ),
            models.CheckConstraint(
                condition=Q(decided_at=None, agreed=None, decided_by=None)
                | Q(decided_at__isnull=False, agreed__isnull=False, decided_by__isnull=False),
                name="activities_call_off_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.session_id}: {self.reason}"
