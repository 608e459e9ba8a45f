"""Recordings of sessions that became records of the catalogue."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from wenmai.activities.models.sessions import Session
from wenmai.activities.rules.recordings import ADDRESS


class Recording(models.Model):
    """One recording of a session, and the record that was made of it. `file`: the hash of a stored object, or else
    `address`; `said`: the record as it was handed in last. What the public sees of it is the catalogue's to say."""

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="recordings", verbose_name=_("场次"))
    record = models.OneToOneField(
        "catalogue.Record", on_delete=models.PROTECT, related_name="+", verbose_name=_("目录记录")
    )
    file = models.CharField(_("文件的摘要"), max_length=64, default="", blank=True)
    address = models.CharField(_("网址"), max_length=ADDRESS, default="", blank=True)
    said = models.JSONField(_("交给目录的"))
    made_by = models.BigIntegerField(_("谁做的"), null=True)
    made_at = models.DateTimeField(_("做的时间"))
    taken_back_at = models.DateTimeField(_("收回的时间"), null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["session", "file", "address"], name="activities_recording_once"),
            models.CheckConstraint(
                condition=Q(file="", address__startswith="https://") | ~Q(file="") & Q(address=""),
                name="activities_recording_is_somewhere",
            ),
        ]

    def __str__(self) -> str:
        return str(self.said.get("title", self.pk))
