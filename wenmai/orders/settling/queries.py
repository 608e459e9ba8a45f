"""What is to be settled, settlements as both sides read them, and what has to be true of them."""

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext as _

from wenmai.institutions import queries as institutions
from wenmai.lib import clock, waiting
from wenmai.lib.access import Actor, Reach, Scope
from wenmai.lib.evidence import MOST as MOST_PIECES
from wenmai.lib.evidence import Piece
from wenmai.lib.upkeep import Finding
from wenmai.lib.waiting import Waits
from wenmai.orders.calling.models import Call
from wenmai.orders.calling.rules import month_after
from wenmai.orders.models import Order, Report
from wenmai.orders.rules.settings import REPORT_DAYS
from wenmai.orders.rules.states import State
from wenmai.orders.settling.models import Settlement, SettlementLine, SettlementStep
from wenmai.orders.settling.rules import Stand

PAGES = {"county": "desk:orders:settlement", "supplier": "desk:orders:settled_one"}
_SIDE = {"county": "organiser", "supplier": "supplier"}
_BOTH = ("season__list__organiser_id", "offer__product__supplier_id")
_SERVED = (State.CONFIRMED, State.DELIVERING, State.DELIVERED, State.DISPUTED, State.RATED)
_ODD = """
SELECT count(*) FROM (SELECT s.id FROM orders_settlement s
  LEFT JOIN orders_settlementline l ON l.settlement_id = s.id AND l.out_at IS NULL
  GROUP BY s.id HAVING (s.line_count, s.price, s.deduction, s.due) <>
    (count(l.id), coalesce(sum(l.price), 0), coalesce(sum(l.deduction), 0), coalesce(sum(l.due), 0))) AS odd"""
_FOREIGN = """
SELECT count(*) FROM orders_settlementline l JOIN orders_settlement s ON s.id = l.settlement_id
  JOIN orders_order o ON o.id = l.order_id JOIN orders_season e ON e.id = o.season_id
  JOIN orders_supplylist y ON y.id = e.list_id JOIN orders_offer f ON f.id = o.offer_id
  JOIN orders_product p ON p.id = f.product_id
WHERE l.out_at IS NULL AND (o.state NOT IN ('delivered', 'rated') OR l.price <> o.price OR l.due > o.price
  OR y.organiser_id <> s.organiser_id OR p.supplier_id <> s.supplier_id)"""
_TWICE = """
SELECT count(*) FROM (SELECT order_id FROM orders_settlementline WHERE out_at IS NULL
  GROUP BY order_id HAVING count(*) > 1) AS twice"""


class Due(NamedTuple):
    """What a month comes to, of one supplier at one organiser. `disputed`, `unsure` wait for a later settlement: the
    organiser has to decide, the time for reports or complaints is not over. `settlement`: the month's, where there is
    one already."""

    organiser_id: int
    organiser: str
    supplier_id: int
    supplier: str
    ready: int
    price: int
    deduction: int
    disputed: int
    unsure: int
    settlement: int | None

    @property
    def due(self) -> int:
        return self.price - self.deduction


class Line(NamedTuple):
    """What is due of an order, with how much there is to show for it: photos, what either side counted, and whether the
    station said otherwise on the telephone."""

    line: SettlementLine
    photos: int
    counts: dict[str, int]
    differs: bool


def unsettled(month: dt.date) -> "QuerySet[Order]":
    """What was to be delivered before the end of a month, costs something, and stands in no settlement."""
    lines = SettlementLine.objects.filter(order=OuterRef("pk"), out_at=None)
    rows = Order.objects.filter(state__in=_SERVED, price__gt=0, ends_at__lt=clock.midnight(month_after(month)))
    return rows.exclude(Exists(lines))


def _ready(organisers: Sequence[int], now: dt.datetime) -> Q:
    """What is closed, or delivered so long ago that nobody can complain any more."""
    found = Q(state=State.RATED)
    for number, said in institutions.settings_for([REPORT_DAYS], organisers).items():
        before = now - dt.timedelta(days=int(said[REPORT_DAYS]))
        found |= Q(state=State.DELIVERED, season__list__organiser=number, settled_at__lte=before)
    return found


def to_settle(organiser_id: int, supplier_id: int, month: dt.date, now: dt.datetime) -> "QuerySet[Order]":
    rows = unsettled(month).filter(season__list__organiser=organiser_id, offer__product__supplier=supplier_id)
    return rows.filter(_ready([organiser_id], now)).order_by("pk")


def pairs(scope: Scope, month: dt.date) -> "QuerySet[Any, Any]":
    """Organiser and supplier, wherever a month has something that is not settled."""
    rows = unsettled(month).filter(season__list__organiser__in=institutions.ids_within(scope))
    names = ("season__list__organiser__name", "offer__product__supplier__name")
    return rows.order_by(*names, *_BOTH).values_list(*_BOTH, *names).distinct()


def dues(rows: Sequence[Any], month: dt.date, now: dt.datetime) -> list[Due]:
    """A page of pairs."""
    organisers, suppliers = sorted({row[0] for row in rows}), {row[1] for row in rows}
    ready = _ready(organisers, now)
    disputed = Q(state=State.DISPUTED)
    counted = unsettled(month).filter(season__list__organiser__in=organisers, offer__product__supplier__in=suppliers)
    found = {
        (one[_BOTH[0]], one[_BOTH[1]]): one
        for one in counted.order_by().values(*_BOTH).annotate(
            ready=Count("pk", filter=ready), fen=Coalesce(Sum("price", filter=ready), 0),
            less=Coalesce(Sum("deduction", filter=ready), 0), disputed=Count("pk", filter=disputed),
            unsure=Count("pk", filter=~ready & ~disputed),
        )
    }  # fmt: skip
    drawn = Settlement.objects.filter(month=month, organiser__in=organisers).exclude(state=Stand.CANCELLED)
    made = {(one.organiser_id, one.supplier_id): one.pk for one in drawn.filter(supplier__in=suppliers)}
    return [
        Due(
            organiser, here, supplier, there, one["ready"], one["fen"], one["less"], one["disputed"], one["unsure"],
            made.get((organiser, supplier)),
        )
        for organiser, supplier, here, there in rows
        if (one := found.get((organiser, supplier))) is not None
    ]  # fmt: skip


def settlements(scope: Scope, side: str, state: str = "", words: str = "") -> "QuerySet[Settlement]":
    rows = Settlement.objects.filter(**{f"{_SIDE[side]}__in": institutions.ids_within(scope)})
    if state in Stand.values:
        rows = rows.filter(state=state)
    if words:
        rows = rows.filter(Q(supplier__name__icontains=words) | Q(organiser__name__icontains=words))
    return rows.select_related("organiser", "supplier").order_by("-month", "supplier__name", "-pk")


def settlement(settlement_id: int) -> Settlement | None:
    return Settlement.objects.select_related("organiser", "supplier").filter(pk=settlement_id).first()


def settlement_reach(settlement_id: int, side: str) -> Reach | None:
    found = Settlement.objects.filter(pk=settlement_id).values_list(f"{_SIDE[side]}_id", flat=True).first()
    return institutions.reach(found) if found is not None else None


def lines(settlement_id: int) -> "QuerySet[SettlementLine]":
    """Those that count, in the order in which it was delivered."""
    rows = SettlementLine.objects.filter(settlement=settlement_id, out_at=None)
    return rows.select_related("order__offer__edition", "order__station").order_by("order__begins_at", "pk")


def taken_out(settlement_id: int) -> list[SettlementLine]:
    """The last that were taken out, or written anew with another deduction."""
    rows = SettlementLine.objects.filter(settlement=settlement_id, out_at__isnull=False)
    return list(rows.select_related("order__offer__edition", "order__station").order_by("-out_at", "-pk")[:50])


def shown(rows: Sequence[SettlementLine]) -> list[Line]:
    """A page of lines with their evidence."""
    numbers = [one.order_id for one in rows]
    photos, counts = dict.fromkeys(numbers, 0), {number: dict[str, int]() for number in numbers}
    for order_id, side, heads, kept in Report.objects.filter(order__in=numbers).values_list(
        "order", "side", "heads", "photos"
    ):
        photos[order_id] += len(kept)
        if heads is not None:
            counts[order_id][side] = heads
    odd = {*Call.objects.filter(item__order__in=numbers, differs=True).values_list("item__order_id", flat=True)}
    return [Line(one, photos[one.order_id], counts[one.order_id], one.order_id in odd) for one in rows]


def steps(settlement_id: int) -> list[SettlementStep]:
    return list(SettlementStep.objects.filter(settlement=settlement_id).order_by("pk"))


def is_settled(order_id: int) -> bool:
    return SettlementLine.objects.filter(order=order_id, out_at=None).exists()


def of_order(order_id: int) -> Settlement | None:
    """Where its money stands."""
    return Settlement.objects.filter(lines__order=order_id, lines__out_at=None).first()


def _waiting(side: str, state: str, scope: Scope, _actor: Actor) -> Waits:
    rows = Settlement.objects.filter(**{f"{_SIDE[side]}__in": institutions.ids_within(scope)}, state=state)
    return waiting.count(rows, "moved_at")


def to_check(scope: Scope, actor: Actor) -> Waits:
    """For suppliers."""
    return _waiting("supplier", Stand.DRAWN, scope, actor)


def to_draw_again(scope: Scope, actor: Actor) -> Waits:
    return _waiting("county", Stand.OBJECTED, scope, actor)


def to_pay(scope: Scope, actor: Actor) -> Waits:
    return _waiting("county", Stand.AGREED, scope, actor)


def pieces(
    side: str, scope: Scope, first: dt.datetime, after: dt.datetime, organisation_id: int | None
) -> list[Piece]:  # fmt: skip
    """For the desk's locker: what shows that a settlement was paid."""
    rows = settlements(scope, side, Stand.PAID).filter(moved_at__gte=first, moved_at__lt=after).exclude(scans=[])
    if organisation_id is not None:
        rows = rows.filter(organiser=organisation_id)
    return [
        Piece(
            one.moved_at, _("付款凭证"), f"{one.month:%Y-%m} {one.supplier.name}", one.voucher, list(one.scans),
            reverse(PAGES[side], args=[one.pk]), one.organiser_id, one.paid_by,
        )
        for one in rows.order_by("-moved_at", "-pk")[:MOST_PIECES]
    ]  # fmt: skip


def check() -> Iterator[Finding]:
    """For `wenmai check`."""
    for statement, good, bad in (
        (_ODD, _("结算单的合计和各行对得上"), _("有 %(n)s 张结算单的合计和各行对不上")),
        (_FOREIGN, _("结算的每一行都和点单对得上"), _("结算里有 %(n)s 行和点单对不上")),
        (_TWICE, _("没有点单结算两次"), _("有 %(n)s 张点单结算了两次")),
    ):
        with connection.cursor() as cursor:
            cursor.execute(statement)
            odd = cursor.fetchone()[0]
        yield Finding(not odd, bad % {"n": odd} if odd else good, _("请先不要付款，把数据库交给开发者看。"))
