"""An order as its three sides see it: the county that schedules, the supplier who goes, the station that asked."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from wenmai.lib import clock, lists
from wenmai.lib.access import Reach, actor_of, door
from wenmai.lib.pages import render
from wenmai.lib.refusal import Refused
from wenmai.orders import queries, services
from wenmai.orders.calling import queries as calling
from wenmai.orders.forms import DispatchForm
from wenmai.orders.rules.sheets import has_sheet
from wenmai.orders.rules.states import CAUSES, State
from wenmai.orders.settling import queries as settling
from wenmai.orders.staff.doors import ASK, CHANGE, PER_PAGE, SUPPLY, VIEW, answer, by, do, refuse, there
from wenmai.orders.wording import sentence

WEEK = 7
_SHEETS = {
    "county": "desk:orders:order_sheet", "supplier": "desk:orders:given_order_sheet",
    "station": "desk:orders:asked_order_sheet",
}  # fmt: skip
# deed -> service; both say because of whom, and why
COUNTY: dict[str, Callable[..., Any]] = {"put_back": services.put_back, "call_off": services.call_off}


def _of(side: str) -> Callable[..., Reach]:
    def of(request: HttpRequest, order_id: int, **_more: Any) -> Reach:
        return there(queries.order_reach(order_id, side))

    return of


of_county, of_supplier, of_station = _of("county"), _of("supplier"), _of("station")


def _list(request: HttpRequest, side: str, permission: str, title: str, page: str) -> HttpResponse:
    words, state = request.GET.get("q", "").strip()[:60], request.GET.get("state", "")
    rows = queries.orders(actor_of(request).scope(permission), side, state, words)
    waits = [(queries.UNREPORTED, _("等这一方报人数"))] if side != "county" else []
    context = {
        "page": lists.page_of(request, rows, PER_PAGE), "q": words, "state": state, "title": title, "to": page,
        "states": [one for one in State.choices if one[0] not in (State.CART, State.DECLINED)] + waits,
        "now": clock.now(),
    }  # fmt: skip
    return render(request, "orders/orders.html", context)


@require_safe
@door(VIEW)
def orders(request: HttpRequest) -> HttpResponse:
    return _list(request, "county", VIEW, _("排期"), "desk:orders:order")


@require_safe
@door(SUPPLY)
def given(request: HttpRequest) -> HttpResponse:
    return _list(request, "supplier", SUPPLY, _("派给我的单"), "desk:orders:given_order")


@require_safe
@door(ASK)
def asked(request: HttpRequest) -> HttpResponse:
    return _list(request, "station", ASK, _("我的点单"), "desk:orders:asked_order")


def _page(request: HttpRequest, order_id: int, side: str, form: DispatchForm | None = None) -> HttpResponse:
    found = queries.order(order_id)
    if found is None:
        raise Http404
    may_change = side == "county" and actor_of(request).may(CHANGE, of_county(request, order_id))
    if form is None and may_change and found.state == State.SCHEDULING:
        form = DispatchForm(initial={"place": found.place}, things=_things(found))
    context = {
        "one": found, "side": side, "steps": queries.steps(order_id), "kept": queries.kept(order_id), "form": form,
        "may_change": may_change, "now": clock.now(), "causes": [(one.value, one.label) for one in CAUSES],
        "can_put_back": found.state in ("dispatched", "accepted", "confirmed"),
        "can_call_off": found.state in ("scheduling", "dispatched", "accepted", "confirmed"),
        "is_one_sided": queries.is_one_sided(found),
        "reports": queries.reports(order_id), "chances": queries.chances(found, side, clock.now()),
        "settled": settling.of_order(order_id) if side in settling.PAGES else None,
        "to_settled": settling.PAGES.get(side, ""),
        "call": calling.line_of(order_id, timezone.localdate(clock.now())) if side == "county" else None,
        "stars": queries.stars(found.season.list.organiser_id, "supplier", found.offer.product.supplier_id)
        if side == "county" else None,
        "sheet_url": reverse(_SHEETS[side], args=[order_id]) if has_sheet(found.state) else "",
        "can_withdraw": found.state == State.SUBMITTED and clock.now() < found.season.orders_until,
    }  # fmt: skip
    return render(request, "orders/order.html", context, status=400 if form is not None and form.errors else 200)


def _things(found: Any) -> list[tuple[int, str]]:
    return [(one.pk, f"{one.name}（{one.organisation.name}）") for one in queries.things_for(found)]


@require_safe
@door(VIEW, of=of_county)
def order(request: HttpRequest, order_id: int) -> HttpResponse:
    return _page(request, order_id, "county")


@require_safe
@door(SUPPLY, of=of_supplier)
def given_order(request: HttpRequest, order_id: int) -> HttpResponse:
    return _page(request, order_id, "supplier")


@require_safe
@door(ASK, of=of_station)
def asked_order(request: HttpRequest, order_id: int) -> HttpResponse:
    return _page(request, order_id, "station")


@require_POST
@door(CHANGE, of=of_county)
def dispatch(request: HttpRequest, order_id: int) -> HttpResponse:
    found = queries.order(order_id)
    if found is None:
        raise Http404
    form = DispatchForm(request.POST, things=_things(found))
    if not form.is_valid():
        return _page(request, order_id, "county", form)
    given_now = form.cleaned_data
    try:
        services.dispatch(
            order_id=order_id, begins_at=given_now["begins_at"], ends_at=given_now["ends_at"],
            place=given_now["place"], thing_ids=[int(one) for one in given_now["things"]], **by(request),
        )  # fmt: skip
    except Refused as refusal:
        form.add_error(None, sentence(refusal))
        return _page(request, order_id, "county", form)
    return answer(request, _("派出去了，等供应商接单。"), "order", order_id)


@require_POST
@door(CHANGE, of=of_county)
def act(request: HttpRequest, order_id: int, deed: str) -> HttpResponse:
    """Another time has to be found, or it is called off; with whose fault it is, and why."""
    if deed not in COUNTY:
        raise Http404
    done = {"put_back": _("退回排期了。"), "call_off": _("取消了，额度退回。")}[deed]
    return do(
        request, COUNTY[deed], done, "order", order_id, order_id=order_id, cause=request.POST.get("cause", "")[:20],
        reason=_reason(request),
    )  # fmt: skip


@require_POST
@door(SUPPLY, of=of_supplier)
def given_act(request: HttpRequest, order_id: int, deed: str) -> HttpResponse:
    """Yes, or no with a reason."""
    if deed == "accept":
        return do(request, services.accept, _("接了，等站点确认。"), "given_order", order_id, order_id=order_id)
    if deed != "decline":
        raise Http404
    try:
        services.decline(order_id=order_id, reason=_reason(request), **by(request))
    except Refused as refusal:
        return do(request, refuse(refusal), "", "given_order", order_id)
    return answer(request, _("拒了，会问下一家。"), "given_orders")


@require_POST
@door(ASK, of=of_station)
def asked_act(request: HttpRequest, order_id: int, deed: str) -> HttpResponse:
    """Yes to time and place, or taken back while ordering goes on."""
    if deed == "confirm":
        return do(request, services.confirm_order, _("确认了。"), "asked_order", order_id, order_id=order_id)
    if deed != "withdraw":
        raise Http404
    done = _("撤回了，额度退回。")
    return do(
        request, services.withdraw, done, "asked_order", order_id, order_id=order_id, reason=_reason(request)
    )  # fmt: skip


def _reason(request: HttpRequest) -> str:
    return request.POST.get("reason", "")[:800]


def asked_week(request: HttpRequest) -> tuple[dt.date, dt.datetime, dt.datetime]:
    """Its Monday, and from when until when it is; this week where no other is asked for."""
    today = timezone.localdate(clock.now())
    try:
        day = dt.date.fromisoformat(request.GET.get("day", ""))
    except ValueError:
        day = today
    if not 2000 <= day.year <= 2100:
        day = today
    first = day - dt.timedelta(days=day.weekday())
    return first, clock.midnight(first), clock.midnight(first + dt.timedelta(days=WEEK))


@require_safe
@door(VIEW)
def board(request: HttpRequest) -> HttpResponse:
    """A week of what is delivered, day by day."""
    first, begins, ends = asked_week(request)
    days = [first + dt.timedelta(days=n) for n in range(WEEK)]
    rows = queries.board(actor_of(request).scope(VIEW), begins, ends)
    found = {day: [one for one in rows if one.begins_at and timezone.localdate(one.begins_at) == day] for day in days}
    context = {
        "days": [(day, found[day]) for day in days], "before": first - dt.timedelta(days=WEEK),
        "after": first + dt.timedelta(days=WEEK), "today": timezone.localdate(clock.now()), "now": clock.now(),
    }  # fmt: skip
    return render(request, "orders/board.html", context)
