"""Finding places by what people type: a code, a name, names of places above before it."""

import datetime as dt
from typing import NamedTuple

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When

from wenmai.institutions.models import Place
from wenmai.institutions.rules import codes
from wenmai.institutions.rules.divisions import agrees

MOST_WORDS = 5
ABOVE = ("parent__name", "parent__parent__name", "parent__parent__parent__name", "parent__parent__parent__parent__name")


class FoundPlace(NamedTuple):
    """`names` from the province down to the place itself."""

    id: int
    code: str
    names: tuple[str, ...]
    level: int
    valid_from: dt.date
    valid_to: dt.date | None
    outside_denominators: bool


def find_places(words: str, limit: int, *, past: bool = False) -> list[FoundPlace]:
    """Places of today (with `past`, of any day) whose code begins so, or whose name does: larger ones first.

    Several words: the last is the place's own, those before it stand above it ("槿溪 菱渡镇").
    """
    *above, own = words.split()[:MOST_WORDS] or [""]
    if not own:
        return []
    rows = Place.objects.filter(_own(own))
    if not past:
        rows = rows.filter(valid_to=None)
    for word in above:
        rows = rows.filter(_above(word))
    return [_found(row) for row in _ordered(rows, own)[:limit]]


def names_exactly(found: FoundPlace, words: str) -> bool:
    """Whether the words are its code, or its name and nothing less ("东城" and "东城区" are the same)."""
    own = (words.split() or [""])[-1]
    return own == found.code or agrees(own, found.names[-1])


def region_prefixes(words: str) -> list[str]:
    """The significant digits of the places that these words mean; digits mean themselves."""
    if words.isascii() and words.isdigit():
        return [codes.prefix(words) if codes.CODE.fullmatch(words) else words]
    found = find_places(words, 50)
    exact = [one for one in found if names_exactly(one, words)] or found
    return list(Place.objects.filter(id__in=[one.id for one in exact]).values_list("prefix", flat=True))


def _own(word: str) -> Q:
    return Q(code__startswith=word) if word.isascii() and word.isdigit() else Q(name__startswith=word)


def _above(word: str) -> Q:
    found = Q(pk__in=[])
    for name in ABOVE:
        found |= Q(**{f"{name}__startswith": word})
    return found


def _ordered(rows: "QuerySet[Place]", own: str) -> "QuerySet[Place]":
    exact = Case(When(Q(name=own) | Q(code=own), then=Value(0)), default=Value(1), output_field=IntegerField())
    return rows.select_related("parent__parent__parent__parent").order_by(exact, "level", "code", "-valid_from")


def _found(row: Place) -> FoundPlace:
    names, above = [row.name], row.parent
    while above is not None:
        names.append(above.name)
        above = above.parent if above.level > 1 else None
    return FoundPlace(
        row.pk, row.code, tuple(reversed(names)), row.level, row.valid_from, row.valid_to, row.outside_denominators
    )
