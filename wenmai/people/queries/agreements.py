"""Whose cards are recognised where."""

import datetime as dt
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet
from django.utils import timezone

from wenmai.institutions import queries as institutions
from wenmai.lib import clock
from wenmai.lib.access import Scope
from wenmai.people.models.agreements import SERVICES, Agreement
from wenmai.people.models.cards import ReaderCard
from wenmai.people.recognition import queries as recognition
from wenmai.people.rules.cards import GATES_OPEN
from wenmai.people.rules.passes import DOCUMENT


class Place(NamedTuple):
    """Where a card may be shown: the institution's code and name, and whether its number is said there."""

    code: str
    name: str
    says_number: bool


def agreement(agreement_id: int) -> Agreement | None:
    return Agreement.objects.select_related("giver", "host", "offered_by").filter(pk=agreement_id).first()


def agreements(scope: Scope) -> "QuerySet[Agreement]":
    """Those that one side of lies in the scope, the newest first; for paging."""
    mine = institutions.ids_within(scope)
    rows = Agreement.objects.filter(Q(giver_id__in=mine) | Q(host_id__in=mine))
    return rows.select_related("giver", "host").order_by("-id")


def state(row: Agreement, today: dt.date) -> str:
    """offered, coming, in_force, over, ended."""
    if row.ended_at:
        return "ended"
    if row.until_on < today:
        return "over"
    if row.accepted_at is None:
        return "offered"
    return "coming" if today < row.from_on else "in_force"


def service_words(row: Agreement) -> list[str]:
    return [str(words) for code, words in SERVICES if code in row.services]


def places(card: ReaderCard, today: dt.date) -> list[Place]:
    """Where this card may be shown today beside its own library, here and at other nodes."""
    rows = Agreement.objects.filter(
        giver_id=card.system.organisation_id, accepted_at__isnull=False, ended_at=None, from_on__lte=today,
        until_on__gte=today, host__closed_on=None,
    )  # fmt: skip
    here = [Place(*row) for row in rows.order_by("host__name").values_list("host__code", "host__name", "says_number")]
    return [*here, *(Place(*one) for one in recognition.places(card.system.organisation_id, today))]


def card_opens(user_id: int, organisation_id: int, service: str, now: dt.datetime) -> bool:
    """Whether somebody has a good card by which this institution serves them: of its own, of the head library that it
    is a branch of, or recognised there for that service. `service`: a code of `SERVICES`."""
    found, today = institutions.organisation(organisation_id), timezone.localdate(now)
    if found is None:
        return False
    line = [int(one) for one in found.professional_path.split("/") if one]
    agreed = Agreement.objects.filter(
        host_id__in=line, accepted_at__isnull=False, ended_at=None, from_on__lte=today, until_on__gte=today,
        services__contains=[service],
    )  # fmt: skip
    good = ReaderCard.objects.filter(user_id=user_id, standing__in=GATES_OPEN)
    good = good.filter(Q(valid_until=None) | Q(valid_until__gte=today))
    if good.filter(
        Q(system__organisation_id__in=line) | Q(system__organisation_id__in=agreed.values("giver"))
    ).exists():
        return True
    return any(recognition.opens(user_id, organisation_id=one, service=service, now=now) for one in line)


def for_gates(now: dt.datetime) -> list[dict[str, Any]]:
    """As the document of keys has them: those in force, and those that will be while a box may go by it."""
    today = timezone.localdate(now)
    rows = Agreement.objects.filter(
        accepted_at__isnull=False, ended_at=None, until_on__gte=today, from_on__lte=today + DOCUMENT
    ).order_by("id")
    return [
        {
            "from": giver, "to": host, "since": _midnight(from_on), "until": _midnight(until_on + dt.timedelta(days=1)),
            "services": services,
        }
        for giver, host, from_on, until_on, services in rows.values_list(
            "giver__code", "host__code", "from_on", "until_on", "services"
        )
    ]  # fmt: skip


def _midnight(day: dt.date) -> int:
    return int(clock.midnight(day).timestamp())
