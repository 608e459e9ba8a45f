"""What a merge may move: proxies go along where no promise stands against it."""

from django.db.models import Q
from django.utils.functional import Promise

from wenmai.people.merging import Owned
from wenmai.people.proxies.models import Proxy


def _given_stay(from_id: int, to_id: int) -> Q:
    """Of somebody whose proxy is the other account, has one there already, or would make a chain."""
    living = Proxy.objects.filter(ended_at=None)
    twice = Q(proxy_id__in=living.filter(principal_id=to_id).values("proxy_id"))
    chain = Q(pk__gt=0) if living.filter(proxy_id=to_id).exists() else Q(pk__in=[])
    return Q(proxy_id=to_id) | Q(ended_at=None) & (twice | chain)


def _held_stay(from_id: int, to_id: int) -> Q:
    living = Proxy.objects.filter(ended_at=None)
    twice = Q(principal_id__in=living.filter(proxy_id=to_id).values("principal_id"))
    chain = Q(pk__gt=0) if living.filter(principal_id=to_id).exists() else Q(pk__in=[])
    return Q(principal_id=to_id) | Q(ended_at=None) & (twice | chain)


def owned(given: str | Promise, held: str | Promise) -> tuple[Owned, Owned]:
    """With the words for the two."""
    return (
        Owned("proxy_given", given, "people.Proxy", field="principal", stays=_given_stay),
        Owned("proxy_held", held, "people.Proxy", field="proxy", stays=_held_stay),
    )
