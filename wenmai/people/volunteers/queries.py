"""Volunteers as they see themselves, as their institution does, and as a third party with a code."""

import datetime as dt
from typing import NamedTuple

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum
from django.utils import timezone

from wenmai.institutions import queries as institutions
from wenmai.lib import masks, vault, waiting
from wenmai.lib.access import Actor, Reach, Scope
from wenmai.lib.waiting import Waits
from wenmai.people.models import Identity
from wenmai.people.queries import phone_of
from wenmai.people.volunteers.models import ServiceDispute, ServiceEntry, ServiceRecord, Volunteer
from wenmai.people.volunteers.rules import fold_code

CODE, NAME = "people.service_code", "people.service_name"
MOST = 200


class Checked(NamedTuple):
    """What a third party learns: no more than stands on the paper, and the name in part. `now_minutes`: what the ledger
    says today of the same days."""

    name: str
    organisation: str
    from_on: dt.date
    until_on: dt.date
    minutes: int
    now_minutes: int
    made_at: dt.datetime


def mine(user_id: int) -> list[Volunteer]:
    """One's own registrations, those that hold first."""
    rows = Volunteer.objects.filter(user_id=user_id).select_related("organisation").order_by("-asked_at", "-id")
    return sorted(rows, key=lambda one: one.state not in ("active", "waiting"))


def own(volunteer_id: int, user_id: int) -> Volunteer | None:
    rows = Volunteer.objects.filter(pk=volunteer_id, user_id=user_id).select_related("organisation", "user")
    return rows.first()


def volunteer(volunteer_id: int) -> Volunteer | None:
    return Volunteer.objects.filter(pk=volunteer_id).select_related("organisation", "user").first()


def entries(volunteer_id: int) -> "QuerySet[ServiceEntry]":
    """The ledger, the latest first, with what was said about it; for paging."""
    rows = ServiceEntry.objects.filter(volunteer_id=volunteer_id)
    return rows.select_related("dispute", "corrects", "taken_back", "entered_by").order_by("-on", "-id")


def entry(entry_id: int, volunteer_id: int) -> ServiceEntry | None:
    return ServiceEntry.objects.filter(pk=entry_id, volunteer_id=volunteer_id).first()


def reach(volunteer_id: int) -> Reach | None:
    found = Volunteer.objects.filter(pk=volunteer_id).values_list("organisation_id", flat=True).first()
    return institutions.reach(found) if found else None


def volunteers(scope: Scope, words: str, state: str, skill: str) -> "QuerySet[Volunteer]":
    """Of the scope's institutions, with `dispute_count`; those that wait for an answer first. For paging."""
    rows = Volunteer.objects.filter(organisation_id__in=institutions.ids_within(scope))
    if words:
        rows = rows.filter(Q(user__name__icontains=words) | Q(organisation__name__icontains=words))
    if state == "disputed":
        rows = rows.filter(Exists(ServiceDispute.objects.filter(entry__volunteer=OuterRef("pk"), state="open")))
    elif state in Volunteer.State.values:
        rows = rows.filter(state=state)
    if skill:
        rows = rows.filter(skills__contains=[skill])
    disputes = Count("entries__dispute", filter=Q(entries__dispute__state="open"))
    rows = rows.annotate(dispute_count=disputes, waits=Q(state="waiting"))
    return rows.select_related("organisation", "user").order_by("-waits", "-dispute_count", "-minutes_total", "id")


def asking(scope: Scope, actor: Actor) -> Waits:
    """Those that wait for their institution's answer; never one's own."""
    rows = Volunteer.objects.filter(organisation_id__in=institutions.ids_within(scope), state="waiting")
    return waiting.count(rows.exclude(user_id=actor.user_id or 0), "asked_at")


def disputed(scope: Scope, actor: Actor) -> Waits:
    """What volunteers say against entries, unanswered."""
    rows = ServiceDispute.objects.filter(
        entry__volunteer__organisation_id__in=institutions.ids_within(scope), state="open"
    )
    return waiting.count(rows.exclude(entry__volunteer__user_id=actor.user_id or 0), "said_at")


def total_minutes(rows: "QuerySet[Volunteer]") -> int:
    """Of a whole list, in one question."""
    return int(Volunteer.objects.filter(pk__in=rows.values("pk")).aggregate(all=Sum("minutes_total"))["all"] or 0)


def phone_for_staff(found: Volunteer) -> str:
    """Where its owner shares it, while they serve or ask to."""
    open_ = found.state in (Volunteer.State.WAITING, Volunteer.State.ACTIVE)
    return phone_of(found.user).removeprefix("+86") if found.user and found.shares_phone and open_ else ""


def days_of(volunteer_id: int) -> tuple[dt.date, dt.date] | None:
    """From the first day to the last on which something was served and not taken back."""
    rows = ServiceEntry.objects.filter(volunteer_id=volunteer_id, corrects=None, taken_back=None).order_by("on")
    days = list(rows.values_list("on", flat=True))
    return (days[0], days[-1]) if days else None


def real_name(user_id: int) -> str:
    """As the document has it; empty without one."""
    found = Identity.objects.filter(user_id=user_id).first()
    return vault.unseal(found.name_sealed, purpose="people.identity_name") if found else ""


def code_index(code: str) -> str:
    return vault.index(fold_code(code), purpose=CODE)


def check(code: str) -> Checked | None:
    """What a paper with this code says, and what the ledger says today."""
    found = ServiceRecord.objects.filter(code_index=code_index(code)).select_related("volunteer__organisation").first()
    if found is None:
        return None
    rows = ServiceEntry.objects.filter(
        volunteer_id=found.volunteer_id, on__range=(found.from_on, found.until_on), entered_at__lte=found.made_at
    )  # fmt: skip
    later = ServiceEntry.objects.filter(corrects__in=rows, entered_at__gt=found.made_at)
    now = sum(int(one.aggregate(all=Sum("minutes"))["all"] or 0) for one in (rows, later))
    name = masks.name(vault.unseal(found.name_sealed, purpose=NAME))
    return Checked(
        name, found.volunteer.organisation.name, found.from_on, found.until_on, found.minutes, now, found.made_at
    )  # fmt: skip


def is_between(found: Volunteer) -> tuple[dt.date, dt.date] | None:
    """The days for which service may be entered: from the term's first one to its last one or its end."""
    if found.from_on is None or found.until_on is None:
        return None
    last = min(found.until_on, timezone.localdate(found.ended_at)) if found.ended_at else found.until_on
    return found.from_on, last
