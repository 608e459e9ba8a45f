"""Organisations as values."""

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet

from wenmai.institutions.models import Kind, Organisation
from wenmai.institutions.rules.hierarchy import Hierarchy
from wenmai.lib.access import Reach, Scope

POINTS = (Kind.VILLAGE_CENTER,)


@dataclass(frozen=True, slots=True)
class OrganisationView:
    """What others may know of it. `region` is the significant part of the place's code ("4401")."""

    id: int
    code: str
    name: str
    short_name: str
    kind: str
    place_code: str
    place_name: str
    region: str
    administrative_parent_id: int | None
    professional_parent_id: int | None
    administrative_path: str
    professional_path: str
    reports_for_itself: bool
    demo: bool
    intro: str
    closed_on: dt.date | None

    @property
    def kind_words(self) -> str:
        """The kind in the reader's language."""
        return str(Kind(self.kind).label)

    @property
    def serves(self) -> bool:
        """Whether anybody may turn to it: it is open, and no supplier."""
        return self.closed_on is None and self.kind != Kind.SUPPLIER


_COLUMNS = (
    "id", "code", "name", "short_name", "kind", "place__code", "place__name", "place__prefix",
    "administrative_parent_id", "professional_parent_id", "administrative_path", "professional_path",
    "reports_for_itself", "demo", "intro", "closed_on",
)  # fmt: skip


def organisation(organisation_id: int) -> OrganisationView | None:
    return organisations([organisation_id]).get(organisation_id)


def organisations(ids: Iterable[int]) -> dict[int, OrganisationView]:
    """Those that exist, in one query."""
    return {view.id: view for view in _views(id__in=list(ids))}


def names(ids: Collection[int]) -> dict[int, str]:
    """Organisation -> name, for lists of what many of them have: one plain statement, none for no ids."""
    if not ids:
        return {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, name FROM institutions_organisation WHERE id = ANY(%s)", [list(ids)])
        return dict(cursor.fetchall())


def by_code(code: str) -> OrganisationView | None:
    """By the 16-digit institution code."""
    return next(iter(_views(code=code)), None)


def demo_organisations() -> list[OrganisationView]:
    """Those of the demonstration, in the order in which they were made."""
    return _views(demo=True)


def administrative_paths(ids: Iterable[int]) -> dict[int, str]:
    """Organisation -> administrative path ("/1/7/"); one query, none for no ids."""
    wanted = list(ids)
    if not wanted:
        return {}
    return dict(Organisation.objects.filter(id__in=wanted).values_list("id", "administrative_path"))


def subtree_ids(organisation_id: int, hierarchy: Hierarchy = "administrative") -> list[int]:
    """The organisation and all below it in that hierarchy, parents first; empty when there is none."""
    field = f"{hierarchy}_path"
    top = Organisation.objects.filter(id=organisation_id).values_list(field, flat=True).first()
    if top is None:
        return []
    rows = Organisation.objects.filter(**{f"{field}__startswith": top})
    return list(rows.order_by(field).values_list("id", flat=True))


def reach(organisation_id: int) -> Reach | None:
    """Where what belongs to this organisation lies, for the door; None when there is no such organisation."""
    return reaches([organisation_id]).get(organisation_id)


def reaches(organisation_ids: Iterable[int]) -> dict[int, Reach]:
    """Organisation -> where what belongs to it lies, in one query; unknown ones are left out."""
    rows = Organisation.objects.filter(id__in=list(organisation_ids))
    return {
        pk: Reach(path, region) for pk, path, region in rows.values_list("id", "administrative_path", "place__prefix")
    }


def within(scope: Scope) -> list[int]:
    """The organisations that a scope reaches, parents first; for narrowing lists."""
    rows = Organisation.objects.filter(covered(scope))
    return list(rows.order_by("administrative_path").values_list("id", flat=True))


def ids_within(scope: Scope) -> "QuerySet[Organisation, int]":
    """The same to stand in another query: however many there are, none is read for it."""
    return Organisation.objects.filter(covered(scope)).order_by().values_list("id", flat=True)


def shown(region: str, providing: Collection[int]) -> "QuerySet[Organisation, int]":
    """What the public is shown, by their places: all in a region (a place's prefix), and in a list of everywhere no
    service points; these, and what has closed, where they are among those that provide something."""
    usual = Q(closed_on=None, place__prefix__startswith=region) if region else Q(closed_on=None) & ~Q(kind__in=POINTS)
    rows = Organisation.objects.filter(usual | Q(pk__in=list(providing), place__prefix__startswith=region))
    return rows.order_by("place__prefix", "administrative_path").values_list("id", flat=True)


def topmost(scope: Scope, limit: int) -> list[OrganisationView]:
    """Organisations of the scope, those above before those below them."""
    ids = list(ids_within(scope).order_by("administrative_path")[:limit])
    views = organisations(ids)
    return [views[one] for one in ids]


def covered(scope: Scope) -> Q:
    """The condition that an organisation lies in the scope."""
    if scope.everywhere:
        return Q()
    found = Q(pk__in=[])
    for one in scope.reaches:
        below, here = Q(administrative_path__startswith=one.organisation_path), Q(place__prefix__startswith=one.region)
        found |= below & here if one.region else below
    return found


def _views(**conditions: Any) -> list[OrganisationView]:
    rows = Organisation.objects.filter(**conditions).order_by("id").values_list(*_COLUMNS)
    return [OrganisationView(*row) for row in rows]
