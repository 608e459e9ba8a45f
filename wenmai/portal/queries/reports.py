"""Reads of the portal's own table: the reports."""

import datetime as dt
from collections.abc import Iterable

from django.db.models import Count, Q, QuerySet

from wenmai.catalogue import queries as catalogue
from wenmai.institutions import queries as institutions
from wenmai.lib import masks, vault, waiting
from wenmai.lib.access import Actor, Reach, Scope
from wenmai.lib.waiting import Waits
from wenmai.portal import rules
from wenmai.portal.models import Report


def sent_within_the_hour(client: str, now: dt.datetime) -> tuple[int, int]:
    """How many reports this client, and everybody, sent in the last 60 minutes."""
    found = Report.objects.filter(created_at__gt=now - dt.timedelta(hours=1)).aggregate(
        by_client=Count("pk", filter=Q(client=client)), by_node=Count("pk")
    )
    return found["by_client"], found["by_node"]


def reports(status: str, scope: Scope) -> QuerySet[Report]:
    """Newest first: about pages of the organisations in the scope; the node's own only for whoever has all of it."""
    found = Report.objects.filter(status=status).order_by("-created_at", "-pk")
    return found if scope.everywhere else found.filter(organisation_id__in=institutions.ids_within(scope))


def reach_of(report_id: int) -> Reach | None:
    """Where a report lies: at the organisation whose page it is about, else at the node as a whole."""
    found = Report.objects.filter(pk=report_id).values_list("organisation_id", flat=True)
    if not found:
        return None
    return institutions.reach(found[0]) if found[0] is not None else Reach("", "")


def contact_of(report_id: int) -> str:
    """Whole; empty where none was left, its time is over or its key is gone."""
    found = Report.objects.filter(pk=report_id).first()
    return _contact(found) if found else ""


def with_contacts(page: Iterable[Report]) -> list[tuple[Report, str]]:
    """Each with its contact, masked; empty where there is none."""
    return [(one, masks.contact(_contact(one))) for one in page]


def _contact(one: Report) -> str:
    if not one.contact_sealed:
        return ""
    try:
        return vault.unseal(one.contact_sealed, purpose=rules.CONTACT)
    except vault.Unreadable:
        return ""


def organisation_of(subject_kind: str, subject_key: str) -> int | None:
    """The organisation that a page belongs to; None when it is the node's own."""
    if not subject_key.isascii() or not subject_key.isdigit() or len(subject_key) > 18:
        return None
    if subject_kind == "record":
        return catalogue.organisation_of(int(subject_key))
    if subject_kind == "institution" and institutions.organisation(int(subject_key)):
        return int(subject_key)
    return None


def open_reports(scope: Scope, _actor: Actor) -> Waits:
    return waiting.count(reports(Report.Status.OPEN, scope), "created_at")


def open_report_count() -> int:
    return Report.objects.filter(status=Report.Status.OPEN).count()
