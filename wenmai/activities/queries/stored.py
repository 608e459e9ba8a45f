"""Stored objects that activities need, and to whom they are shown."""

from collections.abc import Sequence

from django.db.models import F, Q

from wenmai.activities.models import Activity, Edition
from wenmai.institutions import queries as institutions
from wenmai.lib.access import Actor

VIEW = "activities.view"


def claims_files(ids: Sequence[int]) -> set[int]:
    """Those of all editions: what was once approved can be shown again."""
    rows = Edition.objects.filter(Q(cover__in=ids) | Q(safety_file__in=ids)).values_list("cover_id", "safety_file_id")
    return {number for row in rows for number in row if number is not None} & {*ids}


def shows_file(hash: str, actor: Actor) -> bool:
    """Covers of what is on show to everybody; all of them, and safety plans, to staff and reviewers of the house."""
    if Activity.objects.filter(shown__cover__hash=hash).exists():
        return True
    if not actor.is_staff:
        return False
    rows = Edition.objects.filter(Q(cover__hash=hash) | Q(safety_file__hash=hash))
    of = list(rows.order_by().values_list(F("activity__organisation_id"), flat=True).distinct()[:50])
    reaches = institutions.reaches(of).values()
    return any(actor.may(permission, reach) for reach in reaches for permission in (VIEW, "review.view"))
