"""Sessions that are broadcast, and the machines that may serve them."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from wenmai.activities.models.sessions import Session
from wenmai.activities.rules.live import CAPTIONS, LONGEST, Signal


class LiveHost(models.Model):
    """A machine whose broadcasts pages may show."""

    host = models.CharField(_("主机"), max_length=120, unique=True)
    added_by = models.BigIntegerField(_("谁加的"), null=True)
    added_by_name = models.CharField(_("加的人"), max_length=100, default="", blank=True)
    added_at = models.DateTimeField(_("加的时间"))

    def __str__(self) -> str:
        return self.host


class Broadcast(models.Model):
    """Of one session. `captions`: which there are, in words; `signal`: what its address said at `checked_at`."""

    session = models.OneToOneField(Session, on_delete=models.CASCADE, related_name="broadcast", verbose_name=_("场次"))
    address = models.CharField(_("直播地址"), max_length=LONGEST)
    captions = models.CharField(_("字幕"), max_length=CAPTIONS, default="", blank=True)
    signal = models.CharField(_("信号"), max_length=8, choices=Signal, default=Signal.UNKNOWN)
    failure = models.CharField(_("为什么取不到"), max_length=40, default="", blank=True)
    checked_at = models.DateTimeField(_("查的时间"), null=True)
    said_by = models.BigIntegerField(_("谁写的"), null=True)
    said_at = models.DateTimeField(_("写的时间"))

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(address__startswith="https://"), name="activities_broadcast_is_https"),
            models.CheckConstraint(
                condition=Q(signal="unknown", checked_at=None) | ~Q(signal="unknown") & Q(checked_at__isnull=False),
                name="activities_broadcast_was_asked",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.session_id} {self.signal}"
