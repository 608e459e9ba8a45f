"""The county finds a time, the supplier says yes in time or the next one is asked; and what is called off."""

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from wenmai.booking import services as booking
from wenmai.booking.rules.times import Times
from wenmai.institutions import queries as institutions
from wenmai.lib.access import SYSTEM, Actor
from wenmai.lib.refusal import Refused
from wenmai.orders import queries
from wenmai.orders.models import Account, Kept, Offer, Order, OrderStep, Season
from wenmai.orders.rules import checked_reason, plain, states
from wenmai.orders.rules.quotas import Amount
from wenmai.orders.rules.quotas import Movement as Kind
from wenmai.orders.rules.settings import ACCEPT_HOURS
from wenmai.orders.rules.states import Side, State
from wenmai.orders.services.ledger import account_of, move
from wenmai.orders.services.moving import held, let_go, step
from wenmai.orders.services.taking import give_back

if TYPE_CHECKING:
    from wenmai.journal.models import Entry

HEARD_STAYS = {"booking.preempted", "booking.stay_released"}
MOST_THINGS = 10


@transaction.atomic
def dispatch(
    *, order_id: int, begins_at: dt.datetime, ends_at: dt.datetime, place: str, thing_ids: Sequence[int] = (),
    actor: Actor, now: dt.datetime,
) -> Order:  # fmt: skip
    """A time and a place; the troupe, the teacher, the vehicle, the hall are kept free, or it is refused.

    Refused: unknown_order, order_odd, time_odd, time_outside, place_missing, things_odd (not of the supplier, the
    organiser or the station), taken (detail: what), not_qualified.
    """
    found = held(order_id)
    states.check_move(found.state, State.DISPATCHED)
    if found.state == State.DECLINED:
        raise Refused("order_odd", str(found.get_state_display()))
    season, where = found.season, plain(place, states.PLACE)
    days = (timezone.localdate(begins_at), timezone.localdate(ends_at))
    states.check_time(begins_at, ends_at, days, (season.serves_from, season.serves_until), now)
    if not where:
        raise Refused("place_missing")
    if not queries.offer_can(found.offer, timezone.localdate(now)):
        raise Refused("not_qualified")
    _keep_free(found, thing_ids, Times(begins_at, ends_at), actor, now)
    found.begins_at, found.ends_at, found.place = begins_at, ends_at, where
    found.answer_by = _answer_by(found, now)
    step(found, State.DISPATCHED, Side.COUNTY, actor, now)
    return found


def _answer_by(found: Order, now: dt.datetime) -> dt.datetime:
    """Before it begins at the latest."""
    hours = institutions.setting(ACCEPT_HOURS, found.season.list.organiser_id)
    assert found.begins_at is not None, "dispatched with a time"
    return min(now + dt.timedelta(hours=hours), found.begins_at)


def _keep_free(found: Order, thing_ids: Sequence[int], times: Times, actor: Actor, now: dt.datetime) -> None:
    wanted = [*dict.fromkeys(thing_ids)]
    if not wanted:
        return
    if len(wanted) > MOST_THINGS or {*wanted} - {one.pk for one in queries.things_for(found)}:
        raise Refused("things_odd")
    try:
        stays = booking.book(
            wishes=[booking.Wish(one, times) for one in wanted], key=f"order-{found.pk}-{found.steps.count()}",
            use="in_house", title=found.offer.edition.title, confirmed=True, actor=actor, now=now,
        )  # fmt: skip
    except Refused as refusal:
        raise refusal if refusal.code == "taken" else Refused("things_odd") from refusal
    Kept.objects.bulk_create(Kept(order=found, stay=one) for one in stays)


@transaction.atomic
def accept(*, order_id: int, actor: Actor, now: dt.datetime) -> Order:
    """Again: nothing more happens. Refused: unknown_order, order_odd, too_late."""
    found = held(order_id)
    if found.state == State.ACCEPTED:
        return found
    states.check_move(found.state, State.ACCEPTED)
    if found.answer_by is not None and now >= found.answer_by:
        raise Refused("too_late")
    step(found, State.ACCEPTED, Side.SUPPLIER, actor, now)
    return found


@transaction.atomic
def decline(*, order_id: int, reason: str, actor: Actor, now: dt.datetime) -> Order:
    """The next supplier is asked. Refused: unknown_order, order_odd, reason_missing."""
    found, why = held(order_id), checked_reason(reason)
    _pass_on(found, Side.SUPPLIER, why, actor, now)
    return found


def follow(*, now: dt.datetime) -> int:
    """For the job: where ordering has ended, scheduling begins; who has not answered in time has declined."""
    over = Season.objects.filter(orders_until__lte=now)
    ended = Order.objects.filter(state=State.SUBMITTED, season__in=over)
    late = Order.objects.filter(state=State.DISPATCHED, answer_by__lte=now)
    numbers = [*ended.order_by("pk").values_list("pk", flat=True)[:500]]
    numbers += late.order_by("answer_by").values_list("pk", flat=True)[:500]
    return sum(_follow_one(number, now) for number in numbers)


@transaction.atomic
def _follow_one(number: int, now: dt.datetime) -> bool:
    found = held(number)
    if found.state == State.SUBMITTED and found.season.orders_until <= now:
        step(found, State.SCHEDULING, Side.CLOCK, SYSTEM, now)
    elif found.state == State.DISPATCHED and found.answer_by is not None and found.answer_by <= now:
        _pass_on(found, Side.CLOCK, "", SYSTEM, now)
    else:
        return False
    return True


def _pass_on(found: Order, side: Side, reason: str, actor: Actor, now: dt.datetime) -> None:
    """Declined; then to the next of its kind by the list's ranks, at the same time and place; where there is none, or
    no time is left, back to the county. What a station chose itself is not passed on."""
    step(found, State.DECLINED, side, actor, now, reason=reason, cause=Side.SUPPLIER)
    let_go(found, actor, now, organisation_id=found.offer.product.supplier_id)
    asked = {*OrderStep.objects.filter(order=found, after=State.DECLINED).values_list("offer", flat=True)}
    has_time = found.request_id is None and found.begins_at is not None and found.begins_at > now
    following = _next(found, asked, now) if has_time else None
    if following is None:
        let_go(found, actor, now)
        found.begins_at = found.ends_at = found.answer_by = None
        step(found, State.SCHEDULING, Side.CLOCK, actor, now)
        return
    _swap(found, following, actor, now)
    found.answer_by = _answer_by(found, now)
    step(found, State.DISPATCHED, Side.CLOCK, actor, now)


def _next(found: Order, asked: set[int], now: dt.datetime) -> tuple[Offer, Account] | None:
    """The first that costs no more and has a session left that is open."""
    for offer in queries.substitutes(found, asked, timezone.localdate(now)):
        account = queries.open_account(offer.pk, found.season_id, now)
        if account is not None:
            return offer, account
    return None


def _swap(found: Order, following: tuple[Offer, Account], actor: Actor, now: dt.datetime) -> None:
    """Its session and the difference in money go back, one of the other offer is taken."""
    offer, places = following
    by: dict[str, Any] = {"key": f"order:{found.pk}", "actor": actor, "now": now}
    for number in queries.release_accounts(found.pk):
        own = Account.objects.select_for_update().get(pk=number)
        move(own, Kind.RETURNED, Amount(0, 1), refusal="amount_odd", **by)
    move(places, Kind.TAKEN, Amount(0, 1), refusal="release_short", **by)
    if found.price > offer.price:
        quota = account_of(found.season_id, organisation_id=found.station_id)
        less = Amount(found.price - offer.price)
        move(quota, Kind.RETURNED, less, refusal="amount_odd", **by)
    found.offer, found.price = offer, offer.price


@transaction.atomic
def put_back(*, order_id: int, cause: str, reason: str, actor: Actor, now: dt.datetime) -> Order:
    """Another time has to be found; says because of whom. Refused: unknown_order, order_odd, cause_odd,
    reason_missing."""
    found = held(order_id)
    _put_back(found, Side.COUNTY, states.checked_cause(cause), checked_reason(reason), actor, now)
    return found


def _put_back(found: Order, side: Side, cause: str, reason: str, actor: Actor, now: dt.datetime) -> None:
    states.check_move(found.state, State.SCHEDULING)
    let_go(found, actor, now)
    found.begins_at = found.ends_at = found.answer_by = None
    step(found, State.SCHEDULING, side, actor, now, reason=reason, cause=cause)


@transaction.atomic
def call_off(*, order_id: int, cause: str, reason: str, actor: Actor, now: dt.datetime) -> Order:
    """It does not take place; says because of whom; what it took goes back. Refused: unknown_order, order_odd,
    cause_odd, reason_missing."""
    found, why = held(order_id), checked_reason(reason)
    if found.state == State.SUBMITTED:
        raise Refused("order_odd", str(found.get_state_display()))
    states.check_move(found.state, State.CANCELLED)
    let_go(found, actor, now)
    step(found, State.CANCELLED, Side.COUNTY, actor, now, reason=why, cause=states.checked_cause(cause))
    give_back(key=f"order:{found.pk}", reason=why, actor=actor, now=now)
    return found


def hear_stays(entry: "Entry") -> None:
    """A house has taken a time back: another one has to be found. Again: nothing more happens."""
    numbers = entry.detail.get("stays") or [entry.detail.get("stay")]
    rows = Kept.objects.filter(stay__in=[one for one in numbers if one]).order_by("order")
    for number in rows.values_list("order", flat=True).distinct():
        _lost(number, str(entry.detail.get("reason", "")), entry.at)


@transaction.atomic
def _lost(number: int, reason: str, now: dt.datetime) -> None:
    found = held(number)
    gone = Kept.objects.filter(order=found, stay__state__in=["preempted", "released"])
    gone = gone.filter(stay__starts_at=F("order__begins_at"))
    if found.state in states.TIMED and gone.exists():
        _put_back(found, Side.CLOCK, Side.COUNTY, reason[: states.REASON] or "—", SYSTEM, now)
