"""A station asks, the organiser opens it, suppliers offer, the station chooses; each step once, atomic, journalled."""

import datetime as dt
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from wenmai.institutions import queries as institutions
from wenmai.journal import services as journal
from wenmai.lib.access import SYSTEM, Actor
from wenmai.lib.refusal import Refused
from wenmai.orders import queries as supplies
from wenmai.orders.asking import queries, rules
from wenmai.orders.asking.choosing import order_what_was_chosen
from wenmai.orders.asking.moving import held, step
from wenmai.orders.asking.rules import BidState, Said, State, Wanted
from wenmai.orders.models import Bid, Product, Request
from wenmai.orders.rules import checked_reason, plain
from wenmai.orders.rules.settings import CHOOSE_DAYS
from wenmai.orders.rules.states import REASON, Side
from wenmai.voices import queries as needs


@transaction.atomic
def write(
    *, station_id: int, season_id: int, wanted: Wanted, need_id: int | None = None, key: str, actor: Actor,
    now: dt.datetime,
) -> Request:  # fmt: skip
    """Takes nothing yet. The same key again answers with what it wrote.

    Refused: unknown_season, quota_short (less is left than it may cost), requests_many (detail: the most), key_odd,
    unknown_need (none of this station's, or not adopted), and as `Wanted.checked`.
    """
    before = Request.objects.filter(station=station_id, key=key).first()
    if before is not None:
        return before
    if not 8 <= len(key) <= 64:
        raise Refused("key_odd")
    purse = next((one for one in queries.purses(station_id, now) if one.season.pk == season_id), None)
    if purse is None:
        raise Refused("unknown_season")
    kept = _checked(wanted, purse, now)
    if need_id is not None and not _is_to_be_met(need_id, station_id):
        raise Refused("unknown_need")
    if Request.objects.filter(station=station_id, state__in=rules.STANDING).count() >= rules.MOST_OPEN:
        raise Refused("requests_many", str(rules.MOST_OPEN))
    try:
        with transaction.atomic():
            made = Request.objects.create(
                station_id=station_id, season=purse.season, need_id=need_id, key=key, made_by=actor.user_id,
                made_at=now, moved_at=now, **_columns(kept),
            )  # fmt: skip
    except IntegrityError:
        return Request.objects.get(station=station_id, key=key)
    _note_written(made, actor, now)
    return made


def _checked(wanted: Wanted, purse: queries.Purse, now: dt.datetime) -> Wanted:
    season = purse.season
    kept = wanted.checked((season.serves_from, season.serves_until), timezone.localdate(now))
    if kept.most > purse.left.fen or not purse.left.sessions:
        raise Refused("quota_short")
    return kept


def _columns(kept: Wanted) -> dict[str, Any]:
    said = kept._asdict()
    days = {"wish_from": said.pop("first"), "wish_until": said.pop("last")}
    return {**said, **days}


def _is_to_be_met(need_id: int, station_id: int) -> bool:
    found = needs.need(need_id)
    return (
        found is not None and found.organisation_id == station_id and found.head_id is None
        and found.step in ("adopted", "partial", "linked")
    )  # fmt: skip


def _note_written(found: Request, actor: Actor, now: dt.datetime) -> None:
    journal.record(
        name="orders.request_written", subject_kind="orders_request", subject_key=found.pk, actor=actor, now=now,
        station=found.station_id, season=found.season_id, need=found.need_id, most=found.most,
    )  # fmt: skip


@transaction.atomic
def change(*, request_id: int, wanted: Wanted, actor: Actor, now: dt.datetime) -> Request:
    """Before it is open; what was returned is asked anew. Refused: unknown_request, request_odd, quota_short, and as
    `Wanted.checked`."""
    found = held(request_id)
    if found.state not in rules.WRITABLE:
        raise Refused("request_odd", str(found.get_state_display()))
    purse = queries.purse(found.season_id, found.station_id)
    if purse is None:
        raise Refused("quota_short")
    for name, value in _columns(_checked(wanted, purse, now)).items():
        setattr(found, name, value)
    if found.state == State.RETURNED:
        step(found, State.ASKED, Side.STATION, actor, now)
    else:
        found.save()
    _note_written(found, actor, now)
    return found


@transaction.atomic
def open_up(*, request_id: int, until: dt.datetime, actor: Actor, now: dt.datetime) -> Request:
    """Suppliers can offer until then; as many days later as the organiser has said the station has to have chosen.
    Refused: unknown_request, request_odd, deadline_odd, deadline_late, list_odd."""
    found = held(request_id)
    rules.check_move(found.state, State.OPEN)
    if found.season.list.state != "published":
        raise Refused("list_odd", str(found.season.list.get_state_display()))
    rules.check_deadline(until, now, found.wish_until, timezone.localdate(until))
    days = int(institutions.setting(CHOOSE_DAYS, found.season.list.organiser_id))
    found.bids_until, found.choose_by = until, until + dt.timedelta(days=days)
    step(found, State.OPEN, Side.COUNTY, actor, now)
    return found


@transaction.atomic
def return_to_station(*, request_id: int, reason: str, actor: Actor, now: dt.datetime) -> Request:
    """Refused: unknown_request, request_odd, reason_missing."""
    found, why = held(request_id), checked_reason(reason)
    step(found, State.RETURNED, Side.COUNTY, actor, now, reason=why)
    return found


@transaction.atomic
def withdraw(*, request_id: int, reason: str, actor: Actor, now: dt.datetime) -> Request:
    """Until the deadline of offers. Refused: unknown_request, request_odd, reason_missing."""
    found, why = held(request_id), checked_reason(reason)
    if queries.is_over(found, now):
        raise Refused("request_odd", str(State.CHOOSING.label))
    step(found, State.WITHDRAWN, Side.STATION, actor, now, reason=why)
    return found


@transaction.atomic
def bid(*, request_id: int, supplier_id: int, said: Said, actor: Actor, now: dt.datetime) -> Bid:
    """Said the first time, or changed; until the deadline. Its price stands in no journal: it would be read there.

    Refused: unknown_request, request_odd, bids_over, not_qualified, product_not_shown, bids_many, and as
    `Said.checked`.
    """
    found = held(request_id)
    _check_open(found, now)
    if not supplies.is_qualified(found.season.list.organiser_id, supplier_id, timezone.localdate(now)):
        raise Refused("not_qualified")
    serves = (found.season.serves_from, found.season.serves_until)
    kept = said.checked(found.most, serves, timezone.localdate(now))
    before = Bid.objects.filter(request=found, supplier=supplier_id).first()
    if before is None and found.bids.count() >= rules.MOST_BIDS:
        raise Refused("bids_many", str(rules.MOST_BIDS))
    columns = {name: value for name, value in kept._asdict().items() if name != "product_id"}
    columns |= {"edition_id": _edition(kept.product_id, supplier_id), "state": BidState.STANDING}
    if before is not None and all(getattr(before, name) == value for name, value in columns.items()):
        return before
    made, _is_new = Bid.objects.update_or_create(
        request=found, supplier_id=supplier_id, defaults={**columns, "by_id": actor.user_id, "said_at": now},
        create_defaults={**columns, "by_id": actor.user_id, "said_at": now, "made_at": now},
    )  # fmt: skip
    journal.record(
        name="orders.bid_said", subject_kind="orders_bid", subject_key=made.pk, actor=actor, now=now,
        request=found.pk, supplier=supplier_id,
    )  # fmt: skip
    return made


def _check_open(found: Request, now: dt.datetime) -> None:
    if found.state != State.OPEN:
        raise Refused("request_odd", str(found.get_state_display()))
    if queries.is_over(found, now):
        raise Refused("bids_over")


def _edition(product_id: int | None, supplier_id: int) -> int | None:
    """Of the product as it is on show now."""
    if product_id is None:
        return None
    number = Product.objects.filter(pk=product_id, supplier=supplier_id).values_list("shown", flat=True).first()
    if number is None:
        raise Refused("product_not_shown")
    return number


@transaction.atomic
def withdraw_bid(*, request_id: int, supplier_id: int, actor: Actor, now: dt.datetime) -> None:
    """Until the deadline; it can be said anew. Again: nothing more happens. Refused: unknown_request, request_odd,
    bids_over, unknown_bid."""
    found = held(request_id)
    _check_open(found, now)
    one = Bid.objects.filter(request=found, supplier=supplier_id).first()
    if one is None:
        raise Refused("unknown_bid")
    if one.state == BidState.WITHDRAWN:
        return
    one.state, one.said_at, one.by_id = BidState.WITHDRAWN, now, actor.user_id
    one.save()
    journal.record(
        name="orders.bid_withdrawn", subject_kind="orders_bid", subject_key=one.pk, actor=actor, now=now,
        request=found.pk, supplier=supplier_id,
    )  # fmt: skip


@transaction.atomic
def choose(*, request_id: int, bid_id: int, reason: str = "", actor: Actor, now: dt.datetime) -> Request:
    """The station takes one; the quota gives its money and its sessions in the same transaction, or nothing happens.
    `reason`: why, where a cheaper one is left aside. The same one again: nothing more happens.

    Refused: unknown_request, request_odd, bids_open, choose_late, unknown_bid, reason_cheaper, not_qualified, list_odd,
    quota_shut, quota_short.
    """
    found, why = held(request_id), plain(reason, REASON)
    if found.state == State.CHOSEN and found.chosen_id == bid_id:
        return found
    _close(found, now)
    _check_choosing(found, now)
    standing = {one.pk: one for one in queries.bids(found)}
    one = standing.get(bid_id)
    if one is None:
        raise Refused("unknown_bid")
    if not why and rules.needs_reason(one.total, [other.total for other in standing.values()]):
        raise Refused("reason_cheaper")
    if not supplies.is_qualified(found.season.list.organiser_id, one.supplier_id, timezone.localdate(now)):
        raise Refused("not_qualified")
    found.chosen = one
    step(found, State.CHOSEN, Side.STATION, actor, now, reason=why, bid=one.pk, price=one.price, sessions=one.sessions)
    Bid.objects.filter(pk=one.pk).update(state=BidState.CHOSEN)
    order_what_was_chosen(found, one, actor, now)
    return found


def _check_choosing(found: Request, now: dt.datetime) -> None:
    if found.state == State.OPEN:
        raise Refused("bids_open")
    if found.state != State.CHOOSING:
        raise Refused("request_odd", str(found.get_state_display()))
    if found.choose_by is not None and now >= found.choose_by:
        raise Refused("choose_late")


@transaction.atomic
def choose_none(*, request_id: int, reason: str, actor: Actor, now: dt.datetime) -> Request:
    """Refused: unknown_request, request_odd, bids_open, choose_late, reason_missing."""
    found, why = held(request_id), checked_reason(reason)
    _close(found, now)
    _check_choosing(found, now)
    step(found, State.UNCHOSEN, Side.STATION, actor, now, reason=why)
    return found


def follow(*, now: dt.datetime) -> int:
    """For the job: where the deadline has passed the station chooses, or nobody has offered; what was not chosen in
    time, or not opened before its last day, has lapsed."""
    day = timezone.localdate(now)
    closed = Request.objects.filter(state=State.OPEN, bids_until__lte=now).order_by("bids_until")
    late = Request.objects.filter(state=State.CHOOSING, choose_by__lte=now).order_by("choose_by")
    past = Request.objects.filter(state__in=rules.WRITABLE, wish_until__lt=day).order_by("pk")
    numbers = [number for rows in (closed, late, past) for number in rows.values_list("pk", flat=True)[:500]]
    return sum(_follow_one(number, now) for number in numbers)


@transaction.atomic
def _follow_one(number: int, now: dt.datetime) -> bool:
    found = held(number)
    if _close(found, now):
        return True
    is_late = found.state == State.CHOOSING and found.choose_by is not None and found.choose_by <= now
    if is_late or (found.state in rules.WRITABLE and found.wish_until < timezone.localdate(now)):
        step(found, State.LAPSED, Side.CLOCK, SYSTEM, now)
        return True
    return False


def _close(found: Request, now: dt.datetime) -> bool:
    if not queries.is_over(found, now):
        return False
    after = State.CHOOSING if queries.offered_count(found) else State.UNANSWERED
    step(found, after, Side.CLOCK, SYSTEM, now)
    return True
