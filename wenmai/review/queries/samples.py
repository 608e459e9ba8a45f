"""Sampling inspections: what there is to draw from, and how each one stands."""

import datetime as dt
from typing import TYPE_CHECKING, NamedTuple

from django.db.models import Count, Q

from wenmai.institutions import queries as institutions
from wenmai.lib import clock, waiting
from wenmai.lib.access import Actor, Reach, Scope
from wenmai.lib.waiting import Waits
from wenmai.review.models import Case, Finding, Sample, SampleItem
from wenmai.review.rules import sampling

if TYPE_CHECKING:
    from django.db.models import QuerySet


FAULTS = (Finding.MEND, Finding.DOWN)


class Drawn(NamedTuple):
    """A draw done again. `digest` and `cases`: whether they come out as they are kept."""

    digest: bool
    cases: bool


def approved_on(organisation_id: int | None, kind: str, first: dt.date, last: dt.date) -> list[int]:
    """Cases that ended well on these days of the node, at the institution and below it; in ascending order."""
    begins, ends = clock.midnight(first), clock.midnight(last + dt.timedelta(days=1))
    rows = Case.objects.filter(state=Case.State.APPROVED, ended_at__gte=begins, ended_at__lt=ends)
    if organisation_id is not None:
        path = institutions.administrative_paths([organisation_id])[organisation_id]
        rows = rows.filter(organisation_id__in=institutions.ids_within(Scope((Reach(path, ""),))))
    if kind:
        rows = rows.filter(kind=kind)
    return list(rows.order_by("pk").values_list("pk", flat=True)[: sampling.MOST_CASES + 1])


def samples(scope: Scope) -> "QuerySet[Sample]":
    """Of the scope's institutions, and the node's for who reaches all of it; the newest first, with what is left."""
    rows = Sample.objects.defer("population").select_related("organisation")
    if not scope.everywhere:
        rows = rows.filter(organisation_id__in=institutions.ids_within(scope))
    faults = Q(items__finding__in=FAULTS)
    found = rows.annotate(left=Count("items", filter=Q(items__finding="")), bad=Count("items", filter=faults))
    return found.order_by("-id")


def sample(sample_id: int) -> Sample | None:
    return Sample.objects.select_related("organisation").filter(pk=sample_id).first()


def items(sample_id: int) -> "QuerySet[SampleItem]":
    """In the order of the draw."""
    rows = SampleItem.objects.filter(sample_id=sample_id).select_related("case__organisation")
    return rows.order_by("number")


def item_of(sample_id: int, item_id: int) -> bool:
    return SampleItem.objects.filter(pk=item_id, sample_id=sample_id).exists()


def sample_reach(sample_id: int) -> Reach | None:
    """Where it was drawn: the node's everywhere."""
    found = Sample.objects.filter(pk=sample_id).values_list("organisation_id", flat=True)
    if not found:
        return None
    return institutions.reach(found[0]) if found[0] else Reach("", "")


def drawn_again(sample: Sample) -> Drawn:
    """From what is kept of it, by its seed."""
    kept = list(items(sample.pk).values_list("case_id", flat=True))
    again = sampling.drawn(sample.seed, sample.population, sample.drawn_count)
    return Drawn(sampling.digest(sample.population) == sample.digest, kept == again)


def inspections(kind: str, key: str) -> list[SampleItem]:
    """Of this subject, those that were looked at; the newest first."""
    rows = SampleItem.objects.filter(case__kind=kind, case__key=key).exclude(finding="")
    return list(rows.order_by("-at")[:20])


def samples_head(scope: Scope, actor: Actor) -> Waits:
    """Cases that were drawn and that nobody has looked at."""
    rows = SampleItem.objects.filter(finding="")
    if not scope.everywhere:
        rows = rows.filter(sample__organisation_id__in=institutions.ids_within(scope))
    return waiting.count(rows, "sample__made_at")
