"""Which steps count where."""

import datetime as dt
from collections.abc import Collection, Iterable
from typing import NamedTuple

from django.db.models import Q

from wenmai.institutions import queries as institutions
from wenmai.lib.access import Reach, Scope
from wenmai.review.models import Plan, PlanStep
from wenmai.review.rules import DEFAULT, Step, kind_words


class PlanView(NamedTuple):
    """One edition in force; without an institution the node's, without a kind for all."""

    id: int | None
    organisation_id: int | None
    organisation_name: str
    kind: str
    steps: list[Step]
    is_default: bool
    entered_by: str
    entered_at: dt.datetime | None

    @property
    def kind_words(self) -> str:
        return kind_words(self.kind) if self.kind else ""


def steps(plan_ids: Collection[int]) -> dict[int, list[Step]]:
    """Edition -> its steps in order."""
    found: dict[int, list[Step]] = {one: [] for one in plan_ids}
    rows = PlanStep.objects.filter(plan_id__in=list(plan_ids)).order_by("plan_id", "number")
    for plan_id, name, permission, days in rows.values_list("plan_id", "name", "permission", "days"):
        found[plan_id].append(Step(name, permission, days))
    return found


def plans_for(kind: str, organisation_ids: Iterable[int]) -> dict[int, int | None]:
    """Organisation -> the edition that counts there now: its own or the nearest one above it, else the node's; where
    one place has two, the kind's before that for every kind. None: nobody has set any yet."""
    paths = institutions.administrative_paths(organisation_ids)
    above = {one for path in paths.values() for one in _ids(path)}
    near = Plan.objects.filter(Q(organisation__in=above) | Q(organisation=None), replaced_at=None, kind__in=("", kind))
    known: dict[tuple[int | None, str], int] = {(one.organisation_id, one.kind): one.pk for one in near}
    return {one: _nearest(known, kind, _ids(paths.get(one, ""))) for one in organisation_ids}


def _nearest(known: dict[tuple[int | None, str], int], kind: str, upwards: list[int]) -> int | None:
    for place in (*upwards, None):
        for of in (kind, ""):
            if (place, of) in known:
                return known[place, of]
    return None


def _ids(path: str) -> list[int]:
    """ "/1/7/" -> 7, 1: oneself first."""
    return [int(one) for one in reversed(path.split("/")) if one]


def plans(scope: Scope) -> list[PlanView]:
    """In force: the node's, then those of the scope's institutions."""
    own = Plan.objects.filter(replaced_at=None, organisation_id__in=institutions.ids_within(scope))
    rows = list(Plan.objects.filter(replaced_at=None, organisation=None).order_by("kind"))
    rows += own.select_related("organisation").order_by("organisation__administrative_path", "kind")[:500]
    known = steps([one.pk for one in rows])
    views = [
        PlanView(
            one.pk, one.organisation_id, one.organisation.name if one.organisation else "", one.kind, known[one.pk],
            one.is_default, one.entered_by_name, one.entered_at,
        )
        for one in rows
    ]  # fmt: skip
    if not any(one.organisation_id is None and not one.kind for one in views):
        views.insert(0, PlanView(None, None, "", "", list(DEFAULT), True, "", None))
    return views


def plan_reach(plan_id: int) -> Reach | None:
    """Where it counts: the node's everywhere."""
    found = Plan.objects.filter(pk=plan_id).values_list("organisation_id", flat=True)
    if not found:
        return None
    return institutions.reach(found[0]) if found[0] else Reach("", "")
