"""A draw by lot that anybody can do again: docs/adr/0024.

The order is that of sha256("<seed>:<number>") over the entries' numbers, as hexadecimal text, smallest first. Places of
a share are given in that order, to whole parties; a party that does not fit is passed over, and later ones that do are
not held up. Who got none waits, in the order drawn.
"""

import hashlib
from collections.abc import Iterable, Mapping
from typing import NamedTuple


class Entry(NamedTuple):
    """`number`: of the enrolment; `heads`: people that stay together."""

    number: int
    heads: int
    share: str = "open"


class Outcome(NamedTuple):
    """In the order drawn."""

    number: int
    heads: int
    share: str
    wins: bool


def commitment_of(seed: str) -> str:
    """What is published before anybody can enter."""
    return hashlib.sha256(seed.encode()).hexdigest()


def drawn(seed: str, entries: Iterable[Entry], places: Mapping[str, int]) -> list[Outcome]:
    left = dict(places)
    found = []
    for one in sorted(entries, key=lambda entry: (_ticket(seed, entry.number), entry.number)):
        wins = one.heads <= left.get(one.share, 0)
        if wins:
            left[one.share] -= one.heads
        found.append(Outcome(one.number, one.heads, one.share, wins))
    return found


def _ticket(seed: str, number: int) -> str:
    return hashlib.sha256(f"{seed}:{number}".encode()).hexdigest()
