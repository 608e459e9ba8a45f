"""A month's orders are drawn, and what the stations say is noted."""

import datetime as dt
import secrets

from django.db import transaction
from django.utils import timezone

from wenmai.institutions import queries as institutions
from wenmai.journal import services as journal
from wenmai.lib.access import SYSTEM, Actor
from wenmai.lib.refusal import Refused
from wenmai.orders.calling import queries, rules
from wenmai.orders.calling.models import Call, CallItem, CallRound
from wenmai.orders.calling.rules import Heard
from wenmai.orders.models import Order
from wenmai.orders.rules import checked_reason
from wenmai.orders.rules.fulfilment import Said
from wenmai.orders.rules.settings import CALL_PERCENT, TOLERANCE
from wenmai.orders.rules.states import Side
from wenmai.orders.services.fulfilling import complain
from wenmai.review.rules import sampling


def draw_due(*, now: dt.datetime) -> int:
    """For the job: the month that is over, once for each organiser. How many were drawn."""
    month = rules.month_before(timezone.localdate(now))
    return sum(draw_calls(organiser_id=one, month=month, now=now) for one in queries.organisers_to_draw(month))


@transaction.atomic
def draw_calls(*, organiser_id: int, month: dt.date, now: dt.datetime) -> int:
    """How many orders were drawn; none where there are none, or where it was drawn already."""
    ids = queries.population(organiser_id, month)
    if not ids:
        return 0
    percent = int(institutions.setting(CALL_PERCENT, organiser_id))
    seed, count = secrets.token_hex(16), rules.how_many(len(ids), percent)
    made = CallRound(
        organiser_id=organiser_id, month=month, percent=percent, seed=seed, population=ids,
        digest=sampling.digest(ids), drawn_count=count, until=rules.called_until(month), made_at=now,
    )  # fmt: skip
    CallRound.objects.bulk_create([made], ignore_conflicts=True)
    found = CallRound.objects.filter(organiser=organiser_id, month=month, seed=seed).first()
    if found is None:
        return 0
    CallItem.objects.bulk_create(
        CallItem(round=found, number=number, order_id=order_id)
        for number, order_id in enumerate(sampling.drawn(seed, ids, count), 1)
    )
    journal.record(
        name="orders.calls_drawn", subject_kind="orders_calls", subject_key=found.pk, actor=SYSTEM, now=now,
        month=f"{month:%Y-%m}", seed=seed, digest=found.digest, population=len(ids), count=count,
    )  # fmt: skip
    return count


@transaction.atomic
def note_call(*, item_id: int, heard: Heard, actor: Actor, now: dt.datetime) -> Call:
    """What a station said, once; nobody there can be noted a few times before. What does not fit needs words, and opens
    the dispute of the order if there is still time for one. Refused: unknown_call, call_over (detail: the last day),
    called_already, calls_many (detail), call_odd, count_odd (detail), reason_missing."""
    said = heard.checked()
    rows = CallItem.objects.select_for_update(of=("self",)).select_related("round")
    item = rows.defer("round__population").filter(pk=item_id).first()
    if item is None:
        raise Refused("unknown_call")
    if timezone.localdate(now) > item.round.until:
        raise Refused("call_over", f"{item.round.until:%Y-%m-%d}")
    earlier = list(Call.objects.filter(item=item))
    if any(one.reached for one in earlier):
        raise Refused("called_already")
    if len(earlier) >= rules.MOST_TRIES and not said.reached:
        raise Refused("calls_many", str(rules.MOST_TRIES))
    is_odd = _is_odd(item, said)
    opened = is_odd and _opens(item, checked_reason(said.words), actor, now)
    made = Call.objects.create(item=item, **said._asdict(), differs=is_odd, opened=opened, by_id=actor.user_id, at=now)
    journal.record(
        name="orders.called_back", subject_kind="orders_order", subject_key=item.order_id, actor=actor, now=now,
        reached=said.reached, came=said.came, heads=said.heads, as_agreed=said.as_agreed, differs=is_odd, opened=opened,
    )  # fmt: skip
    return made


def _is_odd(item: CallItem, said: Heard) -> bool:
    counted = Order.objects.filter(pk=item.order_id).values_list("counted", flat=True).get() or 0
    return rules.differs(said, counted, int(institutions.setting(TOLERANCE, item.round.organiser_id)))


def _opens(item: CallItem, words: str, actor: Actor, now: dt.datetime) -> bool:
    """By the same way as a complaint of the station."""
    try:
        complain(order_id=item.order_id, side=Side.STATION, said=Said(words), actor=actor, now=now)
    except Refused:
        return False
    return True
