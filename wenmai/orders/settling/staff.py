"""A settlement as its organiser draws it up and its supplier checks it."""

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from wenmai.files import queries as files
from wenmai.institutions import queries as institutions
from wenmai.lib import clock, lists, sheets
from wenmai.lib.access import Reach, actor_of, door
from wenmai.lib.numbers import row_number
from wenmai.lib.pages import render
from wenmai.lib.refusal import Refused
from wenmai.orders.calling.rules import month_after, month_before
from wenmai.orders.settling import queries, services
from wenmai.orders.settling.rules import OPEN, Stand
from wenmai.orders.staff.doors import CHANGE, PER_PAGE, SUPPLY, VIEW, answer, by, chosen, do, refuse, there
from wenmai.orders.staff.fulfilment import stored_photos, written_fen

AT_ONCE = 200


def _of(side: str) -> Callable[..., Reach]:
    def of(request: HttpRequest, settlement_id: int, **_more: Any) -> Reach:
        return there(queries.settlement_reach(settlement_id, side))

    return of


of_county, of_supplier = _of("county"), _of("supplier")


def _list(request: HttpRequest, side: str, permission: str, title: str) -> HttpResponse:
    words, state = request.GET.get("q", "").strip()[:60], request.GET.get("state", "")
    rows = queries.settlements(actor_of(request).scope(permission), side, state, words)
    context = {
        "page": lists.page_of(request, rows, PER_PAGE), "q": words, "state": state, "title": title, "side": side,
        "states": Stand.choices, "to": queries.PAGES[side],
    }  # fmt: skip
    return render(request, "orders/settlements.html", context)


@require_safe
@door(VIEW)
def settlements(request: HttpRequest) -> HttpResponse:
    return _list(request, "county", VIEW, _("结算"))


@require_safe
@door(SUPPLY)
def settled(request: HttpRequest) -> HttpResponse:
    return _list(request, "supplier", SUPPLY, _("我的结算"))


@require_safe
@door(VIEW)
def month(request: HttpRequest) -> HttpResponse:
    """What a month comes to, supplier by supplier; last month, where none is asked for."""
    asked = _month(request.GET.get("month", ""))
    rows = queries.pairs(actor_of(request).scope(VIEW), asked)
    page = lists.page_of(request, rows, PER_PAGE)
    context = {
        "page": page, "month": asked, "rows": queries.dues(list(page), asked, clock.now()),
        "before": month_before(asked), "after": month_after(asked), "may_change": actor_of(request).may(CHANGE),
        "is_over": timezone.localdate(clock.now()) >= month_after(asked),
    }  # fmt: skip
    return render(request, "orders/settle_month.html", context)


def _month(written: str) -> dt.date:
    last = month_before(timezone.localdate(clock.now()))
    try:
        found = dt.date.fromisoformat(f"{written}-01")
    except ValueError:
        return last
    return found if 2000 <= found.year <= 2100 else last


@require_POST
@door(CHANGE)
def draw_up(request: HttpRequest) -> HttpResponse:
    organiser_id = chosen(request, CHANGE, request.POST.get("organiser", ""))
    supplier_id, asked = row_number(request.POST.get("supplier", "")) or 0, _month(request.POST.get("month", ""))
    if institutions.reach(supplier_id) is None:
        raise Http404
    given: dict[str, Any] = {"organiser_id": organiser_id, "supplier_id": supplier_id, "month": asked}
    try:
        made = services.draw_up(**given, **by(request))
    except Refused as refusal:
        return do(request, refuse(refusal), "", "settle_month")
    return answer(request, _("拟好了，等供应商核对。"), "settlement", made.pk)


def _page(request: HttpRequest, settlement_id: int, side: str) -> HttpResponse:
    found = queries.settlement(settlement_id)
    if found is None:
        raise Http404
    page = lists.page_of(request, queries.lines(settlement_id), PER_PAGE)
    may_change = side == "county" and actor_of(request).may(CHANGE, of_county(request, settlement_id))
    views = files.objects(found.scans)
    context = {
        "one": found, "side": side, "page": page, "lines": queries.shown(list(page)), "may_change": may_change,
        "out": queries.taken_out(settlement_id), "steps": queries.steps(settlement_id),
        "is_open": found.state in OPEN, "can_cancel": may_change and found.state in (*OPEN, Stand.AGREED),
        "scans": [views[hash] for hash in found.scans if hash in views],
        "to_order": "desk:orders:order" if side == "county" else "desk:orders:given_order",
        "to_paper": "desk:orders:order_sheet" if side == "county" else "desk:orders:given_order_sheet",
        "to_sheet": "desk:orders:settlement_sheet" if side == "county" else "desk:orders:settled_sheet",
        "today": timezone.localdate(clock.now()),
    }  # fmt: skip
    return render(request, "orders/settlement.html", context)


@require_safe
@door(VIEW, of=of_county)
def settlement(request: HttpRequest, settlement_id: int) -> HttpResponse:
    return _page(request, settlement_id, "county")


@require_safe
@door(SUPPLY, of=of_supplier)
def settled_one(request: HttpRequest, settlement_id: int) -> HttpResponse:
    return _page(request, settlement_id, "supplier")


@require_POST
@door(CHANGE, of=of_county)
def change_line(request: HttpRequest, settlement_id: int) -> HttpResponse:
    """Another deduction for one order, or it comes into a later settlement; with the reason."""
    said = request.POST
    given = {
        "settlement_id": settlement_id, "line_id": row_number(said.get("line", "")) or 0,
        "reason": said.get("reason", "")[:800],
    }  # fmt: skip
    if said.get("how") == "out":
        return do(request, services.leave_out, _("划去了，以后再结。"), "settlement", settlement_id, **given)
    given["deduction"] = written_fen(said.get("yuan", "")[:20])
    return do(request, services.correct, _("改好了。"), "settlement", settlement_id, **given)


@require_POST
@door(CHANGE, of=of_county)
def act(request: HttpRequest, settlement_id: int, deed: str) -> HttpResponse:
    words, asked = request.POST.get("words", "")[:800], {"settlement_id": settlement_id}
    if deed == "again":
        done = _("重新交给供应商核对了。")
        return do(request, services.draw_again, done, "settlement", settlement_id, words=words, **asked)
    if deed == "cancel":
        done = _("作废了，这些点单可以重新结算。")
        return do(request, services.cancel, done, "settlement", settlement_id, reason=words, **asked)
    if deed != "paid":
        raise Http404

    def pay(**given: Any) -> None:
        services.note_paid(
            paid_on=_day(request.POST.get("paid_on", "")), voucher=request.POST.get("voucher", "")[:120],
            scans=stored_photos(request), **given,
        )  # fmt: skip

    return do(request, pay, _("记下付款了。"), "settlement", settlement_id, **asked)


def _day(written: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(written)
    except ValueError:
        return None


@require_POST
@door(SUPPLY, of=of_supplier)
def answer_it(request: HttpRequest, settlement_id: int, deed: str) -> HttpResponse:
    """Yes to what was seen, or no with words."""
    asked = {"settlement_id": settlement_id, "version": row_number(request.POST.get("version", "")) or 0}
    if deed == "agree":
        return do(request, services.agree, _("同意了，等主办机构付款。"), "settled_one", settlement_id, **asked)
    if deed != "object":
        raise Http404
    done = _("记下了，等主办机构答复。")
    words = request.POST.get("words", "")[:800]
    return do(request, services.object_to, done, "settled_one", settlement_id, words=words, **asked)


@require_safe
@door(VIEW, of=of_county)
def sheet(request: HttpRequest, settlement_id: int) -> StreamingHttpResponse:
    return _sheet(settlement_id)


@require_safe
@door(SUPPLY, of=of_supplier)
def settled_sheet(request: HttpRequest, settlement_id: int) -> StreamingHttpResponse:
    return _sheet(settlement_id)


def _sheet(settlement_id: int) -> StreamingHttpResponse:
    found = queries.settlement(settlement_id)
    if found is None:
        raise Http404
    head = [
        _("点单编号"), _("产品"), _("站点"), _("时间"), _("供应商报的人数"), _("站点报的人数"), _("照片（张）"),
        _("价格（元）"), _("扣减（元）"), _("应付（元）"), _("改扣减的理由"),
    ]  # fmt: skip
    return sheets.xlsx(f"settlement-{found.pk}", f"{found.month:%Y-%m}", head, _rows(settlement_id))


def _rows(settlement_id: int) -> Iterator[list[object]]:
    """With the sums at the end."""
    rows, sums = list(queries.lines(settlement_id)), [0, 0, 0]
    for first in range(0, len(rows), AT_ONCE):
        for one in queries.shown(rows[first : first + AT_ONCE]):
            line, order = one.line, one.line.order
            money = [line.price, line.deduction, line.due]
            sums = [before + more for before, more in zip(sums, money, strict=True)]
            yield [
                order.pk, order.offer.edition.title, order.station.name, order.begins_at, one.counts.get("supplier"),
                one.counts.get("station"), one.photos, *(fen / 100 for fen in money), line.reason,
            ]  # fmt: skip
    yield [_("合计"), "", "", None, None, None, None, *(fen / 100 for fen in sums), ""]
