"""Requests as station, county and suppliers read them. An offer is read here by nobody but its supplier as long as its
request is open: `bids` is the only way to those of others."""

import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple

from django.db.models import (
    DateTimeField,
    DurationField,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.utils import timezone
from django.utils.translation import gettext as _

from wenmai.institutions import queries as institutions
from wenmai.institutions.queries import OrganisationView
from wenmai.journal import queries as journal
from wenmai.journal.queries import Deed
from wenmai.lib import clock, waiting
from wenmai.lib.access import Actor, Reach, Scope
from wenmai.lib.waiting import Waits
from wenmai.orders.asking.rules import HIDDEN, BidState, State
from wenmai.orders.models import Account, Bid, Order, Product, Qualification, Request, Season
from wenmai.orders.rules import Standing
from wenmai.orders.rules.quotas import Amount

NEWS = dt.timedelta(days=7)
SILENT = "silent"
"""In the place of a state: open requests that nobody has offered for in half of their time."""
MOST_SEASONS, MOST_PRODUCTS, MOST_SUPPLIERS = 20, 200, 50
_NAMED = ("season__list__organiser", "station")


class Purse(NamedTuple):
    """A season, and what a station has left in it."""

    season: Season
    left: Amount


def request(request_id: int) -> Request | None:
    rows = Request.objects.select_related(*_NAMED, "season__list__organiser__place", "chosen__supplier", "need")
    return rows.filter(pk=request_id).first()


def reach(request_id: int, side: str) -> Reach | None:
    """Where its station or its organiser lies."""
    where = "station" if side == "station" else "season__list__organiser"
    found = Request.objects.filter(pk=request_id).values_list(f"{where}_id", flat=True).first()
    return institutions.reach(found) if found is not None else None


def trail(request_id: int) -> list[Deed]:
    return journal.deeds("orders_request", request_id, _details)


def _details(detail: object) -> list[str]:
    """Where it went, and why."""
    said = detail if isinstance(detail, dict) else {}
    after = [str(State(said["after"]).label)] if said.get("after") in State.values else []
    return [*after, *([str(said["reason"])] if said.get("reason") else [])]


def listed(scope: Scope, side: str, state: str = "", words: str = "") -> "QuerySet[Request]":
    """Of the scope's stations, or of its organisers; what moved last comes first."""
    mine = institutions.ids_within(scope)
    rows = Request.objects.filter(**{f"{'station' if side == 'station' else 'season__list__organiser'}__in": mine})
    if state in State.values:
        rows = rows.filter(state=state)
    elif state == SILENT:
        rows = _silent(rows, clock.now())
    if words:
        rows = rows.filter(Q(title__icontains=words) | Q(station__name__icontains=words))
    return rows.select_related(*_NAMED).order_by("-moved_at", "-pk")


def purses(station_id: int, now: dt.datetime) -> list[Purse]:
    """Seasons in which the station has a quota, that order already and still deliver; of published lists."""
    rows = Account.objects.filter(
        organisation=station_id, release=None, season__orders_from__lte=now, season__list__state="published",
        season__serves_until__gte=timezone.localdate(now), granted_sessions__gt=0,
    )  # fmt: skip
    rows = rows.select_related("season__list__organiser").order_by("season__serves_until", "pk")[:MOST_SEASONS]
    return [
        Purse(one.season, Amount(one.granted_fen - one.used_fen, one.granted_sessions - one.used_sessions))
        for one in rows
    ]  # fmt: skip


def purse(season_id: int, station_id: int) -> Purse | None:
    rows = Account.objects.filter(organisation=station_id, release=None, season=season_id, granted_sessions__gt=0)
    one = rows.select_related("season__list__organiser").first()
    if one is None:
        return None
    return Purse(one.season, Amount(one.granted_fen - one.used_fen, one.granted_sessions - one.used_sessions))


def bids(found: Request) -> list[Bid]:
    """What the station and the organiser see of others' offers: nothing before the deadline; then the cheapest first,
    without those that were taken back."""
    if found.state in HIDDEN:
        return []
    rows = Bid.objects.filter(request=found).exclude(state=BidState.WITHDRAWN).select_related("supplier", "edition")
    return list(rows.order_by(F("price") * F("sessions"), "said_at", "pk"))


def offered_count(found: Request) -> int:
    """How many; nothing of what they say."""
    return Bid.objects.filter(request=found).exclude(state=BidState.WITHDRAWN).count()


def orders_of(found: Request) -> list[Order]:
    return list(Order.objects.filter(request=found).select_related("offer__edition").order_by("pk"))


def _good(day: dt.date) -> "QuerySet[Qualification]":
    return Qualification.objects.filter(standing=Standing.PASSED, valid_to__gte=day)


def open_to(supplier_id: int, now: dt.datetime) -> "QuerySet[Request]":
    """What this supplier can offer for now, what ends first comes first; `own`: how its own offer stands."""
    there = _good(timezone.localdate(now)).filter(supplier=supplier_id, organiser=OuterRef("season__list__organiser"))
    rows = Request.objects.filter(Exists(there), state=State.OPEN, bids_until__gt=now)
    own = Bid.objects.filter(request=OuterRef("pk"), supplier=supplier_id)
    rows = rows.annotate(own=Subquery(own.values("state")[:1]))
    return rows.select_related(*_NAMED).order_by("bids_until", "pk")


def offered_by(supplier_id: int) -> "QuerySet[Bid]":
    """This supplier's own offers, the newest first."""
    rows = Bid.objects.filter(supplier=supplier_id).select_related("request__station", "edition")
    return rows.order_by("-said_at", "-pk")


def bid_of(request_id: int, supplier_id: int) -> Bid | None:
    return Bid.objects.filter(request=request_id, supplier=supplier_id).select_related("edition").first()


def shown_to(request_id: int, supplier_id: int, now: dt.datetime) -> Request | None:
    """A request that this supplier can offer for, or has."""
    found = request(request_id)
    if found is None:
        return None
    if Bid.objects.filter(request=found, supplier=supplier_id).exists():
        return found
    return found if open_to(supplier_id, now).filter(pk=request_id).exists() else None


def products_of(supplier_id: int) -> list[Product]:
    """What this supplier has on show."""
    rows = Product.objects.filter(supplier=supplier_id, shown__isnull=False).select_related("shown")
    return list(rows.order_by("shown__title", "pk")[:MOST_PRODUCTS])


def suppliers_within(scope: Scope, day: dt.date) -> list[OrganisationView]:
    """The scope's suppliers that are qualified somewhere, or have offered already."""
    mine = institutions.ids_within(scope)
    numbers = _good(day).filter(supplier__in=mine).values_list("supplier", flat=True)
    asked = Bid.objects.filter(supplier__in=mine).values_list("supplier", flat=True)
    found = institutions.organisations(sorted({*numbers[:MOST_SUPPLIERS], *asked[:MOST_SUPPLIERS]}))
    return list(found.values())


def is_over(found: Request, now: dt.datetime) -> bool:
    """The deadline of offers has passed, whether the job has seen it or not."""
    return found.state == State.OPEN and found.bids_until is not None and now >= found.bids_until


def to_open(scope: Scope, _actor: Actor) -> Waits:
    rows = Request.objects.filter(season__list__organiser__in=institutions.ids_within(scope), state=State.ASKED)
    return waiting.count(rows, "moved_at")


def to_stir(scope: Scope, _actor: Actor) -> Waits:
    """For the organiser, while there is still time: half of the days have gone and nobody has offered."""
    rows = Request.objects.filter(season__list__organiser__in=institutions.ids_within(scope))
    return waiting.count(_silent(rows, clock.now()), "moved_at")


def _silent(rows: "QuerySet[Request]", now: dt.datetime) -> "QuerySet[Request]":
    """Open, without an offer that stands, and further from its opening than from its end."""
    here = Value(now, DateTimeField())
    offers = Bid.objects.filter(request=OuterRef("pk")).exclude(state=BidState.WITHDRAWN)
    rows = rows.filter(~Exists(offers), state=State.OPEN, bids_until__gt=now)
    return rows.annotate(
        gone=ExpressionWrapper(here - F("moved_at"), DurationField()),
        left=ExpressionWrapper(F("bids_until") - here, DurationField()),
    ).filter(gone__gte=F("left"))  # fmt: skip


def to_choose(scope: Scope, _actor: Actor) -> Waits:
    rows = Request.objects.filter(station__in=institutions.ids_within(scope), state=State.CHOOSING)
    return waiting.count(rows, "moved_at")


def to_mend(scope: Scope, _actor: Actor) -> Waits:
    rows = Request.objects.filter(station__in=institutions.ids_within(scope), state=State.RETURNED)
    return waiting.count(rows, "moved_at")


def to_offer(scope: Scope, _actor: Actor) -> Waits:
    """Open requests of which some supplier of the scope has not said anything."""
    now = clock.now()
    silent = _good(timezone.localdate(now)).filter(
        supplier__in=institutions.ids_within(scope), organiser=OuterRef("season__list__organiser")
    )
    said = Bid.objects.filter(request=OuterRef(OuterRef("pk")), supplier=OuterRef("supplier"))
    rows = Request.objects.filter(Exists(silent.exclude(Exists(said))), state=State.OPEN, bids_until__gt=now)
    return waiting.count(rows, "moved_at")


def ended(side: str, scope: Scope, _actor: Actor) -> Waits:
    """What has ended in the last days without anything for this side to do: it is told so."""
    mine, since = institutions.ids_within(scope), clock.now() - NEWS
    rows = Request.objects.filter(moved_at__gt=since)
    if side == "supplier":
        own = Bid.objects.filter(request=OuterRef("pk"), supplier__in=mine).exclude(state=BidState.WITHDRAWN)
        rows = rows.filter(Exists(own), state__in=[State.CHOSEN, State.UNCHOSEN, State.LAPSED, State.WITHDRAWN])
    else:
        where = "station" if side == "station" else "season__list__organiser"
        rows = rows.filter(**{f"{where}__in": mine}, state__in=[State.UNANSWERED, State.LAPSED])
    return waiting.count(rows, "moved_at")


def standing_words(rows: Sequence[Bid]) -> list[tuple[Bid, str, str]]:
    """Each of a supplier's own offers with what became of it, and the tone of that."""
    return [(one, *_became(one)) for one in rows]


def _became(one: Bid) -> tuple[str, str]:
    if one.state == BidState.CHOSEN:
        return _("选上了"), "open"
    if one.state == BidState.WITHDRAWN:
        return _("已撤回"), ""
    if one.request.state == State.CHOSEN:
        return _("没有选上"), ""
    if one.request.state in (State.OPEN, State.CHOOSING):
        return str(one.request.get_state_display()), "warn"
    return str(one.request.get_state_display()), ""
