"""What tests of other modules need: somebody who serves at an institution."""

import datetime as dt

from django.utils import timezone

from wenmai.lib import clock
from wenmai.lib.access import SYSTEM, Actor
from wenmai.people.models import User
from wenmai.people.volunteers import services
from wenmai.people.volunteers.models import ServiceEntry, Volunteer


def make_volunteer(user: User, organisation_id: int, *, is_accepted: bool = True) -> Volunteer:
    """`user` has shown a document (groups.testing.make_real)."""
    now = clock.now()
    made = services.register(
        organisation_id=organisation_id, skills=["guiding"], times=["weekend"], note="", shares_phone=False,
        actor=Actor(user.pk, user.name), now=now,
    )  # fmt: skip
    if is_accepted:
        until = timezone.localdate(now + dt.timedelta(days=300))
        services.accept(volunteer_id=made.pk, until_on=until, actor=SYSTEM, now=now - dt.timedelta(days=30))
    return made


def make_service(volunteer: Volunteer, minutes: int = 90, days_ago: int = 0) -> ServiceEntry:
    now = clock.now()
    on = timezone.localdate(now - dt.timedelta(days=days_ago))
    return services.enter_service(
        volunteer_id=volunteer.pk, on=on, minutes=minutes, service="讲解", actor=SYSTEM, now=now
    )  # fmt: skip
