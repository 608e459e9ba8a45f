"""Reading how long a child has been here today."""

import datetime as dt

from django.utils import timezone

from wenmai.people.families import limits, rules
from wenmai.people.families.limits import Limits, Standing
from wenmai.people.families.models import ChildDay, ChildLimit
from wenmai.people.families.queries import ChildView


def limits_of(child: ChildView, now: dt.datetime) -> tuple[Limits, bool]:
    """What holds for it, and whether a guardian has set that."""
    found = ChildLimit.objects.filter(child_id=child.id).first()
    if found is None:
        return limits.default(rules.age_on(child.born, timezone.localdate(now))), False
    return Limits(found.week, found.weekend, found.off_from, found.off_until), True


def day_of(child_id: int, now: dt.datetime) -> ChildDay | None:
    return ChildDay.objects.filter(child_id=child_id, day=timezone.localdate(now)).first()


def standing(child: ChildView, now: dt.datetime, day: ChildDay | None = None) -> Standing:
    day = day or day_of(child.id, now)
    held, _set = limits_of(child, now)
    used, extra = (day.seconds, day.extra_minutes) if day else (0, 0)
    return limits.standing(held, used, extra, timezone.localtime(now))
