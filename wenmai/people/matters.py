"""What somebody may let another person do in their name: a list of named matters.

Whoever has such a matter registers it in its apps.py, and names it on the doors of its views; what no door names is
closed to everybody who acts for somebody else. Passwords, factors, merges, consents and other proxies are no matters.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

from django.utils.functional import Promise

from wenmai.journal import services as journal

if TYPE_CHECKING:
    from wenmai.journal.models import Entry

SUBSCRIBER = "people.proxies"


class Matter(NamedTuple):
    """`deeds`: the names of the journal's entries that may come of it; the principal is told of each."""

    key: str
    words: str | Promise
    deeds: frozenset[str]


_matters: dict[str, Matter] = {}


def register(matter: Matter) -> None:
    """In apps.py of whoever has it."""
    assert _matters.setdefault(matter.key, matter) == matter, f"one key, one matter: {matter.key}"
    deeds = {deed for one in _matters.values() for deed in one.deeds}
    journal.subscribe(SUBSCRIBER, deeds, _heard, about="on_behalf_of")


def all_matters() -> list[Matter]:
    return list(_matters.values())


def words(keys: Iterable[str]) -> list[str]:
    """In the order of the list; what is not registered any more says nothing."""
    named = {*keys}
    return [str(one.words) for one in all_matters() if one.key in named]


def _heard(entry: "Entry") -> None:
    from wenmai.people.proxies import services

    services.note_deed(
        entry_id=entry.pk, name=entry.name, at=entry.at, proxy_user_id=entry.actor_id or 0,
        principal_id=entry.detail["on_behalf_of"],
    )  # fmt: skip
