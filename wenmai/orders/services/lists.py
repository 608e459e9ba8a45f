"""The yearly list of what an organiser offers: put together, published, changed with a trace, closed."""

import datetime as dt
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Sum
from django.utils import timezone

from wenmai.institutions import queries as institutions
from wenmai.journal import services as journal
from wenmai.lib.access import Actor
from wenmai.lib.refusal import Refused
from wenmai.orders import queries
from wenmai.orders.models import Offer, Product, Release, SupplyList
from wenmai.orders.rules import (
    ListState,
    check_list_move,
    checked_price,
    checked_reason,
    checked_sessions,
    checked_year,
    supply,
)


@transaction.atomic
def make_list(*, organiser_id: int, year: int, actor: Actor, now: dt.datetime) -> SupplyList:
    """Refused: unknown_organiser, year_odd, list_there."""
    organiser = institutions.organisation(organiser_id)
    if organiser is None or organiser.closed_on or organiser.kind not in supply.ORGANISERS:
        raise Refused("unknown_organiser")
    checked_year(year, timezone.localdate(now).year)
    try:
        with transaction.atomic():
            made = SupplyList.objects.create(organiser_id=organiser_id, year=year, made_at=now)
    except IntegrityError as error:
        raise Refused("list_there", str(year)) from error
    _note("orders.list_made", made, actor, now, year=year)
    return made


@transaction.atomic
def set_offer(
    *, list_id: int, product_id: int, price: int, sessions: int, rank: int = 100, actor: Actor, now: dt.datetime
) -> Offer:
    """Puts a product in, in the edition that is on show, or changes what was agreed of it; also takes it back in.

    Refused: unknown_list, list_odd, product_not_shown, not_qualified, price_odd, sessions_odd, rank_odd, offers_many,
    sessions_released (more are in releases; detail: how many).
    """
    found = _locked(list_id)
    if found.state == ListState.CLOSED:
        raise Refused("list_odd", str(found.get_state_display()))
    product = Product.objects.select_for_update(no_key=True).filter(pk=product_id).first()
    if product is None or product.shown_id is None:
        raise Refused("product_not_shown")
    if not queries.is_qualified(found.organiser_id, product.supplier_id, timezone.localdate(now)):
        raise Refused("not_qualified")
    if not 1 <= rank <= 999:
        raise Refused("rank_odd", "999")
    said: dict[str, Any] = {
        "edition_id": product.shown_id, "price": checked_price(price), "sessions": checked_sessions(sessions),
        "rank": rank, "ended_at": None, "reason": "",
    }  # fmt: skip
    before = Offer.objects.filter(list=found, product=product, bid=None).first()
    if before is None and found.offers.filter(bid=None).count() >= supply.MOST_OFFERS:
        raise Refused("offers_many", str(supply.MOST_OFFERS))
    out = Release.objects.filter(offer=before).aggregate(all=Sum("sessions"))["all"] or 0
    if out > sessions:
        raise Refused("sessions_released", str(out))
    if before is not None and all(getattr(before, name) == value for name, value in said.items()):
        return before
    made, _is_new = Offer.objects.update_or_create(list=found, product=product, bid=None, defaults=said)
    was = {} if before is None else {"price_before": before.price, "sessions_before": before.sessions}
    _note("orders.offer_set", found, actor, now, offer=made.pk, price=price, sessions=sessions, **was)
    return made


@transaction.atomic
def end_offer(*, offer_id: int, reason: str, actor: Actor, now: dt.datetime) -> None:
    """Out of a draft without a trace, out of a published list with a reason. Refused: unknown_offer, list_odd,
    reason_missing."""
    list_id = Offer.objects.filter(pk=offer_id, bid=None).values_list("list", flat=True).first()
    if list_id is None:
        raise Refused("unknown_offer")
    found = _locked(list_id)
    offer = Offer.objects.select_for_update().get(pk=offer_id)
    if found.state == ListState.CLOSED:
        raise Refused("list_odd", str(found.get_state_display()))
    if offer.ended_at is not None:
        return
    why = ""
    if found.state == ListState.DRAFT:
        offer.delete()
    else:
        why = offer.reason = checked_reason(reason)
        offer.ended_at = now
        offer.save()
    _note("orders.offer_ended", found, actor, now, offer=offer_id, product=offer.product_id, reason=why)


@transaction.atomic
def publish_list(*, list_id: int, actor: Actor, now: dt.datetime) -> SupplyList:
    """Refused: unknown_list, list_odd, list_empty, and offers_stale (detail: titles) where something in it is not on
    show or not of a qualified supplier any more."""
    found = _locked(list_id)
    check_list_move(found.state, ListState.PUBLISHED)
    if not found.offers.exists():
        raise Refused("list_empty")
    stale = queries.stale_titles(found, timezone.localdate(now))
    if stale:
        raise Refused("offers_stale", "、".join(stale))
    found.state, found.published_at = ListState.PUBLISHED, now
    found.save()
    _note("orders.list_published", found, actor, now, offers=found.offers.count())
    return found


@transaction.atomic
def close_list(*, list_id: int, actor: Actor, now: dt.datetime) -> SupplyList:
    """At the end of its year, or before. Refused: unknown_list, list_odd."""
    found = _locked(list_id)
    check_list_move(found.state, ListState.CLOSED)
    found.state, found.closed_at = ListState.CLOSED, now
    found.save()
    _note("orders.list_closed", found, actor, now)
    return found


def _locked(list_id: int) -> SupplyList:
    found = SupplyList.objects.select_for_update().filter(pk=list_id).first()
    if found is None:
        raise Refused("unknown_list")
    return found


def _note(name: str, found: SupplyList, actor: Actor, now: dt.datetime, **detail: Any) -> None:
    journal.record(name=name, subject_kind="orders_list", subject_key=found.pk, actor=actor, now=now, **detail)
