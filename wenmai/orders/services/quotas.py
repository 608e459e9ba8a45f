"""A season: its times, its money, who gets how much of it, and what opens when."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Sum

from wenmai.journal import services as journal
from wenmai.lib.access import Actor
from wenmai.lib.refusal import Refused
from wenmai.orders import queries
from wenmai.orders.models import Offer, Opening, Release, Season, SupplyList, Weight
from wenmai.orders.rules import plain, quotas, supply
from wenmai.orders.rules.quotas import Amount, Times
from wenmai.orders.rules.quotas import Movement as Kind
from wenmai.orders.services.ledger import account_of, held_season, move, set_total

MOST_AT_ONCE = 200


@transaction.atomic
def make_season(*, list_id: int, name: str, times: Times, actor: Actor, now: dt.datetime) -> Season:
    """Refused: unknown_list, list_odd, season_name, season_times, season_there."""
    found = SupplyList.objects.select_for_update().filter(pk=list_id).first()
    if found is None:
        raise Refused("unknown_list")
    if found.state == "closed":
        raise Refused("list_odd", str(found.get_state_display()))
    said: dict[str, Any] = {"name": quotas.checked_name(name), **times.checked()._asdict()}
    try:
        with transaction.atomic():
            made = Season.objects.create(list=found, made_at=now, **said)
    except IntegrityError as error:
        raise Refused("season_there", said["name"]) from error
    _note("orders.season_made", made.pk, actor, now, season=made.name)
    return made


@transaction.atomic
def change_season(*, season_id: int, times: Times, actor: Actor, now: dt.datetime) -> Season:
    """Its times. Refused: unknown_season, list_odd, season_times."""
    found = held_season(season_id)
    kept = times.checked()
    changed = [name for name, value in kept._asdict().items() if getattr(found, name) != value]
    for name in changed:
        setattr(found, name, getattr(kept, name))
    if changed:
        found.save(update_fields=changed)
        _note("orders.season_changed", season_id, actor, now, changed=changed)
    return found


@transaction.atomic
def set_budget(*, season_id: int, amount: Amount, reason: str = "", actor: Actor, now: dt.datetime) -> None:
    """What there is for all townships together. Refused: unknown_season, list_odd, amount_odd, reason_missing (it
    corrects), budget_given (more than that is given to townships)."""
    held_season(season_id)
    why = plain(reason, supply.REASON)
    account = account_of(season_id)
    if set_total(account, amount, refusal="budget_given", reason=why, actor=actor, now=now) != Amount():
        _note("orders.budget_set", season_id, actor, now, **amount._asdict(), reason=why)


@transaction.atomic
def set_weights(*, season_id: int, weights: Mapping[int, quotas.Weight], actor: Actor, now: dt.datetime) -> None:
    """Organisation -> weight, as far as the proposal goes by them. Refused: unknown_season, list_odd, weight_odd,
    not_served (an organisation of elsewhere)."""
    found = held_season(season_id)
    _check_served(found, weights)
    rows = [
        Weight(season=found, organisation_id=number, **one.checked()._asdict()) for number, one in weights.items()
    ]  # fmt: skip
    Weight.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["season", "organisation"], update_fields=["people", "tilt"]
    )
    _note("orders.weights_set", season_id, actor, now, organisations=len(rows))


@transaction.atomic
def set_quotas(
    *, season_id: int, amounts: Mapping[int, Amount], reason: str = "", actor: Actor, now: dt.datetime
) -> int:
    """Organisation -> what it has in this season, out of the season's money; how many changed.

    Refused: unknown_season, list_odd, amount_odd, not_served, reason_missing (one is corrected), quota_used (detail:
    whose; more than that is used), budget_short (the season's money does not reach).
    """
    found = held_season(season_id)
    _check_served(found, amounts)
    why, budget, changed = plain(reason, supply.REASON), account_of(season_id), 0
    # what is lowered first, so that it can go to others in the same breath
    current = queries.quotas_of(season_id, amounts)
    for number in sorted(amounts, key=lambda key: (amounts[key].fen - current.get(key, Amount()).fen, key)):
        account = account_of(season_id, organisation_id=number)
        more = set_total(account, amounts[number], refusal="quota_used", reason=why, actor=actor, now=now)
        changed += more != Amount()
        said: dict[str, Any] = {"key": f"organisation:{number}", "refusal": "budget_short", "actor": actor, "now": now}
        up, down = Amount(max(more.fen, 0), max(more.sessions, 0)), Amount(max(-more.fen, 0), max(-more.sessions, 0))
        if down != Amount():
            move(budget, Kind.RETURNED, down, **said)
        if up != Amount():
            move(budget, Kind.TAKEN, up, **said)
    if changed:
        _note("orders.quotas_set", season_id, actor, now, changed=changed, reason=why)
    return changed


def _check_served(found: Season, numbers: Mapping[int, Any]) -> None:
    if len(numbers) > MOST_AT_ONCE:
        raise Refused("quotas_many", str(MOST_AT_ONCE))
    if len(queries.served(found).filter(pk__in=list(numbers))) != len(numbers):
        raise Refused("not_served")


@transaction.atomic
def set_openings(
    *, season_id: int, openings: Sequence[tuple[dt.datetime, int]], actor: Actor, now: dt.datetime
) -> None:
    """From when on how many per cent of each quota can be used. Refused: unknown_season, list_odd, openings_odd."""
    found = held_season(season_id)
    quotas.checked_openings(openings)
    found.openings.all().delete()
    Opening.objects.bulk_create(Opening(season=found, opens_at=at, percent=share) for at, share in openings)
    said = [f"{at.isoformat()} {share}%" for at, share in openings]
    _note("orders.openings_set", season_id, actor, now, openings=said)


@transaction.atomic
def add_release(
    *, season_id: int, offer_id: int, opens_at: dt.datetime, sessions: int, per_station: int = 0, actor: Actor,
    now: dt.datetime,
) -> Release:  # fmt: skip
    """So many sessions of an offer from a moment on. Refused: unknown_season, list_odd, unknown_offer, release_odd,
    release_many (detail: how many are left), release_there."""
    found = held_season(season_id)
    offer = Offer.objects.select_for_update().filter(pk=offer_id, list=found.list, ended_at=None, bid=None).first()
    if offer is None:
        raise Refused("unknown_offer")
    if sessions < 1 or per_station < 0 or opens_at >= found.orders_until:
        raise Refused("release_odd")
    out = Release.objects.filter(offer=offer).aggregate(all=Sum("sessions"))["all"] or 0
    left = offer.sessions - out
    if sessions > left:
        raise Refused("release_many", str(left))
    try:
        with transaction.atomic():
            made = Release.objects.create(
                season=found, offer=offer, opens_at=opens_at, sessions=sessions, per_station=per_station
            )
    except IntegrityError as error:
        raise Refused("release_there") from error
    account = account_of(season_id, release_id=made.pk)
    move(account, Kind.GRANTED, Amount(0, sessions), refusal="release_odd", actor=actor, now=now)
    _note(
        "orders.release_added", season_id, actor, now, offer=offer_id, opens_at=opens_at.isoformat(),
        sessions=sessions, per_station=per_station,
    )  # fmt: skip
    return made


@transaction.atomic
def release_rest(*, season_id: int, actor: Actor, now: dt.datetime) -> int:
    """What no release has of any offer opens when ordering begins; how many offers."""
    found = held_season(season_id)
    there = {*Release.objects.filter(season=found, opens_at=found.orders_from).values_list("offer", flat=True)}
    rest = [(offer_id, sessions) for offer_id, sessions in queries.unreleased(found) if offer_id not in there]
    for offer_id, sessions in rest:
        add_release(
            season_id=season_id, offer_id=offer_id, opens_at=found.orders_from, sessions=sessions, actor=actor, now=now
        )
    return len(rest)


def _note(name: str, season_id: int, actor: Actor, now: dt.datetime, **detail: Any) -> None:
    journal.record(name=name, subject_kind="orders_season", subject_key=season_id, actor=actor, now=now, **detail)
