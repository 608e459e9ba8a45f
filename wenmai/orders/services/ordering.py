"""A station puts together what it wants, submits it, and takes it back while ordering goes on."""

import datetime as dt

from django.db import IntegrityError, transaction
from django.utils import timezone

from wenmai.lib.access import Actor
from wenmai.lib.refusal import Refused
from wenmai.orders import queries
from wenmai.orders.models import Order, Release
from wenmai.orders.rules import checked_reason, read, states
from wenmai.orders.rules.quotas import Amount
from wenmai.orders.rules.states import Side, State, Wish
from wenmai.orders.services.moving import held, step
from wenmai.orders.services.taking import give_back, take


@transaction.atomic
def put_in_cart(
    *, release_id: int, station_id: int, wish: Wish, key: str, actor: Actor, now: dt.datetime
) -> Order:  # fmt: skip
    """Takes nothing yet. The same key again answers with what it put in.

    Refused: unknown_offer, not_served, heads_odd, wish_days, place_missing, cart_full, key_odd.
    """
    before = Order.objects.filter(station=station_id, key=key).first()
    if before is not None:
        return before
    if not 8 <= len(key) <= 64:
        raise Refused("key_odd")
    release = Release.objects.select_related("season__list__organiser__place", "offer__edition").filter(pk=release_id)
    found = release.first()
    if found is None or found.offer.ended_at is not None or not queries.can_be_had(found, timezone.localdate(now)):
        raise Refused("unknown_offer")
    if not queries.served(found.season).filter(pk=station_id).exists():
        raise Refused("not_served")
    kept = wish.checked(read(found.offer.edition.content).capacity, found.season.serves_from, found.season.serves_until)
    if Order.objects.filter(station=station_id, state=State.CART).count() >= states.MOST_IN_CART:
        raise Refused("cart_full", str(states.MOST_IN_CART))
    try:
        with transaction.atomic():
            return Order.objects.create(
                season=found.season, release=found, offer=found.offer, station_id=station_id, price=found.offer.price,
                heads=kept.heads, wish_from=kept.first, wish_until=kept.last, place=kept.place, words=kept.words,
                key=key, made_by=actor.user_id, made_at=now, moved_at=now,
            )  # fmt: skip
    except IntegrityError:
        return Order.objects.get(station=station_id, key=key)


@transaction.atomic
def take_out(*, order_id: int, actor: Actor, now: dt.datetime) -> None:
    """Out of the cart, without a trace. Refused: unknown_order, order_odd."""
    found = held(order_id)
    if found.state != State.CART:
        raise Refused("order_odd", str(found.get_state_display()))
    found.delete()


@transaction.atomic
def submit_order(*, order_id: int, actor: Actor, now: dt.datetime) -> Order:
    """Takes the money and the session, or nothing. Again: nothing more happens.

    Refused: unknown_order, order_odd, unknown_offer, and as `take`.
    """
    found = held(order_id)
    if found.state == State.SUBMITTED:
        return found
    states.check_move(found.state, State.SUBMITTED)
    if found.release is None or not queries.can_be_had(found.release, timezone.localdate(now)):
        raise Refused("unknown_offer")
    found.price = found.offer.price
    take(
        release_id=found.release.pk, organisation_id=found.station_id, amount=Amount(found.price, 1),
        key=f"order:{found.pk}", actor=actor, now=now,
    )  # fmt: skip
    step(found, State.SUBMITTED, Side.STATION, actor, now)
    return found


@transaction.atomic
def withdraw(*, order_id: int, reason: str, actor: Actor, now: dt.datetime) -> Order:
    """While ordering goes on; what it took goes back. Refused: unknown_order, order_odd, season_shut,
    reason_missing."""
    found = held(order_id)
    if found.state != State.SUBMITTED:
        raise Refused("order_odd", str(found.get_state_display()))
    if now >= found.season.orders_until:
        raise Refused("season_shut")
    why = checked_reason(reason)
    step(found, State.CANCELLED, Side.STATION, actor, now, reason=why, cause=Side.STATION)
    give_back(key=f"order:{found.pk}", reason=why, actor=actor, now=now)
    return found


@transaction.atomic
def confirm_order(*, order_id: int, actor: Actor, now: dt.datetime) -> Order:
    """The station says yes to time, place and supplier. Again: nothing more happens. Refused: unknown_order,
    order_odd."""
    found = held(order_id)
    if found.state != State.CONFIRMED:
        step(found, State.CONFIRMED, Side.STATION, actor, now)
    return found
