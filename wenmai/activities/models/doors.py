"""Who came: with a ticket, by name, or counted."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from wenmai.activities.models.enrolments import Enrolment
from wenmai.activities.models.sessions import Session


class Arrival(models.Model):
    """So many people came, or, counted at the door, left (less than nothing). With an enrolment one row, never with
    more than are enrolled: `heads` grows as the others of the party come. What was counted stays as it was, with what
    shows it. `photos`: hashes of stored files."""

    class Way(models.TextChoices):
        TICKET = "ticket", _("扫码")
        NAME = "name", _("报姓名")
        COUNT = "count", _("数人头")
        KIOSK = "kiosk", _("自助机")

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="arrivals", verbose_name=_("场次"))
    enrolment = models.OneToOneField(
        Enrolment, on_delete=models.PROTECT, related_name="arrival", null=True, verbose_name=_("报名")
    )
    heads = models.SmallIntegerField(_("几人"))
    way = models.CharField(_("怎样签到"), max_length=6, choices=Way)
    claim = models.OneToOneField(
        "booking.Claim", on_delete=models.PROTECT, related_name="+", null=True, verbose_name=_("现场名额")
    )
    words = models.CharField(_("说明"), max_length=200, default="", blank=True)
    photos = ArrayField(models.CharField(max_length=64), verbose_name=_("照片"), default=list)
    key = models.CharField(_("办理编号"), max_length=64)
    by = models.BigIntegerField(_("谁办的"), null=True)
    at = models.DateTimeField(_("时间"))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["session", "key"], name="activities_arrival_key_once"),
            models.CheckConstraint(
                condition=Q(enrolment__isnull=False, heads__gt=0) & ~Q(way="count")
                | Q(enrolment=None, way="count") & ~Q(heads=0),
                name="activities_arrival_counts",
            ),
            models.CheckConstraint(
                condition=Q(photos=[], words="") | Q(way="count"), name="activities_photos_of_counts"
            ),
        ]
        indexes = [
            models.Index(fields=["session", "-at"], name="activities_arrival_of"),
            GinIndex(fields=["photos"], name="activities_arrival_photos", condition=~Q(photos=[])),
        ]

    def __str__(self) -> str:
        return f"{self.heads:+} in {self.session_id}"
