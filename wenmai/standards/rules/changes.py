"""What a later version of a profile asks that the one before did not."""

from enum import StrEnum
from typing import NamedTuple

from wenmai.standards.rules.profiles import Element, Obligation, Profile


class Facet(StrEnum):
    """The side of an element that changed."""

    ADDED = "added"
    REMOVED = "removed"
    OBLIGATION = "obligation"
    INSTEAD = "instead"
    REPEATABLE = "repeatable"
    VALUES = "values"
    LIMIT = "limit"


class Change(NamedTuple):
    """One difference. `stricter`: a record that follows the older version may break the newer one by it."""

    facet: Facet
    before: Element | None
    after: Element | None
    stricter: bool

    @property
    def element(self) -> Element:
        found = self.after or self.before
        assert found is not None
        return found


def changes(older: Profile, newer: Profile) -> tuple[Change, ...]:
    """In the order of the newer version, what is gone last."""
    before = {element.code: element for element in older.elements}
    found: list[Change] = []
    for element in newer.elements:
        was = before.pop(element.code, None)
        if was is None:
            found.append(Change(Facet.ADDED, None, element, element.obligation is Obligation.MANDATORY))
        else:
            found += _changed(was, element)
    return (*found, *(Change(Facet.REMOVED, gone, None, False) for gone in before.values()))


def _changed(was: Element, now: Element) -> list[Change]:
    mandatory = now.obligation is Obligation.MANDATORY
    sides = (
        (Facet.OBLIGATION, was.obligation != now.obligation, mandatory),
        (Facet.INSTEAD, was.instead != now.instead, mandatory and not set(was.instead) <= set(now.instead)),
        (Facet.REPEATABLE, was.repeatable != now.repeatable, was.repeatable),
        (Facet.VALUES, _values(was) != _values(now), now.closed or bool(now.form)),
        (Facet.LIMIT, was.limit != now.limit, now.limit < was.limit),
    )
    return [Change(facet, was, now, stricter) for facet, differs, stricter in sides if differs]


def _values(element: Element) -> tuple[str, bool, str]:
    return element.vocabulary, element.closed, element.form
