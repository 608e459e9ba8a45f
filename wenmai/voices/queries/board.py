"""The public board: what the review has passed of needs and answers, and the numbers over it."""

import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple

from django.db.models import Count, Q, QuerySet

from wenmai.institutions import queries as institutions
from wenmai.standards import queries as standards
from wenmai.voices.models import Need
from wenmai.voices.queries.needs import supporters
from wenmai.voices.queries.reviewing import face_of
from wenmai.voices.rules.needs import Face
from wenmai.voices.rules.steps import Step

STATES = {
    "open": Q(step__in=[Step.MERGED, Step.ASSESSING]), "taken": Q(outcome__in=["adopted", "partial"]),
    "declined": Q(outcome="declined"), "answered": Q(step__in=[Step.ANSWERED, Step.CLOSED]),
}  # fmt: skip
YEAR = dt.timedelta(days=365)
MOST_REGIONS = 200


class Card(NamedTuple):
    """One need in public. `people`: who needs it."""

    need: Need
    face: Face
    kind: str
    people: int


class Counts(NamedTuple):
    """Of a year's needs: how many were decided, of these adopted wholly or in part; how many were answered, of these
    in time."""

    decided: int
    adopted: int
    answered: int
    in_time: int

    @property
    def adoption(self) -> float | None:
        """Per cent."""
        return self.adopted / self.decided * 100 if self.decided else None

    @property
    def punctuality(self) -> float | None:
        """Per cent."""
        return self.in_time / self.answered * 100 if self.answered else None


def shown() -> "QuerySet[Need]":
    rows = Need.objects.filter(shown__isnull=False, is_down=False, head=None)
    return rows.select_related("organisation__place")


def on_board(
    *, region: str = "", organisation_id: int | None = None, state: str = "", kind: str = ""
) -> "QuerySet[Need]":
    """`region`: a place's prefix. What moved last comes first; the index gives pages by key."""
    rows = shown()
    if region:
        rows = rows.filter(organisation__place__prefix__startswith=region)
    if organisation_id is not None:
        rows = rows.filter(organisation=organisation_id)
    if kind:
        rows = rows.filter(kind=kind)
    if state in STATES:
        rows = rows.filter(STATES[state])
    return rows.order_by("-moved_at", "-pk")


def regions() -> list[tuple[str, str]]:
    """Code and name of the places whose institutions have something on the board."""
    there = shown().order_by().values_list("organisation", flat=True).distinct()
    found = {one.place_code: one.place_name for one in institutions.organisations(there).values()}
    return sorted(found.items())[:MOST_REGIONS]


def behind(rows: "QuerySet[Need]", moved_at: dt.datetime, number: int) -> "QuerySet[Need]":
    """What comes after this one on the board."""
    return rows.filter(Q(moved_at__lt=moved_at) | Q(moved_at=moved_at, pk__lt=number))


def cards(rows: Sequence[Need]) -> list[Card]:
    counted, kinds = supporters([one.pk for one in rows]), standards.vocabulary("need_kind")
    return [
        Card(one, face_of(one, shown=True), str(kinds.label(one.kind)), counted.get(one.pk, 0)) for one in rows
    ]  # fmt: skip


def counts(*, region: str = "", organisation_id: int | None = None, now: dt.datetime) -> Counts:
    """Of all needs of the last 365 days, whether they are on the board or not; joined ones count with their head."""
    rows = Need.objects.filter(made_at__gt=now - YEAR, head=None)
    if region:
        rows = rows.filter(organisation__place__prefix__startswith=region)
    if organisation_id is not None:
        rows = rows.filter(organisation=organisation_id)
    found = rows.aggregate(
        decided=Count("pk", filter=~Q(outcome="")), adopted=Count("pk", filter=Q(outcome__in=["adopted", "partial"])),
        answered=Count("pk", filter=Q(answered_at__isnull=False)), in_time=Count("pk", filter=Q(answered_in_time=True)),
    )  # fmt: skip
    return Counts(**found)
