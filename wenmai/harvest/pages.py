"""Asking an OAI-PMH server, and reading what it says for what it is."""

import datetime as dt
from dataclasses import dataclass
from typing import NamedTuple

from wenmai.catalogue.rules import Arrival
from wenmai.formats.values import Reject
from wenmai.harvest.rules import Walk
from wenmai.lib.http import Fetcher


class Identity(NamedTuple):
    name: str
    granularity: str
    deleted_record: str


@dataclass(frozen=True, slots=True)
class Answer:
    """A page of a list. `listed`, `deleted`: keys; `datestamps`: of every record or header, in order.

    `expired`: the token is not known any more, and nothing else is set.
    """

    location: str = ""
    items: tuple[Arrival | Reject, ...] = ()
    listed: tuple[str, ...] = ()
    deleted: tuple[str, ...] = ()
    datestamps: tuple[str, ...] = ()
    token: str = ""
    announced: int | None = None
    responded_at: dt.datetime | None = None
    repaired: bool = False
    expired: bool = False


class Client:
    def __init__(self, fetcher: Fetcher, address: str, prefix: str, format: str) -> None:
        self.format = format

    def identify(self) -> Identity:
        raise NotImplementedError

    def ask(self, walk: Walk, set_: str) -> Answer:
        raise NotImplementedError
