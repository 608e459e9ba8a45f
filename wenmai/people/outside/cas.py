"""Asking a CAS server about a ticket that a reader brought back from its login page (CAS protocol 3.0).

The reader's password is typed there, never here. The ticket goes to the configured server only, no redirect is
followed, and an answer has at most 64 KiB.
"""

import datetime as dt
import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.utils import timezone

from wenmai.formats import cas
from wenmai.lib.http import Fetched, Fetcher, FetchFailed, Limits, Patience
from wenmai.lib.refusal import Refused
from wenmai.people.outside.answers import UNREACHABLE, NotTheirs, Step, SystemFailed
from wenmai.people.rules.cards import Holder, Standing, fold_card_number
from wenmai.people.rules.patrons import read_day

LIMITS = Limits(connect_s=5, read_s=8, total_s=15, body_bytes=cas.LONGEST, redirects=0)
TICKET = re.compile(r"ST-[\x21-\x7e]{1,250}")


class Cas(NamedTuple):
    """`address`: of the server, as in https://cas.example.cn/cas. `number`: the attribute with the card's number, empty
    for the name of the login; `name`, `until`: attributes, or nothing."""

    address: str
    number: str = ""
    name: str = ""
    until: str = ""


def read(settings: Mapping[str, Any]) -> Cas:
    """Of a card system. Raises `SystemFailed`."""
    try:
        return Cas(**settings)
    except TypeError as odd:
        raise SystemFailed("settings") from odd


def login_address(system: Cas, service: str) -> str:
    """Where the reader logs in, to come back to `service` with a ticket."""
    return f"{system.address}/login?{urlencode({'service': service})}"


def prove(system: Cas, *, ticket: str, service: str, allowed_hosts: Collection[str], now: dt.datetime) -> Holder:
    """The card of who logged in. `service` is the very one that was sent along. Raises `NotTheirs` (the ticket is none,
    was used, or was for another service) and `SystemFailed`."""
    if not TICKET.fullmatch(ticket):
        raise NotTheirs
    said = _asked(system, ticket, service, allowed_hosts)
    if isinstance(said, cas.Refusal):
        if said.code in ("INVALID_TICKET", "INVALID_TICKET_SPEC"):
            raise NotTheirs
        raise SystemFailed("odd", said.code)
    try:
        number = fold_card_number(said.attributes.get(system.number, "") if system.number else said.user)
    except Refused:
        raise SystemFailed("odd", system.number or "user") from None
    until = read_day(said.attributes.get(system.until, "")) if system.until else None
    standing = Standing.EXPIRED if until is not None and until < timezone.localdate(now) else Standing.GOOD
    name = said.attributes.get(system.name, "") if system.name else ""
    return Holder(number, name[:200], standing, until)


def try_out(system: Cas, *, service: str, allowed_hosts: Collection[str]) -> Iterator[Step]:
    """With a ticket that is none: a server that knows CAS 3.0 and us refuses the ticket, not the service."""
    try:
        said = _asked(system, "ST-wenmai-no-such-ticket", service, allowed_hosts)
    except SystemFailed as failure:
        yield Step(False, failure.code, failure.detail)
        return
    yield Step(True, "connected")
    if isinstance(said, cas.Person):
        yield Step(False, "tickets_ignored")
    elif said.code.startswith("INVALID_TICKET"):
        yield Step(True, "tickets_checked")
    else:
        yield Step(False, "service_unknown", said.code)


def _asked(system: Cas, ticket: str, service: str, allowed_hosts: Collection[str]) -> cas.Person | cas.Refusal:
    address = f"{system.address}/p3/serviceValidate?{urlencode({'service': service, 'ticket': ticket})}"
    try:
        with Fetcher(allowed_hosts=allowed_hosts, limits=LIMITS, patience=Patience(attempts=1)) as fetcher:
            return fetcher.get(address, _answer)
    except FetchFailed as failure:
        code = failure.code if failure.code in UNREACHABLE else "odd"
        raise SystemFailed(code, "" if code != "odd" else failure.code) from None


def _answer(fetched: Fetched) -> cas.Person | cas.Refusal:
    try:
        return cas.read(fetched.body)
    except cas.Unreadable:
        raise FetchFailed("protocol", "no answer of a CAS server") from None
