"""Stored objects that activities need, and to whom they are shown."""

import datetime as dt
from collections.abc import Sequence

from django.db.models import F, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from wenmai.activities.models import Activity, Arrival, Edition
from wenmai.files import queries as files
from wenmai.institutions import queries as institutions
from wenmai.lib.access import Actor, Scope
from wenmai.lib.evidence import MOST, Piece

VIEW = "activities.view"


def claims_files(ids: Sequence[int]) -> set[int]:
    """Those of all editions: what was once approved can be shown again."""
    rows = Edition.objects.filter(Q(cover__in=ids) | Q(safety_file__in=ids)).values_list("cover_id", "safety_file_id")
    kept = {number for row in rows for number in row if number is not None} & {*ids}
    by_hash = {one.hash: number for number, one in files.objects_by_id(ids).items()}
    counted = _counted().filter(photos__overlap=[*by_hash]).values_list("photos", flat=True)
    return kept | {by_hash[hash] for photos in counted for hash in photos if hash in by_hash}


def _counted() -> "QuerySet[Arrival]":
    """As the index has them."""
    return Arrival.objects.exclude(photos=[])


def pieces(scope: Scope, first: dt.datetime, after: dt.datetime, organisation_id: int | None) -> list[Piece]:
    """For the desk's locker: counts of heads that were photographed."""
    rows = _counted().filter(at__gte=first, at__lt=after)
    if not scope.everywhere:
        rows = rows.filter(session__activity__organisation__in=institutions.ids_within(scope))
    if organisation_id is not None:
        rows = rows.filter(session__activity__organisation=organisation_id)
    rows = rows.select_related("session__activity__latest").order_by("-at", "-pk")
    return [
        Piece(
            one.at, _("数人头"),
            f"{one.session.activity} {timezone.localtime(one.session.begins_at):%Y-%m-%d %H:%M}",
            "：".join(part for part in (_("%(n)s 人") % {"n": f"{one.heads:+}"}, one.words) if part), list(one.photos),
            reverse("desk:activities:session", args=[one.session_id]), one.session.activity.organisation_id, one.by,
        )
        for one in rows[:MOST]
    ]  # fmt: skip


def shows_file(hash: str, actor: Actor) -> bool:
    """Covers of what is on show to everybody; all of them, and safety plans, to staff and reviewers of the house;
    photos of counts to its staff."""
    if Activity.objects.filter(shown__cover__hash=hash).exists():
        return True
    if not actor.is_staff:
        return False
    rows = Edition.objects.filter(Q(cover__hash=hash) | Q(safety_file__hash=hash))
    of = list(rows.order_by().values_list(F("activity__organisation_id"), flat=True).distinct()[:50])
    reaches = institutions.reaches(of).values()
    if any(actor.may(permission, reach) for reach in reaches for permission in (VIEW, "review.view")):
        return True
    counted = _counted().filter(photos__contains=[hash]).order_by()
    houses = [*counted.values_list("session__activity__organisation_id", flat=True).distinct()[:50]]
    return any(actor.may(VIEW, reach) for reach in institutions.reaches(houses).values())
