"""Places and organisations to choose from in forms, also in those of modules above."""

from collections.abc import Sequence

from wenmai.institutions.models import Kind
from wenmai.institutions.queries.finding import FoundPlace, find_places, names_exactly
from wenmai.institutions.queries.organisations import OrganisationView, organisation, topmost
from wenmai.institutions.queries.staff import few_serving, find_organisations, find_serving
from wenmai.institutions.rules.codes import prefix
from wenmai.lib.access import Reach, Scope
from wenmai.lib.numbers import row_number
from wenmai.lib.picking import MOST, Option


def place_options(words: str) -> Sequence[Option]:
    """Places of today that fit; the key is the code."""
    return [_of_place(one, names_exactly(one, words)) for one in find_places(words, MOST + 1)]


def place_option(code: str) -> Option | None:
    return next((_of_place(one, True) for one in find_places(code, 1) if one.code == code), None)


def organisation_options(scope: Scope, words: str) -> Sequence[Option]:
    """Open organisations of the scope that fit; the key is the number."""
    found = find_organisations(scope, words, MOST + 1)
    return [_of_organisation(one, words in (one.name, one.code)) for one in found]


def village_options(words: str) -> Sequence[Option]:
    """Service points of villages anywhere, for who says where they are at work."""
    everywhere = Scope((Reach("", ""),))
    found = find_organisations(everywhere, words, MOST + 1, Kind.VILLAGE_CENTER) if words else []
    return [_of_organisation(one, words in (one.name, one.code)) for one in found]


def few_organisations(scope: Scope) -> Sequence[Option]:
    """All of the scope where they are few enough to be looked through; otherwise none."""
    found = topmost(scope, MOST + 1)
    return [_of_organisation(one, False) for one in found] if len(found) <= MOST else []


def serving_options(scope: Scope, words: str, place: str = "") -> Sequence[Option]:
    """Those of the scope to which anybody may turn, that fit; `place`: the code of a place whose own come first."""
    found = find_serving(scope, words, prefix(place) if place else "", MOST + 1)
    return [_for_anybody(one, words in (one.name, one.code)) for one in found]


def few_serving_options(scope: Scope, place: str = "") -> Sequence[Option]:
    """The same without words, where they are few enough to be looked through: all, or those of the place."""
    return [_for_anybody(one, False) for one in few_serving(scope, prefix(place) if place else "", MOST)]


def serving_option(key: str) -> Option | None:
    number = row_number(key)
    found = organisation(number) if number else None
    return _for_anybody(found, True) if found is not None and found.serves else None


def organisation_option(key: str) -> Option | None:
    """Of any scope: whether it may be chosen is asked where the form's answer goes."""
    number = row_number(key)
    found = organisation(number) if number else None
    return _of_organisation(found, True) if found else None


def _of_place(one: FoundPlace, exact: bool) -> Option:
    return Option(one.code, f"{' › '.join(one.names)}（{one.code}）", exact)


def _of_organisation(one: OrganisationView, exact: bool) -> Option:
    return Option(str(one.id), f"{one.name}（{one.place_name}，{one.code}）", exact)


def _for_anybody(one: OrganisationView, exact: bool) -> Option:
    """Without the code, which says nothing to a reader."""
    return Option(str(one.id), f"{one.name}（{one.place_name}）", exact)
