"""What a station has chosen becomes orders like every other: one for each session, out of its quota."""

import datetime as dt

from wenmai.lib.access import Actor
from wenmai.lib.refusal import Refused
from wenmai.orders import services as supplies
from wenmai.orders.models import Bid, Edition, Offer, Order, Request
from wenmai.orders.rules import Content
from wenmai.orders.rules.quotas import Amount
from wenmai.orders.rules.states import Side, State
from wenmai.orders.services.moving import step
from wenmai.orders.services.taking import take_of_quota
from wenmai.voices import services as needs

RANK = 999


def order_what_was_chosen(found: Request, one: Bid, actor: Actor, now: dt.datetime) -> list[Order]:
    """In the caller's transaction. The days are the supplier's, time and place are found by the organiser as always:
    whoever goes is kept free then. Refused: as `take_of_quota`."""
    edition = one.edition or _written(found, one, actor, now)
    offer = Offer.objects.create(
        list=found.season.list, product_id=edition.product_id, edition=edition, price=one.price, sessions=one.sessions,
        rank=RANK, bid=one,
    )  # fmt: skip
    made = [_order(found, one, offer, number, actor, now) for number in range(1, one.sessions + 1)]
    if found.need_id is not None:
        for order in made:
            _link(found.need_id, order, actor, now)
    return made


def _written(found: Request, one: Bid, actor: Actor, now: dt.datetime) -> Edition:
    """What was only described is a product of the supplier from now on; the review has not seen it, so that it is not
    on show."""
    content = Content(
        found.kind, one.title, one.text, minutes=one.minutes, audience=found.whom, capacity=found.heads,
        price=one.price,
    )  # fmt: skip
    product = supplies.write(content=content, supplier_id=one.supplier_id, actor=actor, now=now)
    assert product.latest is not None, "just written"
    return product.latest


def _order(found: Request, one: Bid, offer: Offer, number: int, actor: Actor, now: dt.datetime) -> Order:
    made = Order.objects.create(
        season=found.season, request=found, offer=offer, station_id=found.station_id, price=one.price,
        heads=found.heads, wish_from=one.first, wish_until=one.last, place=found.place, words=found.words,
        key=f"request-{found.pk}-{number}", made_by=actor.user_id, made_at=now, moved_at=now,
    )  # fmt: skip
    take_of_quota(
        season_id=found.season_id, organisation_id=found.station_id, amount=Amount(one.price, 1),
        key=f"order:{made.pk}", actor=actor, now=now,
    )  # fmt: skip
    step(made, State.SUBMITTED, Side.STATION, actor, now)
    step(made, State.SCHEDULING, Side.STATION, actor, now)
    return made


def _link(need_id: int, order: Order, actor: Actor, now: dt.datetime) -> None:
    """Its people are told by `voices`. A need that has gone on meanwhile stays as it is: the order stands anyway."""
    try:
        needs.link(need_id=need_id, kind=supplies.LINK, key=str(order.pk), actor=actor, now=now)
    except Refused:
        return
