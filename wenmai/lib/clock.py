"""The time. One place to ask, so that a test can say what time it is."""

import datetime as dt

from django.utils import timezone


def now() -> dt.datetime:
    return timezone.now()


def midnight(day: dt.date) -> dt.datetime:
    """The beginning of a day where the node stands."""
    return dt.datetime.combine(day, dt.time(), tzinfo=timezone.get_default_timezone())
