"""What is somebody's own and still to come: each module says what it has, "my page" shows the next of all.

Registered in apps.py of whoever owns the table: `register(Shelf(…))`.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from django.utils.functional import Promise

MOST = 6
"""So many are shown of all, and asked of each."""


class Coming(NamedTuple):
    """One thing to come. `at`: when; None where nobody knows yet. `state` in words, `tone`: "good", "warn" or "".

    `shows_code`: behind `url` is a QR code for the door.
    """

    title: str
    url: str
    at: dt.datetime | None
    where: str = ""
    state: str = ""
    tone: str = ""
    shows_code: bool = False


@dataclass(frozen=True, slots=True)
class Shelf:
    """One kind of own things; `page` is the name of the address with all of them.

    `coming`: an account's number and now -> the next, at most `MOST`, soonest first.
    """

    key: str
    name: str | Promise
    page: str
    coming: Callable[[int, dt.datetime], list[Coming]]


_shelves: dict[str, Shelf] = {}


def register(shelf: Shelf) -> None:
    _shelves[shelf.key] = shelf


def shelves() -> list[Shelf]:
    return list(_shelves.values())


def coming(user_id: int, now: dt.datetime) -> list[Coming]:
    """The next things of all shelves; what has no day yet stands last."""
    found = [one for shelf in _shelves.values() for one in shelf.coming(user_id, now)]
    dated = sorted((one for one in found if one.at is not None), key=lambda one: (one.at, one.title))
    return [*dated, *(one for one in found if one.at is None)][:MOST]
