"""Who takes part: a session's list for staff, and one's own."""

import datetime as dt
from typing import NamedTuple

from django.db.models import Q, QuerySet
from django.urls import reverse

from wenmai.activities.models import Attendee, Enrolment, Session, Standing
from wenmai.activities.rules import State
from wenmai.booking import queries as booking
from wenmai.lib.mine import MOST, Coming


class Mine(NamedTuple):
    """One of my enrolments. `ahead`: parties before me in line; `until`: how long an offer is kept."""

    enrolment: Enrolment
    title: str
    place: str
    people: list[str]
    ahead: int | None
    until: dt.datetime | None
    may_leave: bool


def enrolments(session_id: int, standing: str = "") -> "QuerySet[Enrolment]":
    """In the order in which they came; without a standing those that count."""
    rows = Enrolment.objects.filter(session_id=session_id).prefetch_related("people__person").order_by("pk")
    return rows.filter(standing=standing) if standing in Standing.values else rows.filter(ended_at=None)


def people_in(rows: "QuerySet[Enrolment]") -> int:
    """How many different people these enrolments name."""
    return Attendee.objects.filter(enrolment__in=rows.order_by().values("pk")).values("person").distinct().count()


def enrolment(enrolment_id: int, user_id: int) -> Enrolment | None:
    """If it is theirs: they booked it, or they are in it."""
    found = Q(booked_by=user_id) | Q(people__person=user_id)
    return Enrolment.objects.filter(found, pk=enrolment_id).distinct().first()


def _told() -> "QuerySet[Enrolment]":
    rows = Enrolment.objects.select_related("session__activity__shown", "session__activity__latest", "group")
    return rows.prefetch_related("people__person")


def of_anybody(enrolment_id: int) -> "QuerySet[Enrolment]":
    """For whoever has proved by a link that they may see it."""
    return _told().filter(pk=enrolment_id)


def mine(
    user_id: int, now: dt.datetime, *, past: bool = False, enrolment_id: int | None = None
) -> "QuerySet[Enrolment]":
    """What I booked or take part in: what is to come, the next first, or what has been."""
    numbers = Attendee.objects.filter(person=user_id).values("enrolment")
    rows = _told().filter(Q(booked_by=user_id) | Q(pk__in=numbers))
    if enrolment_id is not None:
        return rows.filter(pk=enrolment_id)
    if past:
        return rows.filter(Q(session__ends_at__lte=now) | Q(ended_at__isnull=False)).order_by(
            "-session__begins_at", "-pk"
        )
    return rows.filter(session__ends_at__gt=now, ended_at=None).order_by("session__begins_at", "pk")


def coming(user_id: int, now: dt.datetime) -> list[Coming]:
    """For "my page": what has been called off is told there, too."""
    tones = {Standing.CONFIRMED: "good", Standing.OFFERED: "warn"}
    found = []
    for one in lines(list(mine(user_id, now)[:MOST]), now):
        session, standing = one.enrolment.session, Standing(one.enrolment.standing)
        off = session.state in (State.CANCELLED, State.POSTPONED)
        state = session.get_state_display() if off else one.enrolment.get_standing_display()
        found.append(
            Coming(
                one.title, reverse("my_activities:enrolment", args=[one.enrolment.pk]), session.begins_at, one.place,
                str(state), "warn" if off else tones.get(standing, ""), standing == Standing.CONFIRMED and not off,
            )
        )  # fmt: skip
    return found


def lines(rows: "list[Enrolment]", now: dt.datetime) -> list[Mine]:
    """With where each stands in line."""
    ahead = booking.ahead_of([one.wait_id for one in rows if one.wait_id is not None])
    until = booking.held_until([one.claim_id for one in rows if one.claim_id is not None])
    return [_line(one, ahead, until, now) for one in rows]


def _line(one: Enrolment, ahead: dict[int, int], until: dict[int, dt.datetime], now: dt.datetime) -> Mine:
    session: Session = one.session
    edition = session.activity.shown or session.activity.latest
    assert edition is not None, "made with its first edition"
    names = [person.person.name if person.person else "—" for person in one.people.all()]
    if one.group_id is not None and one.group is not None:
        names = [f"{one.group.name} ×{one.count}"]
    off = session.state in (State.CANCELLED,)
    return Mine(
        one, edition.title, edition.place, names,
        ahead.get(one.wait_id or 0) if one.standing == Standing.WAITLISTED else None,
        until.get(one.claim_id or 0) if one.standing == Standing.OFFERED else None,
        one.ended_at is None and session.begins_at > now and not off,
    )  # fmt: skip
