"""One door to all kinds of systems that know readers: settings and secrets of a card system in, typed answers out."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from django.conf import settings
from django.utils import timezone

from wenmai.people.outside import cas, sip2
from wenmai.people.outside.answers import Step, SystemFailed
from wenmai.people.rules.cards import Holder


class Reached(NamedTuple):
    """A card system as it is asked. The library behind LDAP takes its time: it is read where there is a directory."""

    kind: str
    settings: Mapping[str, Any]
    secret: str


def prove(system: Reached, *, number: str, proof: str, now: dt.datetime) -> Holder:
    """The card, when what was typed proves that it is theirs. Raises `NotTheirs` and `SystemFailed`."""
    if system.kind == "cas":
        raise SystemFailed("by_login")
    if system.kind == "ldap":
        from wenmai.people.outside import ldap

        return ldap.prove(ldap.read(system.settings), system.secret, number=number, proof=proof, **_around(now))
    return sip2.prove(_sip2(system), system.secret, number=number, pin=proof, **_around(now))


def look(system: Reached, *, number: str, now: dt.datetime) -> Holder:
    """How the card stands. Raises `SystemFailed`."""
    if system.kind == "cas":
        raise SystemFailed("by_login")
    if system.kind == "ldap":
        from wenmai.people.outside import ldap

        return ldap.look(ldap.read(system.settings), system.secret, number=number, **_around(now))
    return sip2.look(_sip2(system), system.secret, number=number, **_around(now))


def look_at(system: Reached, *, numbers: Sequence[str], now: dt.datetime) -> Iterator[Holder | SystemFailed]:
    """How each card stands, or why that could not be told, in the same order; asked one by one, as they are taken."""
    if system.kind == "sip2":
        try:
            known = _sip2(system)
        except SystemFailed as failed:
            yield failed
            return
        yield from sip2.look_at(known, system.secret, numbers, **_around(now))
        return
    for number in numbers:
        try:
            yield look(system, number=number, now=now)
        except SystemFailed as failed:
            yield failed


def try_out(system: Reached, *, number: str, now: dt.datetime) -> Iterator[Step]:
    """Step by step, up to the first that fails."""
    if system.kind == "cas":
        return cas.try_out(cas.read(system.settings), service=settings.BASE_URL, allowed_hosts=_allowed())
    if system.kind == "ldap":
        from wenmai.people.outside import ldap

        return ldap.try_out(ldap.read(system.settings), system.secret, number=number, **_around(now))
    return sip2.try_out(_sip2(system), system.secret, number=number, **_around(now))


def prove_by_ticket(system: Reached, *, ticket: str, service: str, now: dt.datetime) -> Holder:
    """The card of who logged in at the library's CAS server. Raises `NotTheirs` and `SystemFailed`."""
    return cas.prove(cas.read(system.settings), ticket=ticket, service=service, **_around(now))


def cas_login_address(system: Reached, *, service: str) -> str:
    return cas.login_address(cas.read(system.settings), service)


def _allowed() -> list[str]:
    return list(settings.ALLOWED_PRIVATE_HOSTS)


def _around(now: dt.datetime) -> dict[str, Any]:
    """The library's own time of day, and what the operator allows."""
    return {"now": timezone.localtime(now), "allowed_hosts": _allowed()}


def _sip2(system: Reached) -> sip2.Sip2:
    try:
        return sip2.Sip2(**system.settings)
    except TypeError as odd:
        raise SystemFailed("settings") from odd
