"""What every step of an order has in common: the row is held, the move is one of the table, a line is written."""

import datetime as dt
from typing import Any

from wenmai.booking import services as booking
from wenmai.journal import services as journal
from wenmai.lib.access import Actor
from wenmai.lib.refusal import Refused
from wenmai.orders.models import Kept, Order, OrderStep
from wenmai.orders.rules.states import State, check_move
from wenmai.orders.services import telling


def held(order_id: int) -> Order:
    """Refused: unknown_order."""
    rows = Order.objects.select_for_update(of=("self",)).select_related("season__list", "offer__product", "release")
    found = rows.filter(pk=order_id).first()
    if found is None:
        raise Refused("unknown_order")
    return found


def step(
    found: Order, after: str, side: str, actor: Actor, now: dt.datetime, *, reason: str = "", cause: str = ""
) -> None:  # fmt: skip
    """Refused: order_odd."""
    check_move(found.state, after)
    before, found.state, found.moved_at = found.state, State(after), now
    found.save()
    made = OrderStep.objects.create(
        order=found, before=before, after=after, side=side, cause=cause, reason=reason, offer_id=found.offer_id,
        by_id=actor.user_id, at=now,
    )  # fmt: skip
    said: dict[str, Any] = {"cause": cause, "reason": reason} if reason or cause else {}
    journal.record(
        name="orders.moved", subject_kind="orders_order", subject_key=found.pk, actor=actor, now=now, before=before,
        after=after, side=side, offer=found.offer_id, **said,
    )  # fmt: skip
    telling.tell(made)


def let_go(found: Order, actor: Actor, now: dt.datetime, *, organisation_id: int | None = None) -> None:
    """Whoever was kept free for it is others' again; with `organisation_id` only what is that one's."""
    rows = Kept.objects.filter(order=found, stay__state="confirmed")
    if organisation_id is not None:
        rows = rows.filter(stay__thing__organisation=organisation_id)
    for number in rows.order_by("stay__thing", "stay").values_list("stay", flat=True):
        booking.end_stay(stay_id=number, actor=actor, now=now)
