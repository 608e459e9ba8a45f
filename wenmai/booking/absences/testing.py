"""Absences for other tests."""

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from wenmai.booking.absences import services
from wenmai.booking.absences.models import Absence
from wenmai.institutions import services as institutions
from wenmai.institutions.testing import make_organisation
from wenmai.lib import clock
from wenmai.lib.access import SYSTEM, Actor

if TYPE_CHECKING:
    from wenmai.people.models import User


def make_absence(person: "User", key: str = "1", *, now: dt.datetime, **more: Any) -> Absence:
    """Somebody did not come today, unless `on` says when."""
    organisation_id = more.pop("organisation_id", None) or make_organisation().pk
    who = services.Who(
        person.pk, "test", key, more.pop("title", "周末讲座"), more.pop("on", None) or timezone.localdate(now)
    )
    actor = more.pop("actor", SYSTEM)
    (made,) = services.missed(organisation_id=organisation_id, who=[who], actor=actor, now=now)
    return made


def set_rule(organisation_id: int, **numbers: int) -> None:
    said = {f"absences.{name}": number for name, number in numbers.items()}
    institutions.set_settings(
        organisation_id=organisation_id, group="absences", said=said, actor=SYSTEM, now=clock.now()
    )


def leave_behind(person: "User", mark: str, now: dt.datetime) -> list[str]:
    """One that led to a pause, and both were taken back after an appeal."""
    where = make_organisation().pk
    set_rule(where, missed_count=1)
    made = make_absence(
        person, key=mark.lower(), now=now, title=mark.lower(), organisation_id=where, actor=Actor(900_002, "")
    )
    services.appeal(absence_id=made.pk, words=f"{mark}申诉", actor=Actor(person.pk, ""), now=now)
    services.decide(absence_id=made.pk, grants=True, answer=f"{mark}准了", actor=Actor(900_001, ""), now=now)
    return [f"{mark}申诉", f"{mark}准了"]
