"""Before a source is added: what a server says of itself, and what becomes of one of its records. Stores nothing."""

import datetime as dt
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TypeVar

from wenmai.formats import oai
from wenmai.formats.values import Reject
from wenmai.harvest.pages import Client
from wenmai.harvest.rules.words import FAILURES, words
from wenmai.harvest.sampling import Sampled, sampled
from wenmai.lib.http import Fetcher, FetchFailed, Limits, Patience, check_address

T = TypeVar("T")
# A person waits for the answer: one attempt each, and not much more than half a minute in all.
LIMITS = Limits(connect_s=5, read_s=8, total_s=12, body_bytes=16 * 1024 * 1024)
PATIENCE_S = 30


@dataclass(slots=True)
class Probe:
    """`failures`: what could not be asked, in words with the detail; `sample`: one record as it would be taken in."""

    identity: oai.Identity | None = None
    formats: tuple[oai.MetadataFormat, ...] = ()
    sets: tuple[oai.SetEntry, ...] = ()
    has_more_sets: bool = False
    sample: Sampled | None = None
    failures: list[tuple[str, str]] = field(default_factory=list)

    @property
    def prefixes(self) -> set[str]:
        return {one.prefix for one in self.formats}


def probe(
    address: str,
    *,
    prefix: str,
    set_: str,
    format: str,
    crosswalk: str,
    allowed_hosts: Iterable[str],
    now: dt.datetime,
) -> Probe:
    """Asks Identify, ListMetadataFormats and ListSets, and maps the first record that is not deleted."""
    found = Probe()
    deadline = time.monotonic() + PATIENCE_S

    def attempt(question: Callable[[], T]) -> T | None:
        try:
            if time.monotonic() > deadline:
                raise FetchFailed("timeout", f"more than {PATIENCE_S} s in all")
            return question()
        except FetchFailed as failure:
            found.failures.append((words(FAILURES, failure.code), failure.detail))
        return None

    with Fetcher(allowed_hosts=allowed_hosts, limits=LIMITS, patience=Patience(attempts=1)) as fetcher:
        client = Client(fetcher, address, prefix, format)
        found.identity = attempt(lambda: _identified(client))
        if found.identity is None:
            return found
        found.formats = attempt(client.formats) or ()
        found.sets, found.has_more_sets = attempt(client.sets) or ((), False)
        first = attempt(lambda: client.first(set_))
    if first is not None:
        found.sample = sampled([first if isinstance(first, Reject) else first.parsed], crosswalk=crosswalk, now=now)[0]
    return found


def _identified(client: Client) -> oai.Identity:
    check_address(client.address)
    return client.identify()
