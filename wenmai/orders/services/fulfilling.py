"""On the day and after it: the supplier has arrived, both sides say how many came, the organiser decides a dispute."""

import datetime as dt
from collections.abc import Callable

from django.db import transaction

from wenmai.files import queries as stored
from wenmai.institutions import queries as institutions
from wenmai.journal import services as journal
from wenmai.lib.access import SYSTEM, Actor
from wenmai.lib.refusal import Refused
from wenmai.orders.models import Order, Report
from wenmai.orders.rules import checked_reason, fulfilment
from wenmai.orders.rules.fulfilment import Said
from wenmai.orders.rules.settings import ARRIVE_HOURS, REPORT_DAYS, TOLERANCE
from wenmai.orders.rules.states import Side, State, check_move
from wenmai.orders.services.moving import held, step
from wenmai.orders.settling import queries as settling
from wenmai.voices import services as needs
from wenmai.voices.rules.settings import RATE_DAYS

LINK = "order"
"""The kind of link by which an order fulfils a need."""
Kind = Report.Kind


@transaction.atomic
def arrive(*, order_id: int, said: Said, actor: Actor, now: dt.datetime) -> Report:
    """The supplier is there, with a photo. Again: nothing more happens. Refused: unknown_order, order_odd,
    arrival_early (detail: hours), arrival_late, photo_missing, photos_many, photo_gone."""
    found = held(order_id)
    before = _before(found, Side.SUPPLIER, Kind.ARRIVED)
    if before is not None:
        return before
    fulfilment.check_reported(Kind.ARRIVED, found.state)
    begins, ends = _times(found)
    fulfilment.check_arrival(now, begins, ends, _number(found, ARRIVE_HOURS))
    if not said.photos:
        raise Refused("photo_missing")
    made = _add(found, Side.SUPPLIER, Kind.ARRIVED, said, actor, now, is_late=now > begins)
    _begin(found, Side.SUPPLIER, actor, now)
    return made


@transaction.atomic
def meet(*, order_id: int, said: Said, actor: Actor, now: dt.datetime) -> Report:
    """The station has met the supplier, where it says; where it was agreed, if it says nothing. Again: nothing more
    happens. Refused: unknown_order, order_odd, arrival_early (detail: hours), arrival_late, photos_many, photo_gone."""
    found = held(order_id)
    before = _before(found, Side.STATION, Kind.MET)
    if before is not None:
        return before
    fulfilment.check_reported(Kind.MET, found.state)
    begins, ends = _times(found)
    fulfilment.check_arrival(now, begins, ends, _number(found, ARRIVE_HOURS))
    where = said if said.checked().place else said._replace(place=found.place)
    made = _add(found, Side.STATION, Kind.MET, where, actor, now)
    _begin(found, Side.STATION, actor, now)
    return made


@transaction.atomic
def report_done(*, order_id: int, side: str, heads: int, said: Said, actor: Actor, now: dt.datetime) -> Report:
    """How many came, by one side; once both have said it, it is delivered or disputed. Again with the same number:
    nothing more happens. Refused: unknown_order, order_odd, not_begun, report_over (detail: days), count_odd,
    said_already (detail: the number), photos_many, photo_gone."""
    found, count = held(order_id), fulfilment.checked_count(heads)
    before = _before(found, side, Kind.DONE)
    if before is not None:
        if before.heads != count:
            raise Refused("said_already", f"{before.heads:,}")
        return before
    fulfilment.check_reported(Kind.DONE, found.state)
    begins, ends = _times(found)
    fulfilment.check_report_time(now, begins, ends, _number(found, REPORT_DAYS))
    made = _add(found, side, Kind.DONE, said, actor, now, heads=count)
    _begin(found, side, actor, now)
    other = Report.objects.filter(order=found, kind=Kind.DONE).exclude(side=side).first()
    if found.state == State.DELIVERING and other is not None and other.heads is not None:
        _compare(found, side, made, other, actor, now)
    return made


def _compare(found: Order, side: str, made: Report, other: Report, actor: Actor, now: dt.datetime) -> None:
    """The station's number is the one that counts, where they agree."""
    assert made.heads is not None, "a count has a number"
    assert other.heads is not None, "a count has a number"
    if fulfilment.agree(made.heads, other.heads, _number(found, TOLERANCE)):
        _deliver(found, made.heads if side == Side.STATION else other.heads, side, actor, now)
    else:
        said = {made.side: made.heads, other.side: other.heads}
        step(found, State.DISPUTED, side, actor, now, reason=f"{said['supplier']:,} ≠ {said['station']:,}")


@transaction.atomic
def complain(*, order_id: int, side: str, said: Said, actor: Actor, now: dt.datetime) -> Report:
    """Refused: unknown_order, order_odd, order_settled, not_begun, report_over (detail: days), reason_missing,
    photos_many, photo_gone."""
    found, why = held(order_id), checked_reason(said.words)
    check_move(found.state, State.DISPUTED)
    fulfilment.check_reported(Kind.COMPLAINT, found.state)
    if settling.is_settled(order_id):
        raise Refused("order_settled")
    begins, ends = _times(found)
    fulfilment.check_report_time(now, begins, found.settled_at or ends, _number(found, REPORT_DAYS))
    made = _add(found, side, Kind.COMPLAINT, said, actor, now)
    step(found, State.DISPUTED, side, actor, now, reason=why)
    return made


@transaction.atomic
def decide_dispute(
    *, order_id: int, heads: int, deduction: int, cause: str, reason: str, actor: Actor, now: dt.datetime
) -> Order:
    """Which number counts, how many fen the supplier does not get, because of whom, and why. Refused: unknown_order,
    order_odd, count_odd, deduction_odd (detail: the most, in yuan), cause_odd, reason_missing."""
    found, why = held(order_id), checked_reason(reason)
    if found.state != State.DISPUTED:
        raise Refused("order_odd", str(found.get_state_display()))
    found.counted = fulfilment.checked_count(heads)
    found.deduction = fulfilment.checked_deduction(deduction, found.price)
    found.settled_at = now
    step(found, State.RATED, Side.COUNTY, actor, now, reason=why, cause=fulfilment.checked_responsible(cause))
    journal.record(
        name="orders.decided", subject_kind="orders_order", subject_key=found.pk, actor=actor, now=now, heads=heads,
        deduction=deduction, cause=cause, reason=why,
    )  # fmt: skip
    _tell(found, actor, now)
    return found


def settle_due(*, now: dt.datetime) -> int:
    """For the job: who has not said how many came in time leaves it to the other; where nobody has, the organiser
    decides; what can be rated no longer is closed. How many."""
    silent = Order.objects.filter(state__in=[State.CONFIRMED, State.DELIVERING])
    rated = Order.objects.filter(state=State.DELIVERED)
    where, done = "season__list__organiser_id", 0
    for number in institutions.ripe(silent, [REPORT_DAYS], organisation=where, since="ends_at", now=now):
        done += _settle(_end_silence, number, now)
    for number in institutions.ripe(rated, [REPORT_DAYS, RATE_DAYS], organisation=where, since="settled_at", now=now):
        done += _settle(_close, number, now)
    return done


@transaction.atomic
def _settle(act: Callable[[Order, dt.datetime], bool], number: int, now: dt.datetime) -> bool:
    return act(held(number), now)


def _end_silence(found: Order, now: dt.datetime) -> bool:
    if found.state not in (State.CONFIRMED, State.DELIVERING):
        return False
    only = Report.objects.filter(order=found, kind=Kind.DONE).first()
    if only is None or only.heads is None:
        step(found, State.DISPUTED, Side.CLOCK, SYSTEM, now)
        return True
    _deliver(found, only.heads, Side.CLOCK, SYSTEM, now)
    return True


def _close(found: Order, now: dt.datetime) -> bool:
    if found.state != State.DELIVERED:
        return False
    step(found, State.RATED, Side.CLOCK, SYSTEM, now)
    return True


def _deliver(found: Order, heads: int, side: str, actor: Actor, now: dt.datetime) -> None:
    found.counted, found.settled_at = heads, now
    step(found, State.DELIVERED, side, actor, now)
    _tell(found, actor, now)


def _tell(found: Order, actor: Actor, now: dt.datetime) -> None:
    """Needs that were promised it; nobody is told of what nobody came to."""
    if found.counted:
        needs.deliver_linked(kind=LINK, keys=[str(found.pk)], actor=actor, now=now)


def _begin(found: Order, side: str, actor: Actor, now: dt.datetime) -> None:
    if found.state == State.CONFIRMED:
        step(found, State.DELIVERING, side, actor, now)


def _before(found: Order, side: str, kind: str) -> Report | None:
    return Report.objects.filter(order=found, side=side, kind=kind).first()


def _times(found: Order) -> tuple[dt.datetime, dt.datetime]:
    """Refused: order_odd: no time was found for it."""
    if found.begins_at is None or found.ends_at is None:
        raise Refused("order_odd", str(found.get_state_display()))
    return found.begins_at, found.ends_at


def _number(found: Order, key: str) -> int:
    return int(institutions.setting(key, found.season.list.organiser_id))


def _add(
    found: Order, side: str, kind: str, said: Said, actor: Actor, now: dt.datetime, *, heads: int | None = None,
    is_late: bool = False,
) -> Report:  # fmt: skip
    kept = said.checked()
    if {*kept.photos} - stored.known([*kept.photos]):
        raise Refused("photo_gone")
    made = Report.objects.create(
        order=found, side=side, kind=kind, heads=heads, photos=[*kept.photos], words=kept.words, place=kept.place,
        is_late=is_late, by_id=actor.user_id, at=now,
    )  # fmt: skip
    journal.record(
        name="orders.reported", subject_kind="orders_order", subject_key=found.pk, actor=actor, now=now, side=side,
        kind=kind, heads=heads, photos=len(kept.photos), late=is_late,
    )  # fmt: skip
    return made
