"""An order takes its money and its session, or nothing; and gives them back."""

import datetime as dt
from typing import Any

from django.db import transaction

from wenmai.lib.access import Actor
from wenmai.lib.refusal import Refused
from wenmai.orders import queries
from wenmai.orders.models import Account, Movement, Release
from wenmai.orders.rules import quotas
from wenmai.orders.rules.quotas import Amount
from wenmai.orders.rules.quotas import Movement as Kind
from wenmai.orders.services.ledger import account_of, held_season, move


@transaction.atomic
def take(
    *, release_id: int, organisation_id: int, amount: Amount, key: str, actor: Actor, now: dt.datetime
) -> None:  # fmt: skip
    """Out of the station's quota, of the release, and of what one station can have of it. The same key again takes
    nothing more.

    Refused: unknown_season, list_odd, season_shut, unknown_offer, release_shut, quota_shut (not open yet), quota_short,
    station_limit (detail: how many), release_short.
    """
    release = Release.objects.select_related("offer").filter(pk=release_id).first()
    if release is None or release.offer.ended_at is not None:
        raise Refused("unknown_offer")
    season = held_season(release.season_id)
    quota = account_of(season.pk, organisation_id=organisation_id)
    if _has_taken(quota, key):
        return
    if not season.orders_from <= now < season.orders_until:
        raise Refused("season_shut")
    if now < release.opens_at:
        raise Refused("release_shut")
    by: dict[str, Any] = {"key": key, "actor": actor, "now": now}
    _take_of_quota(quota, amount, **by)
    places = Amount(0, amount.sessions)
    if release.per_station:
        limit = account_of(season.pk, organisation_id=organisation_id, release_id=release.pk)
        if not limit.granted_sessions:
            most = Amount(0, release.per_station)
            move(limit, Kind.GRANTED, most, refusal="station_limit", actor=actor, now=now)
        move(limit, Kind.TAKEN, places, refusal="station_limit", **by)
    move(account_of(season.pk, release_id=release.pk), Kind.TAKEN, places, refusal="release_short", **by)


@transaction.atomic
def take_of_quota(
    *, season_id: int, organisation_id: int, amount: Amount, key: str, actor: Actor, now: dt.datetime
) -> None:  # fmt: skip
    """Out of the station's quota alone, for what is in no release. The same key again takes nothing more.

    Refused: unknown_season, list_odd, quota_shut (not open yet), quota_short.
    """
    season = held_season(season_id)
    quota = account_of(season.pk, organisation_id=organisation_id)
    if not _has_taken(quota, key):
        _take_of_quota(quota, amount, key=key, actor=actor, now=now)


def _has_taken(quota: Account, key: str) -> bool:
    return Movement.objects.filter(account=quota, kind=Kind.TAKEN, key=key).exists()


def _take_of_quota(quota: Account, amount: Amount, *, key: str, actor: Actor, now: dt.datetime) -> None:
    granted = Amount(quota.granted_fen, quota.granted_sessions)
    open_now = quotas.opened(granted, queries.openings(quota.season_id), now)
    after = Amount(quota.used_fen + amount.fen, quota.used_sessions + amount.sessions)
    if after.fen <= quota.granted_fen and (after.fen > open_now.fen or after.sessions > open_now.sessions):
        raise Refused("quota_shut")
    move(quota, Kind.TAKEN, amount, refusal="quota_short", key=key, actor=actor, now=now)


@transaction.atomic
def give_back(*, key: str, reason: str, actor: Actor, now: dt.datetime) -> None:
    """All that the key has taken and not given back. Again: nothing more happens."""
    rows = Movement.objects.filter(key=key, kind=Kind.TAKEN).order_by("account")
    for number in list(rows.values_list("account", flat=True)):
        account = Account.objects.select_for_update().get(pk=number)
        left = queries.taken_by(account.pk, key)
        if left != Amount():
            move(account, Kind.RETURNED, left, refusal="amount_odd", key=key, reason=reason, actor=actor, now=now)
