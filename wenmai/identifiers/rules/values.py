import datetime as dt
from dataclasses import dataclass
from typing import NamedTuple


class Mint(NamedTuple):
    """A wish for a name. (client, key) is what makes it the same wish again; without a location it is reserved only."""

    client: str
    key: str
    organisation_code: str
    type_code: str | int
    format_code: str | int = ""
    location: str = ""
    granularity: str = ""


class Binding(NamedTuple):
    """A name leads to this address. The lowest rank is the best; kind: page, file, metadata, copy."""

    name: str
    address: str
    kind: str = "page"
    rank: int = 100


class Location(NamedTuple):
    """A location of a name; `valid_to` is None while it holds."""

    address: str
    kind: str
    rank: int
    valid_from: dt.datetime
    valid_to: dt.datetime | None


class Tombstone(NamedTuple):
    name: str
    title: str
    reason: str
    withdrawn_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Resolution:
    """What a name says today.

    `state` is the state of the name that was asked for, "unknown" when we have none; `problem` then says why:
    malformed, check_mismatch, unknown; or too_deep for a chain of redirects longer than we follow. `chain` holds the
    names that redirects led through, ending at the one whose locations these are.
    """

    name: str
    state: str
    problem: str = ""
    chain: tuple[str, ...] = ()
    locations: tuple[Location, ...] = ()
    tombstone: Tombstone | None = None
    organisation_code: str = ""
    """Whose the name is that was asked for."""

    @property
    def location(self) -> str:
        """The best address, empty when there is none."""
        return self.locations[0].address if self.locations else ""
