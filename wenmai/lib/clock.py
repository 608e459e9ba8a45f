"""The time. One place to ask, so that a test can say what time it is."""

import datetime as dt

from django.utils import timezone


def now() -> dt.datetime:
    return timezone.now()
