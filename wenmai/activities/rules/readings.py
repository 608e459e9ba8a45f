"""Calendars of others that are read again: how often, when next, and what a reading came to."""

import datetime as dt

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

EVERY = {6: _("每 6 小时"), 24: _("每天"), 168: _("每周")}
"""Hours. Ours: nobody's server minds four questions a day."""
LONGEST_PAUSE, WHOLE_AGAIN = dt.timedelta(days=7), dt.timedelta(days=7)
"""So far apart are questions to a server that fails; so long it is asked only for what changed: a calendar that stays
as it is brings new times all the same, as its rules go on."""
KEPT = 50
"""Readings of one source that are kept. Ours."""


class Outcome(TextChoices):
    SAME = "same", _("没有变")
    NEWS = "news", _("有变化，等人看")
    FAILED = "failed", _("没有读成")


def next_at(every_hours: int, failures: int, asked_s: float | None, now: dt.datetime) -> dt.datetime:
    """Twice as long after each failure, and no sooner than the server asked for."""
    pause = dt.timedelta(hours=every_hours << min(failures, 6))
    return now + min(max(pause, dt.timedelta(seconds=asked_s or 0)), LONGEST_PAUSE)
