"""Organisations as the desk shows them: lists narrowed to a scope, one with all around it, choices for forms."""

from collections.abc import Iterable
from typing import NamedTuple

from django.db.models import Q, QuerySet

from wenmai.institutions.models import Kind, Organisation
from wenmai.institutions.queries.finding import region_prefixes
from wenmai.institutions.queries.organisations import OrganisationView, covered, organisation, organisations
from wenmai.institutions.queries.places import ancestors
from wenmai.institutions.rules import hierarchy
from wenmai.lib.access import Scope

MOST_BELOW = 60
STATES = ("open", "closed", "all")


class Asked(NamedTuple):
    """What a list was asked for; anything else than a known kind or state counts as not asked for."""

    words: str = ""
    kind: str = ""
    region: str = ""
    state: str = "open"


class Below(NamedTuple):
    """The first of those directly below, and how many there are."""

    shown: list[OrganisationView]
    total: int


class Around(NamedTuple):
    """One organisation in its three hierarchies; those above from the top, without itself."""

    view: OrganisationView
    level: str
    region: list[tuple[str, str]]
    administrative_above: list[OrganisationView]
    professional_above: list[OrganisationView]
    subordinates: Below
    branches: Below


def staff_list(scope: Scope, asked: Asked) -> "QuerySet[Organisation]":
    """Those in the scope that fit, in the order of their places. Words: part of a name, or a code's beginning."""
    rows = Organisation.objects.filter(covered(scope))
    if asked.words:
        rows = rows.filter(_named(asked.words))
    if asked.kind in Kind.values:
        rows = rows.filter(kind=asked.kind)
    if asked.region:
        within = Q(pk__in=[])
        for prefix in region_prefixes(asked.region):
            within |= Q(place__prefix__startswith=prefix)
        rows = rows.filter(within)
    if asked.state != "all":
        rows = rows.filter(closed_on__isnull=asked.state != "closed")
    return rows.select_related("place", "administrative_parent").order_by("place__prefix", "id")


def find_organisations(scope: Scope, words: str, limit: int, kind: str = "") -> list[OrganisationView]:
    """Open ones in the scope whose name or code fits: the very name first, then the shorter names."""
    rows = Organisation.objects.filter(covered(scope), _named(words), closed_on=None)
    rows = rows.filter(kind=kind) if kind else rows
    fitting = sorted(rows.values_list("id", "name")[:1000], key=lambda row: (row[1] != words, len(row[1]), row[0]))
    views = organisations([row[0] for row in fitting[:limit]])
    return [views[row[0]] for row in fitting[:limit]]


def find_serving(scope: Scope, words: str, region: str, limit: int) -> list[OrganisationView]:
    """Those in the scope to which anybody may turn, that fit the words: the very name first, those of the region (a
    place's prefix) before others."""
    rows = Organisation.objects.filter(covered(scope), _named(words), closed_on=None).exclude(kind=Kind.SUPPLIER)
    here = Q(place__prefix__startswith=region)
    found: list[tuple[int, str]] = []
    for part in (rows.filter(here), rows.exclude(here)) if region else (rows,):
        fitting = part.values_list("id", "name")[:1000] if len(found) < limit else []
        found += sorted(fitting, key=lambda row: (len(row[1]), row[0]))
    found.sort(key=lambda row: row[1] != words)
    views = organisations([row[0] for row in found[:limit]])
    return [views[row[0]] for row in found[:limit]]


def few_serving(scope: Scope, region: str, most: int) -> list[OrganisationView]:
    """All of the scope to which anybody may turn, those of the region first; where they are more than `most`, those of
    the region; where these are too, none."""
    rows = Organisation.objects.filter(covered(scope), closed_on=None).exclude(kind=Kind.SUPPLIER).order_by()
    here = rows.filter(place__prefix__startswith=region) if region else rows
    for part in (rows, here):
        ids = list(part.values_list("id", flat=True)[: most + 1])
        if len(ids) <= most:
            found = organisations(ids).values()
            return sorted(found, key=lambda one: (not one.region.startswith(region), one.administrative_path))
    return []


def around(organisation_id: int) -> Around | None:
    view = organisation(organisation_id)
    if view is None:
        return None
    above = {name: hierarchy.ids(getattr(view, f"{name}_path"))[:-1] for name in hierarchy.HIERARCHIES}
    views = organisations({one for ids in above.values() for one in ids})
    row = Organisation.objects.select_related("place").only("place__level").get(pk=organisation_id)
    return Around(
        view,
        str(row.place.get_level_display()),
        ancestors(view.place_code),
        [views[one] for one in above["administrative"]],
        [views[one] for one in above["professional"]],
        _below(Q(administrative_parent_id=organisation_id)),
        _below(Q(professional_parent_id=organisation_id)),
    )


def _below(condition: Q) -> Below:
    rows = Organisation.objects.filter(condition)
    ids: Iterable[int] = rows.order_by("closed_on", "place__prefix", "id").values_list("id", flat=True)[:MOST_BELOW]
    shown = list(ids)
    views = organisations(shown)
    return Below([views[one] for one in shown], rows.count() if len(shown) == MOST_BELOW else len(shown))


def _named(words: str) -> Q:
    if words.isascii() and words.isdigit():
        return Q(code__startswith=words)
    return Q(name__icontains=words) | Q(short_name__icontains=words)
