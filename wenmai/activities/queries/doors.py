"""The door: which sessions are on, who is expected, how many are inside."""

import datetime as dt
from typing import NamedTuple

from django.db.models import Q, QuerySet, Sum
from django.urls import reverse

from wenmai.activities.models import Arrival, Enrolment, Session, Standing
from wenmai.activities.rules import State
from wenmai.activities.rules.sessions import LONGEST
from wenmai.activities.rules.tickets import TICKETS, ticket_token
from wenmai.institutions import queries as institutions
from wenmai.lib import vault
from wenmai.lib.access import Scope
from wenmai.lib.agenda import MOST, Happening
from wenmai.people import queries as people

AHEAD = dt.timedelta(hours=24)
MOST_FOUND, MOST_READ = 20, 500
OPEN = (State.PUBLISHED, State.ENROLLING, State.CLOSED, State.ONGOING)


class Count(NamedTuple):
    """`expected` people who have a place, `came` with one, `counted` without, `inside` now."""

    expected: int
    came: int
    counted: int
    inside: int


def ticket_of(enrolment_id: int) -> str:
    return ticket_token(vault.secret_of(TICKETS), enrolment_id)


def is_ticket_good(one: Enrolment) -> bool:
    """Until all of the party are there."""
    if one.standing == Standing.CHECKED_IN:
        return not Arrival.objects.filter(enrolment=one, heads__gte=one.count).exists()
    return one.standing == Standing.CONFIRMED


def doors(scope: Scope, now: dt.datetime) -> "QuerySet[Session]":
    """Sessions at whose door somebody may stand now or within a day."""
    rows = Session.objects.filter(check_until__gt=now, check_from__lt=now + AHEAD, state__in=OPEN)
    if not scope.everywhere:
        rows = rows.filter(activity__organisation__in=institutions.ids_within(scope))
    return rows.select_related("activity__latest", "activity__organisation").order_by("begins_at", "pk")


def happenings(scope: Scope, first: dt.datetime, after: dt.datetime, organisation_id: int | None) -> list[Happening]:
    """For the desk's board: sessions that were published, with how many are expected."""
    rows = Session.objects.filter(begins_at__lt=after, ends_at__gt=first, begins_at__gt=first - LONGEST)
    rows = rows.exclude(state__in=(State.DRAFT, State.REVIEW))
    if not scope.everywhere:
        rows = rows.filter(activity__organisation__in=institutions.ids_within(scope))
    if organisation_id is not None:
        rows = rows.filter(activity__organisation=organisation_id)
    here = Q(enrolments__standing__in=[Standing.CONFIRMED, Standing.CHECKED_IN])
    rows = rows.annotate(heads=Sum("enrolments__count", filter=here, default=0))
    rows = rows.select_related("activity__shown", "activity__latest").order_by("begins_at", "pk")
    return [_happening(one) for one in rows[:MOST]]


def _happening(one: Session) -> Happening:
    edition = one.activity.shown or one.activity.latest
    assert edition is not None, "made with its first edition"
    off, door = one.state in (State.CANCELLED, State.POSTPONED), reverse("desk:activities:door", args=[one.pk])
    return Happening(
        one.begins_at, one.ends_at, edition.title, edition.place, door, one.activity.organisation_id,
        str(one.get_state_display()), "warn" if off else "", door if one.state in OPEN else "",
        vars(one)["heads"] if edition.enrols else None, (f"stay:{one.stay_id}",),
    )  # fmt: skip


def count_of(session_id: int) -> Count:
    here = Q(standing__in=[Standing.CONFIRMED, Standing.CHECKED_IN])
    expected = Enrolment.objects.filter(here, session=session_id).aggregate(total=Sum("count"))["total"] or 0
    rows = Arrival.objects.filter(session=session_id)
    came = rows.filter(enrolment__isnull=False).aggregate(total=Sum("heads"))["total"] or 0
    counted = rows.filter(enrolment=None, heads__gt=0).aggregate(total=Sum("heads"))["total"] or 0
    left = rows.filter(heads__lt=0).aggregate(total=Sum("heads"))["total"] or 0
    return Count(expected, came, counted, max(came + counted + left, 0))


def expected(session_id: int, words: str) -> list[Enrolment]:
    """Who is meant by a name, or by the last four digits of the telephone of whoever booked."""
    rows = Enrolment.objects.filter(session=session_id, standing__in=[Standing.CONFIRMED, Standing.CHECKED_IN])
    rows = rows.select_related("booked_by", "group", "arrival").prefetch_related("people__person").order_by("pk")
    if words.isascii() and words.isdigit() and len(words) == 4:
        near = rows.filter(booked_by__isnull=False)[:MOST_READ]
        return [one for one in near if one.booked_by and people.phone_of(one.booked_by).endswith(words)][:MOST_FOUND]
    if len(words) < 2:
        return []
    named = Q(people__person__name__icontains=words) | Q(group__name__icontains=words)
    return list(rows.filter(named).distinct()[:MOST_FOUND])
