"""What is taken down."""

from typing import TYPE_CHECKING

from wenmai.institutions import queries as institutions
from wenmai.lib import waiting
from wenmai.lib.access import Actor, Reach, Scope
from wenmai.lib.waiting import Waits
from wenmai.review.models import TakeDown

if TYPE_CHECKING:
    from django.db.models import QuerySet


def taken_down(scope: Scope, *, past: bool = False) -> "QuerySet[TakeDown]":
    """Of the scope's institutions: what is down, or what was put back; the newest first."""
    rows = TakeDown.objects.filter(organisation_id__in=institutions.ids_within(scope), restored_at__isnull=not past)
    return rows.select_related("organisation").order_by("-id")


def proposed_head(scope: Scope, actor: Actor) -> Waits:
    """How many wait for a second person, and since when."""
    rows = taken_down(scope).filter(proposed_at__isnull=False).exclude(proposed_by=actor.user_id)
    return waiting.count(rows, "proposed_at")


def down(down_id: int) -> TakeDown | None:
    return TakeDown.objects.filter(pk=down_id).first()


def down_reach(down_id: int) -> Reach | None:
    found = TakeDown.objects.filter(pk=down_id).values_list("organisation_id", flat=True).first()
    return institutions.reach(found) if found else None


def is_down(kind: str, key: str) -> bool:
    return TakeDown.objects.filter(kind=kind, key=key, restored_at=None).exists()
