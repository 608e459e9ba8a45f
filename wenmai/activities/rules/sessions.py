"""When a session is, when it may be enrolled for, and how many places it has."""

import datetime as dt
from typing import NamedTuple

from wenmai.activities.rules.states import State
from wenmai.lib.refusal import Refused

CHECK_MINUTES = 60
"""So long before the beginning the doors count (handbook §4.4; ours, no norm)."""
MOST_SESSIONS, MOST_PLACES, MOST_AHEAD_DAYS = 60, 100_000, 366
LONGEST = dt.timedelta(days=31)
SHARES = ("open", "group", "elder", "door")
"""Parts of the places: for everybody, for groups, for the elderly, kept for the door."""


class Plan(NamedTuple):
    """`enrol_from` and `enrol_until`: none where nobody enrols. `places`: share -> how many, none where all come."""

    begins_at: dt.datetime
    ends_at: dt.datetime
    enrol_from: dt.datetime | None
    enrol_until: dt.datetime | None
    check_from: dt.datetime
    check_until: dt.datetime
    places: dict[str, int]


def checked_plan(plan: Plan, *, enrols: bool, now: dt.datetime) -> Plan:
    """Refused: time_odd, time_past, enrol_odd, check_odd, places_odd."""
    if not plan.begins_at < plan.ends_at <= plan.begins_at + LONGEST:
        raise Refused("time_odd")
    if plan.begins_at <= now or plan.begins_at > now + dt.timedelta(days=MOST_AHEAD_DAYS):
        raise Refused("time_past", str(MOST_AHEAD_DAYS))
    if not plan.check_from <= plan.begins_at or not plan.check_from < plan.check_until <= plan.ends_at:
        raise Refused("check_odd")
    if not enrols:
        return plan._replace(enrol_from=None, enrol_until=None, places={})
    if plan.enrol_from is None or plan.enrol_until is None or not plan.enrol_from < plan.enrol_until <= plan.ends_at:
        raise Refused("enrol_odd")
    if not sum(plan.places.values()) or any(
        name not in SHARES or not 0 <= number <= MOST_PLACES for name, number in plan.places.items()
    ):
        raise Refused("places_odd")
    return plan


def enrolment_is_open(
    state: str, enrol_from: dt.datetime | None, enrol_until: dt.datetime | None, now: dt.datetime
) -> bool:
    """By its moments: a state that a job has still to write down shuts nobody out and lets nobody in."""
    if state not in (State.PUBLISHED, State.ENROLLING, State.CLOSED, State.ONGOING):
        return False
    return enrol_from is not None and enrol_until is not None and enrol_from <= now < enrol_until
