"""What was photographed to show how something was: each module says what it has, the desk's locker shows all.

Registered in apps.py of whoever owns the table: `register(Source(…))`. Nothing is kept here twice: the locker reads.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from django.utils.functional import Promise

from wenmai.lib.access import Actor, Scope

MOST = 200
"""So many are asked of each source; a locker with more says that it is cut."""


class Piece(NamedTuple):
    """One report with its photos (SHA-256 of stored files, in hexadecimal). `kind` in words; `of`: what it is about;
    `by`: the number of the account that handed it in."""

    at: dt.datetime
    kind: str
    of: str
    words: str
    hashes: list[str]
    url: str
    organisation_id: int
    by_id: int | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """`pieces`: what the scope reaches and was handed in within [first, after), newest first, at most `MOST`; `one`:
    only of this organisation."""

    key: str
    permission: str
    name: str | Promise
    pieces: Callable[[Scope, dt.datetime, dt.datetime, int | None], list[Piece]]


class Locker(NamedTuple):
    """`rows` with the name of their source, newest first. `is_cut`: a source had more."""

    rows: list[tuple[str, Piece]]
    is_cut: bool


_sources: dict[str, Source] = {}


def register(source: Source) -> None:
    _sources[source.key] = source


def sources(actor: Actor) -> list[Source]:
    return [one for one in _sources.values() if actor.may(one.permission)]


def locker(
    actor: Actor, first: dt.datetime, after: dt.datetime, *, organisation_id: int | None = None, key: str = ""
) -> Locker:
    """What this person may see; `key`: of one source only. One report that several sources have is there once."""
    rows, is_cut = list[tuple[str, Piece]](), False
    seen: set[tuple[object, ...]] = set()
    for one in sources(actor):
        if key and one.key != key:
            continue
        found = one.pieces(actor.scope(one.permission), first, after, organisation_id)
        is_cut |= len(found) >= MOST
        for piece in found:
            same = (piece.at, piece.of, piece.by_id, *piece.hashes)
            if same not in seen:
                rows.append((str(one.name), piece))
            seen.add(same)
    return Locker(sorted(rows, key=lambda pair: pair[1].at, reverse=True), is_cut)
