"""Proxies as their two sides see them, and as staff does."""

import datetime as dt
from typing import NamedTuple

from django.db.models import Q, QuerySet

from wenmai.institutions import queries as institutions
from wenmai.journal.rules import DEEDS
from wenmai.lib import masks, vault
from wenmai.lib.access import OnBehalf, Reach, Scope
from wenmai.people import matters
from wenmai.people.models import Identity, User
from wenmai.people.proxies.models import Proxy, ProxyDeed, ProxyOffer
from wenmai.people.queries.identities import can_log_in
from wenmai.people.rules import Document

CODE = "people.proxy_code"
MOST = 50


class ProxyView(NamedTuple):
    """`other`: the name of who stands on the other side of it."""

    id: int
    other: str
    matters: list[str]
    until: dt.datetime
    place: str
    can_act: bool


class DeedView(NamedTuple):
    at: dt.datetime
    who: str
    words: str
    is_new: bool


class OfferView(NamedTuple):
    """What somebody may take on: whose name, which matters, until when."""

    name: str
    matters: list[str]
    until: dt.datetime


class Shown(NamedTuple):
    """Somebody as a clerk compares them with their document: masked."""

    user_id: int
    name: str
    number: str
    can_log_in: bool


def _open(now: dt.datetime) -> "QuerySet[Proxy]":
    return Proxy.objects.filter(ended_at=None, until__gt=now).select_related("principal", "proxy", "place")


def given(user_id: int, now: dt.datetime) -> list[ProxyView]:
    """Who acts for this person."""
    rows = _open(now).filter(principal_id=user_id).order_by("id")
    return [_view(one, one.proxy) for one in rows]


def held(user_id: int, now: dt.datetime) -> list[ProxyView]:
    """For whom this person acts."""
    rows = _open(now).filter(proxy_id=user_id).order_by("principal__name", "id")
    return [_view(one, one.principal) for one in rows]


def past(user_id: int, now: dt.datetime) -> list[Proxy]:
    """Those that have ended, on either side, the latest first."""
    own = Q(principal_id=user_id) | Q(proxy_id=user_id)
    ended = Q(ended_at__isnull=False) | Q(until__lte=now)
    return list(Proxy.objects.filter(own, ended).select_related("principal", "proxy").order_by("-until", "-id")[:10])


def deeds(user_id: int) -> list[DeedView]:
    """What was done in this person's name, the latest first."""
    rows = ProxyDeed.objects.filter(proxy__principal_id=user_id).select_related("proxy__proxy").order_by("-id")[:MOST]
    return [
        DeedView(one.at, one.proxy.proxy.name, str(DEEDS.get(one.name, one.name)), one.seen_at is None) for one in rows
    ]


def unseen_count(user_id: int) -> int:
    """Deeds that the principal has not looked at."""
    return ProxyDeed.objects.filter(proxy__principal_id=user_id, seen_at=None).count()


def acting(proxy_id: int, user_id: int, now: dt.datetime) -> OnBehalf | None:
    """In whose name this person acts by it; without matters where it has ended or one of the two is switched off."""
    found = Proxy.objects.filter(pk=proxy_id, proxy_id=user_id).select_related("principal").first()
    if found is None:
        return None
    is_open = found.ended_at is None and found.until > now and found.principal.is_active
    covered = frozenset(found.matters) if is_open else frozenset[str]()
    return OnBehalf(found.principal_id, found.principal.name, found.pk, covered)


def offer(code: str, now: dt.datetime) -> OfferView | None:
    found = ProxyOffer.objects.filter(code_index=code_index(code), expires_at__gt=now, principal__is_active=True)
    one = found.select_related("principal").first()
    return OfferView(one.principal.name, matters.words(one.matters), one.until) if one else None


def code_index(code: str) -> str:
    return vault.index(code, purpose=CODE)


def recorded(scope: Scope, words: str, now: dt.datetime) -> "QuerySet[Proxy]":
    """Those that were given at a counter of the scope, the newest first; for paging."""
    rows = Proxy.objects.filter(place_id__in=institutions.ids_within(scope))
    if words:
        rows = rows.filter(Q(principal__name__icontains=words) | Q(proxy__name__icontains=words))
    return rows.select_related("principal", "proxy", "place", "recorded_by").order_by("-id")


def reach(proxy_id: int) -> Reach | None:
    """Of the counter where it was given; None for one that was not."""
    place = Proxy.objects.filter(pk=proxy_id).values_list("place_id", flat=True).first()
    return institutions.reach(place) if place else None


def person(user_id: int) -> Shown | None:
    """Somebody whose document was checked before; None where none was."""
    found = Identity.objects.filter(user_id=user_id, user__is_active=True).select_related("user").first()
    return _shown(found) if found else None


def person_of(document: Document) -> Shown | None:
    """Whose document that is, if an account has it."""
    from wenmai.people.services.identities import number_index

    found = Identity.objects.filter(number_index=number_index(document)).select_related("user").first()
    return _shown(found) if found else None


def _shown(found: Identity) -> Shown:
    name = vault.unseal(found.name_sealed, purpose="people.identity_name")
    number = vault.unseal(found.number_sealed, purpose="people.identity_number")
    return Shown(found.user_id, masks.name(name), masks.document(number), can_log_in(found.user))


def _view(one: Proxy, other: User) -> ProxyView:
    place = one.place.name if one.place else ""
    return ProxyView(one.pk, other.name, matters.words(one.matters), one.until, place, other.is_active)
