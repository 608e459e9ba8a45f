"""What happens where and when, for staff: each module says what it has, the desk's board shows all of a week.

Registered in apps.py of whoever owns the table: `register(Source(…))`.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from django.utils.functional import Promise

from wenmai.lib.access import Actor, Scope

MOST = 500
"""So many are asked of each source; a board with more says that it is cut."""


class Happening(NamedTuple):
    """`state` in words, `tone`: "good", "warn" or ""; `door`: where people are let in or counted, "" where nobody is.

    `same`: marks of what it takes or is ("stay:7", "order:12"). What `yields` is left out where another that does not
    has one of its marks.
    """

    begins_at: dt.datetime
    ends_at: dt.datetime
    title: str
    where: str
    url: str
    organisation_id: int
    state: str = ""
    tone: str = ""
    door: str = ""
    heads: int | None = None
    same: tuple[str, ...] = ()
    yields: bool = False


@dataclass(frozen=True, slots=True)
class Source:
    """`key`: what it is of, and behind a colon from whose side. `happenings`: what the scope reaches and overlaps with
    [first, after), in order, at most `MOST`; with a number only of this organisation."""

    key: str
    permission: str
    name: str | Promise
    happenings: Callable[[Scope, dt.datetime, dt.datetime, int | None], list[Happening]]

    @property
    def kind(self) -> str:
        return self.key.partition(":")[0]


class Board(NamedTuple):
    """`rows` with the name of their source, in order of time. `is_cut`: a source had more."""

    rows: list[tuple[str, Happening]]
    is_cut: bool


_sources: dict[str, Source] = {}


def register(source: Source) -> None:
    _sources[source.key] = source


def sources(actor: Actor) -> list[Source]:
    return [one for one in _sources.values() if actor.may(one.permission)]


def kinds(actor: Actor) -> dict[str, str]:
    """Kind -> its name."""
    return {one.kind: str(one.name) for one in sources(actor)}


def board(
    actor: Actor, first: dt.datetime, after: dt.datetime, *, organisation_id: int | None = None, kind: str = ""
) -> Board:
    """What this person may see; `kind`: of one kind only."""
    rows, is_cut = list[tuple[str, Happening]](), False
    for one in sources(actor):
        if kind and one.kind != kind:
            continue
        found = one.happenings(actor.scope(one.permission), first, after, organisation_id)
        is_cut |= len(found) >= MOST
        rows += [(str(one.name), happening) for happening in found]
    told = {mark for _name, one in rows if not one.yields for mark in one.same}
    rows = [pair for pair in rows if not pair[1].yields or told.isdisjoint(pair[1].same)]
    return Board(sorted(rows, key=lambda pair: (pair[1].begins_at, pair[1].title)), is_cut)
