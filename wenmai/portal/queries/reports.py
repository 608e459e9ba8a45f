"""Reads of the portal's own table: the reports."""

import datetime as dt

from django.db.models import Count, Q, QuerySet

from wenmai.portal.models import Report


def sent_within_the_hour(client: str, now: dt.datetime) -> tuple[int, int]:
    """How many reports this client, and everybody, sent in the last 60 minutes."""
    found = Report.objects.filter(created_at__gt=now - dt.timedelta(hours=1)).aggregate(
        by_client=Count("pk", filter=Q(client=client)), by_node=Count("pk")
    )
    return found["by_client"], found["by_node"]


def reports(status: str) -> QuerySet[Report]:
    """Newest first."""
    return Report.objects.filter(status=status).order_by("-created_at", "-pk")


def open_report_count() -> int:
    return Report.objects.filter(status=Report.Status.OPEN).count()
