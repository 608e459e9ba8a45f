"""Private calendars: the address under which one's own activities can be subscribed to."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class CalendarKey(models.Model):
    """Of one account; its address is derived from its number and stands nowhere. `reads` in the hour of `read_at`."""

    user = models.OneToOneField("people.User", on_delete=models.CASCADE, related_name="+", verbose_name=_("谁的"))
    made_at = models.DateTimeField(_("建立时间"))
    read_at = models.DateTimeField(_("最近读的那个小时"), null=True)
    reads = models.PositiveIntegerField(_("那个小时读了几次"), default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(read_at=None, reads=0) | Q(read_at__isnull=False, reads__gt=0),
                name="activities_calendar_reads",
            )
        ]

    def __str__(self) -> str:
        return str(self.user_id)
