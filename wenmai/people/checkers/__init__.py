"""The port to whoever knows which name belongs to the number of a document. One checker per node, named by a setting;
another kind registers itself by name."""

from collections.abc import Callable
from typing import Protocol

from django.conf import settings

from wenmai.people.rules import Document


class Checker(Protocol):
    """`name` is kept with what it confirmed; `example`: a number to try, in a demonstration."""

    is_on: bool
    name: str
    example: str

    def check(self, document: Document, holder: str) -> bool | None:
        """Whether they belong together; None when nobody can say just now. Raises nothing the outside can cause."""


class Off:
    """`none`: people show their document at a counter."""

    is_on = False
    name = example = ""

    def check(self, document: Document, holder: str) -> None:
        return None


def _over_http() -> Checker:
    from wenmai.people.checkers.http import HttpChecker

    return HttpChecker()


_made: dict[str, Callable[[], Checker]] = {"none": Off, "http": _over_http}


def register(name: str, make: Callable[[], Checker]) -> None:
    """In apps.py of whoever brings a further kind."""
    _made[name] = make


def checker() -> Checker:
    return _made[settings.IDENTITY_CHECKER]()
