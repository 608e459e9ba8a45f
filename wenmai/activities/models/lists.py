"""Lists for doors without a network, and what devices noted with them; every scan is kept, one of a ticket counts."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from wenmai.activities.models.enrolments import Enrolment
from wenmai.activities.models.sessions import Session
from wenmai.activities.rules.lists import Doubt, Outcome


class DoorList(models.Model):
    """Who took a list of a session's tickets to which device. `salt`: what the tickets' hashes were made with."""

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="door_lists", verbose_name=_("场次"))
    salt = models.CharField(_("盐"), max_length=32)
    device = models.CharField(_("哪台手机"), max_length=40)
    by = models.BigIntegerField(_("谁下载的"))
    by_name = models.CharField(_("谁"), max_length=60)
    made_at = models.DateTimeField(_("下载时间"))
    good_until = models.DateTimeField(_("用到什么时候"))
    ticket_count = models.PositiveIntegerField(_("几张票"))
    heard_at = models.DateTimeField(_("最近上传"), null=True)
    revoked_at = models.DateTimeField(_("作废时间"), null=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(device=""), name="activities_list_has_device")]
        indexes = [models.Index(fields=["session", "-made_at"], name="activities_list_of")]

    def __str__(self) -> str:
        return f"list {self.pk} of {self.session_id}"


class DoorScan(models.Model):
    """What a device noted. `digest`: of what was read, where it is no ticket of ours; `at`: by the server's clock."""

    door_list = models.ForeignKey(DoorList, on_delete=models.PROTECT, related_name="scans", verbose_name=_("名单"))
    number = models.PositiveIntegerField(_("第几次"))
    enrolment = models.ForeignKey(
        Enrolment, on_delete=models.PROTECT, related_name="door_scans", null=True, verbose_name=_("报名")
    )
    digest = models.CharField(_("码的摘要"), max_length=64, default="", blank=True)
    heads = models.SmallIntegerField(_("几人"))
    outcome = models.CharField(_("结果"), max_length=8, choices=Outcome)
    doubts = ArrayField(models.SlugField(max_length=10), verbose_name=_("疑点"), default=list)
    device_at = models.DateTimeField(_("手机上的时间"))
    at = models.DateTimeField(_("时间"))
    received_at = models.DateTimeField(_("上传时间"))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["door_list", "number"], name="activities_scan_once"),
            models.UniqueConstraint(
                fields=["enrolment"], condition=Q(outcome="counted"), name="activities_scan_counts_once"
            ),
            models.CheckConstraint(
                condition=~Q(outcome__in=["counted", "again", "rest"]) | Q(enrolment__isnull=False, heads__gt=0),
                name="activities_scan_counts_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.door_list_id}:{self.number} {self.outcome}"

    @property
    def doubt_words(self) -> list[str]:
        return [str(Doubt(one).label) for one in self.doubts]
