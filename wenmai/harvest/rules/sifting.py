"""Which pieces of a batch this run has met already."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from wenmai.catalogue.rules import KEY_LIMIT, Arrival
from wenmai.formats.values import Reject

# More rejects than this, and than half of what came: the format or the crosswalk is wrong, not the records.
REJECTS_LIMIT = 20_000

# What harvesting itself says of a piece, beside the readers of formats and the catalogue.
OWN_REJECT_CODES = frozenset({"no_metadata", "same_key", "unacceptable"})


class Met(NamedTuple):
    """What was received under a key: a hash of the bytes, and the source's datestamp."""

    digest: int
    datestamp: str


@dataclass(slots=True)
class Sifted:
    """`listed`: keys with what came last under them; `news`: how many of these the run had not met before."""

    arrivals: list[Arrival] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)
    duplicate: int = 0
    listed: dict[str, Met] = field(default_factory=dict)
    news: int = 0


def sift(items: Sequence[Arrival | Reject], known: Mapping[str, Met]) -> Sifted:
    """Each item once: to the catalogue, to quarantine, or a duplicate.

    The same key again: the same bytes, or an older state, are a duplicate; a newer state is taken in; other bytes
    without a newer datestamp are quarantined, for nothing that was handed in may get lost.
    """
    sifted = Sifted()
    places: dict[str, int] = {}
    for item in items:
        key = _key(item)
        if isinstance(item, Reject) or not key or len(key) > KEY_LIMIT:
            _note_reject_or_keyless(sifted, item, key, known)
            continue
        met = Met(digest(item.parsed.raw), item.datestamp)
        before = sifted.listed.get(key) or known.get(key)
        if before is None or before == _KEY_ONLY:
            sifted.news += before is None
            _accept(sifted, places, item, met)
        elif met.digest == before.digest or met.datestamp < before.datestamp:
            sifted.duplicate += 1
        elif met.datestamp > before.datestamp:
            _replace(sifted, places, item, met)
        else:
            sifted.rejects.append(_same_key(item))
    return sifted


def digest(raw: bytes) -> int:
    """64 bits, signed as PostgreSQL's bigint."""
    return int.from_bytes(hashlib.blake2b(raw, digest_size=8).digest(), signed=True)


_KEY_ONLY = Met(0, "")


def _key(item: Arrival | Reject) -> str:
    return item.key if isinstance(item, Reject) else item.parsed.key


def _note_reject_or_keyless(sifted: Sifted, item: Arrival | Reject, key: str, known: Mapping[str, Met]) -> None:
    if not isinstance(item, Reject):
        sifted.arrivals.append(item)  # the catalogue says why not
        return
    sifted.rejects.append(item)
    # the source still lists it, so it is not gone
    if key and len(key) <= KEY_LIMIT and key not in known and key not in sifted.listed:
        sifted.listed[key] = _KEY_ONLY
        sifted.news += 1


def _accept(sifted: Sifted, places: dict[str, int], item: Arrival, met: Met) -> None:
    places[item.parsed.key] = len(sifted.arrivals)
    sifted.arrivals.append(item)
    sifted.listed[item.parsed.key] = met


def _replace(sifted: Sifted, places: dict[str, int], item: Arrival, met: Met) -> None:
    """A newer state; of two in one batch the earlier is the duplicate."""
    place = places.get(item.parsed.key)
    if place is None:
        _accept(sifted, places, item, met)
        return
    sifted.arrivals[place] = item
    sifted.listed[item.parsed.key] = met
    sifted.duplicate += 1


def _same_key(item: Arrival) -> Reject:
    parsed = item.parsed
    return Reject(
        parsed.raw,
        parsed.position,
        "same_key",
        "",
        parsed.key,
        len(parsed.raw),
    )
