"""What is broadcast: for the public, while its machine is allowed; for staff, as it stands."""

from django.db.models import QuerySet

from wenmai.activities.models import Broadcast, LiveHost
from wenmai.activities.queries.public import HIDDEN
from wenmai.activities.rules.live import host_of


def broadcast(session_id: int) -> Broadcast | None:
    """Of a session that is on show, from a machine that is allowed."""
    rows = Broadcast.objects.select_related("session__activity__shown", "session__activity__organisation")
    rows = rows.filter(session__activity__shown__isnull=False).exclude(session__state__in=HIDDEN)
    found = rows.filter(session=session_id).first()
    return found if found is not None and LiveHost.objects.filter(host=host_of(found.address)).exists() else None


def broadcast_of(session_id: int) -> Broadcast | None:
    """Whatever stands there."""
    return Broadcast.objects.filter(session=session_id).first()


def broadcast_ids(session_ids: list[int]) -> set[int]:
    """Those of these sessions that the public may watch."""
    rows = Broadcast.objects.filter(session__in=session_ids).values_list("session_id", "address")
    hosts = {*LiveHost.objects.values_list("host", flat=True)} if rows else set()
    return {session_id for session_id, address in rows if host_of(address) in hosts}


def hosts() -> "QuerySet[LiveHost]":
    return LiveHost.objects.order_by("host")
