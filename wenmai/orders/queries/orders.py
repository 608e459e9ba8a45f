"""Orders as the station, the county and the supplier read them."""

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from wenmai.booking import queries as booking
from wenmai.institutions import queries as institutions
from wenmai.lib import clock, waiting
from wenmai.lib.access import Actor, Reach, Scope
from wenmai.lib.upkeep import Finding
from wenmai.lib.waiting import Waits
from wenmai.orders.models import Account, Kept, Offer, Order, OrderStep, Release, Report, Season
from wenmai.orders.queries.qualifications import is_qualified, suppliers
from wenmai.orders.queries.quotas import openings
from wenmai.orders.rules import quotas
from wenmai.orders.rules.fulfilment import SIDES
from wenmai.orders.rules.quotas import Amount
from wenmai.orders.rules.states import HOLDS, State

UNREPORTED = "unreported"
"""In the place of a state: what waits for this side's report."""
MOST_THINGS, MOST_SUBSTITUTES = 100, 20
_NAMED = (
    "season__list__organiser", "offer__edition", "offer__product__supplier", "station", "release__offer__edition",
    "request",
)  # fmt: skip
# Orders that hold something have just taken their session out of a quota, and others have taken nothing.
_ODD = """
SELECT count(*) FROM orders_order o LEFT JOIN (
  SELECT m.key, sum(CASE m.kind WHEN 'taken' THEN m.sessions WHEN 'returned' THEN -m.sessions END) AS sessions,
    sum(CASE m.kind WHEN 'taken' THEN m.fen WHEN 'returned' THEN -m.fen END) AS fen
  FROM orders_movement m JOIN orders_account a ON a.id = m.account_id
  WHERE a.release_id IS NULL AND m.key LIKE 'order:%%' GROUP BY m.key) t ON t.key = 'order:' || o.id
WHERE (coalesce(t.sessions, 0), coalesce(t.fen, 0)) <>
  CASE WHEN o.state = ANY(%s) THEN (1::bigint, o.price::numeric) ELSE (0::bigint, 0::numeric) END"""


class Purse(NamedTuple):
    """A season in which a station orders: what it has, has used, and what of the rest is open now."""

    season: Season
    granted: Amount
    used: Amount
    open_left: Amount
    next_at: dt.datetime | None


class Dish(NamedTuple):
    """One release on a station's menu: how many sessions are left, and the most that the station can still have."""

    release: Release
    left: int
    station_left: int | None


def orders(scope: Scope, side: str, state: str = "", words: str = "") -> "QuerySet[Order]":
    """Of the scope's organisers (`county`), suppliers or stations. A cart is its station's own business, and a supplier
    sees what has come to them."""
    mine = institutions.ids_within(scope)
    if side == "county":
        rows = Order.objects.filter(season__list__organiser__in=mine).exclude(state=State.CART)
    elif side == "supplier":
        rows = Order.objects.filter(offer__product__supplier__in=mine, begins_at__isnull=False)
    else:
        rows = Order.objects.filter(station__in=mine).exclude(state=State.CART)
    if state in State.values:
        rows = rows.filter(state=state)
    elif state == UNREPORTED and side in SIDES:
        rows = unreported(rows, side, clock.now())
    if words:
        rows = rows.filter(Q(offer__edition__title__icontains=words) | Q(station__name__icontains=words))
    return rows.select_related(*_NAMED).order_by(F("begins_at").asc(nulls_first=True), "moved_at", "pk")


def unreported(rows: "QuerySet[Order]", side: str, now: dt.datetime) -> "QuerySet[Order]":
    """What is over, and of which this side has not said how many came."""
    said = Report.objects.filter(order=OuterRef("pk"), side=side, kind=Report.Kind.DONE)
    over = rows.filter(state__in=[State.CONFIRMED, State.DELIVERING], ends_at__lte=now)
    return over.exclude(Exists(said))


def order(order_id: int) -> Order | None:
    return Order.objects.select_related(*_NAMED).filter(pk=order_id).first()


def order_reach(order_id: int, side: str) -> Reach | None:
    """Where the side lies: what is in a cart has no county yet, what was not dispatched no supplier."""
    where = {"county": "season__list__organiser", "supplier": "offer__product__supplier", "station": "station"}[side]
    rows = Order.objects.filter(pk=order_id)
    if side == "county":
        rows = rows.exclude(state=State.CART)
    elif side == "supplier":
        rows = rows.filter(begins_at__isnull=False)
    found = rows.values_list(f"{where}_id", flat=True).first()
    return institutions.reach(found) if found is not None else None


def steps(order_id: int) -> list[OrderStep]:
    return list(OrderStep.objects.filter(order=order_id).select_related("offer__product__supplier").order_by("pk"))


def kept(order_id: int) -> list[Kept]:
    rows = Kept.objects.filter(order=order_id, stay__state="confirmed")
    return list(rows.select_related("stay__thing__organisation").order_by("stay__thing__name", "pk"))


def cart(station_id: int) -> list[Order]:
    return list(Order.objects.filter(station=station_id, state=State.CART).select_related(*_NAMED).order_by("pk"))


def purses(station_id: int, now: dt.datetime) -> list[Purse]:
    """Seasons that are open for ordering now and in which the station has a quota."""
    rows = Account.objects.filter(
        organisation=station_id, release=None, season__orders_from__lte=now, season__orders_until__gt=now,
        season__list__state="published",
    )  # fmt: skip
    found = []
    for one in rows.select_related("season__list__organiser").order_by("season__orders_until", "pk")[:20]:
        parts = openings(one.season_id)
        granted, used = Amount(one.granted_fen, one.granted_sessions), Amount(one.used_fen, one.used_sessions)
        left = quotas.opened(granted, parts, now).minus(used)
        following = min([at for at, _share in parts if at > now], default=None)
        found.append(Purse(one.season, granted, used, Amount(max(left.fen, 0), max(left.sessions, 0)), following))
    return found


def menu(season: Season, day: dt.date, now: dt.datetime) -> "QuerySet[Release]":
    """What a station can put into its cart now: released, of suppliers who are qualified; with `own_left`."""
    rows = Release.objects.filter(season=season, opens_at__lte=now, offer__ended_at=None)
    rows = rows.filter(
        offer__product__shown__isnull=False, offer__product__supplier__in=suppliers(season.list.organiser_id, day)
    )
    rows = rows.filter(accounts__organisation=None, accounts__used_sessions__lt=F("accounts__granted_sessions"))
    rows = rows.annotate(own_left=F("accounts__granted_sessions") - F("accounts__used_sessions"))
    return rows.select_related("offer__edition", "offer__product__supplier").order_by("offer__rank", "opens_at", "pk")


def dishes(rows: Sequence[Any], station_id: int) -> list[Dish]:
    """A page of the menu."""
    limits = Account.objects.filter(organisation=station_id, release__in=[one.pk for one in rows])
    used = {one.release_id: one.used_sessions for one in limits}
    return [Dish(one, one.own_left, one.per_station - used.get(one.pk, 0) if one.per_station else None) for one in rows]


def offer_can(offer: Offer, day: dt.date) -> bool:
    """In the list, on show, of a supplier who is qualified; what was made for a request need not be on show."""
    product = offer.product
    return (
        offer.ended_at is None and (product.shown_id is not None or offer.bid_id is not None)
        and is_qualified(offer.list.organiser_id, product.supplier_id, day)
    )  # fmt: skip


def can_be_had(release: Release, day: dt.date) -> bool:
    return release.offer.list.state == "published" and offer_can(release.offer, day)


def things_for(found: Order) -> list[Any]:
    """Who and what can be kept free for it: of the supplier, the organiser and the station; in use."""
    numbers = (found.offer.product.supplier_id, found.season.list.organiser_id, found.station_id)
    reaches = institutions.reaches(numbers)
    rows = booking.things(Scope(tuple(reaches.values()))).filter(closed_at=None, organisation__in=numbers)
    return list(rows[:MOST_THINGS])


def substitutes(found: Order, asked: set[int], day: dt.date) -> list[Offer]:
    """Others of its kind in the list that cost no more, by rank; without those that were asked already."""
    rows = Offer.objects.filter(
        list=found.season.list_id, bid=None, ended_at=None, edition__kind=found.offer.edition.kind,
        price__lte=found.price, product__shown__isnull=False,
        product__supplier__in=suppliers(found.season.list.organiser_id, day),
    )  # fmt: skip
    rows = rows.exclude(pk__in=asked).exclude(product__supplier=found.offer.product.supplier_id)
    return list(rows.select_related("product", "edition").order_by("rank", "pk")[:MOST_SUBSTITUTES])


def open_account(offer_id: int, season_id: int, now: dt.datetime) -> Account | None:
    """Sessions of the offer that are left in a release that has opened; held."""
    rows = Account.objects.select_for_update(of=("self",)).filter(
        season=season_id, organisation=None, release__offer=offer_id, release__opens_at__lte=now
    )
    return rows.filter(used_sessions__lt=F("granted_sessions")).order_by("release__opens_at", "pk").first()


def release_accounts(order_id: int) -> list[int]:
    """Accounts of releases out of which the order has a session that it did not give back."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT a.id FROM orders_movement m JOIN orders_account a ON a.id = m.account_id "
            "WHERE m.key = %s AND a.release_id IS NOT NULL GROUP BY a.id HAVING "
            "sum(CASE m.kind WHEN 'taken' THEN m.sessions ELSE -m.sessions END) > 0 ORDER BY a.id",
            [f"order:{order_id}"],
        )
        return [row[0] for row in cursor.fetchall()]


def week(scope: Scope, begins: dt.datetime, ends: dt.datetime) -> "QuerySet[Order]":
    """What has a time in between, of the scope's organisers."""
    rows = orders(scope, "county").filter(begins_at__gte=begins, begins_at__lt=ends).exclude(state=State.CANCELLED)
    return rows.order_by("begins_at", "pk")


def board(scope: Scope, begins: dt.datetime, ends: dt.datetime) -> list[Order]:
    """A week as a page shows it."""
    return list(week(scope, begins, ends)[:500])


def to_schedule(scope: Scope, _actor: Actor) -> Waits:
    rows = Order.objects.filter(season__list__organiser__in=institutions.ids_within(scope), state=State.SCHEDULING)
    return waiting.count(rows, "moved_at")


def to_accept(scope: Scope, _actor: Actor) -> Waits:
    rows = Order.objects.filter(offer__product__supplier__in=institutions.ids_within(scope), state=State.DISPATCHED)
    return waiting.count(rows, "moved_at")


def to_confirm(scope: Scope, _actor: Actor) -> Waits:
    rows = Order.objects.filter(station__in=institutions.ids_within(scope), state=State.ACCEPTED)
    return waiting.count(rows, "moved_at")


def check_orders() -> Iterator[Finding]:
    """For `wenmai check`."""
    with connection.cursor() as cursor:
        cursor.execute(_ODD, [list(HOLDS)])
        odd = cursor.fetchone()[0]
    if odd:
        yield Finding(
            False, _("有 %(n)s 张点单和额度的流水对不上") % {"n": odd},
            _("请不要再点单，把数据库交给开发者看；流水是对的，以流水为准。"),
        )  # fmt: skip
    else:
        yield Finding(True, _("点单和额度的流水对得上"))
