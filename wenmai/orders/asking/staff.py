"""A request on the pages of the station that asks and of the organiser who opens it."""

import datetime as dt
import secrets
from decimal import Decimal
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from wenmai.institutions import queries as institutions
from wenmai.lib import clock, lists
from wenmai.lib.access import actor_of, door
from wenmai.lib.numbers import row_number
from wenmai.lib.pages import render
from wenmai.lib.refusal import Refused
from wenmai.orders.asking import queries, services
from wenmai.orders.asking.doors import of_county, of_organisation, of_station
from wenmai.orders.asking.forms import DeadlineForm, NewWantedForm, WantedForm
from wenmai.orders.asking.rules import WRITABLE, State, Wanted, needs_reason
from wenmai.orders.models import Request
from wenmai.orders.staff.doors import ASK, CHANGE, PER_PAGE, VIEW, answer, by, do
from wenmai.orders.staff.stations import MOST_STATIONS
from wenmai.orders.wording import sentence
from wenmai.voices import queries as voices
from wenmai.voices.rules.needs import without_numbers

USUAL_DAYS = 5


def _list(request: HttpRequest, side: str, permission: str, **more: Any) -> HttpResponse:
    words, state = request.GET.get("q", "").strip()[:60], request.GET.get("state", "")
    rows = queries.listed(actor_of(request).scope(permission), side, state, words)
    context = {
        "page": lists.page_of(request, rows, PER_PAGE), "q": words, "state": state, "states": _states(side),
        "side": side, "to": "desk:orders:request" if side == "station" else "desk:orders:county_request", **more,
    }  # fmt: skip
    return render(request, "orders/requests/list.html", context)


def _states(side: str) -> list[tuple[str, str]]:
    more = [] if side == "station" else [(queries.SILENT, _("过了一半时间没人报价"))]
    return [*((code, str(label)) for code, label in State.choices), *more]


@require_safe
@door(ASK)
def index(request: HttpRequest) -> HttpResponse:
    stations = institutions.topmost(actor_of(request).scope(ASK), MOST_STATIONS)
    return _list(request, "station", ASK, stations=stations)


@require_safe
@door(VIEW)
def county(request: HttpRequest) -> HttpResponse:
    return _list(request, "county", VIEW)


@require_safe
@door(ASK)
def begin(request: HttpRequest) -> HttpResponse:
    """From the page of a need: at its station."""
    found = voices.need(row_number(request.GET.get("need", "")) or 0)
    if found is None:
        return redirect("desk:orders:requests")
    page = reverse("desk:orders:new_request", args=[found.organisation_id])
    return redirect(f"{page}?{urlencode({'need': found.pk})}")


@require_http_methods(["GET", "HEAD", "POST"])
@door(ASK, of=of_organisation)
def new(request: HttpRequest, organisation_id: int) -> HttpResponse:
    """From a need, or free."""
    now = clock.now()
    need, purses = _need(request, organisation_id), queries.purses(organisation_id, now)
    seasons = [(one.season.pk, f"{one.season.list.year} {one.season.name}") for one in purses]
    form = NewWantedForm(request.POST or None, seasons=seasons, initial=_of_need(need))
    if request.method == "POST" and form.is_valid():
        try:
            made = services.write(
                station_id=organisation_id, season_id=int(form.cleaned_data["season"]), wanted=form.wanted(),
                need_id=need.pk if need is not None else None, key=request.POST.get("key", "")[:64], **by(request),
            )  # fmt: skip
        except Refused as refusal:
            form.add_error(None, sentence(refusal))
        else:
            return answer(request, _("写好了，等主办机构开放。"), "request", made.pk)
    context = {
        "form": form, "station": institutions.organisation(organisation_id), "need": need, "purses": purses,
        "key": request.POST.get("key", "")[:64] or secrets.token_hex(16), "one": None,
        "needs": [] if need is not None else _open_needs(organisation_id),
    }  # fmt: skip
    return render(request, "orders/requests/form.html", context, status=400 if form.errors else 200)


def _open_needs(organisation_id: int) -> list[voices.Card]:
    """What stands in public as adopted and is not there yet."""
    rows = voices.on_board(organisation_id=organisation_id, state="taken")
    rows = rows.filter(step__in=["adopted", "partial", "linked"], delivered_at=None)
    return voices.cards(list(rows[:10]))


def _need(request: HttpRequest, organisation_id: int) -> Any:
    """Of this station, and in public, unless this person deals with needs."""
    found = voices.need(row_number(request.GET.get("need", "")) or 0)
    if found is None or found.organisation_id != organisation_id:
        return None
    in_public = found.shown is not None and not found.is_down
    return (
        found if in_public or actor_of(request).may("needs.change", of_organisation(request, organisation_id)) else None
    )


def _of_need(need: Any) -> dict[str, str]:
    """Telephones that stand in the words of a need do not come along."""
    if need is None:
        return {}
    topic = (need.shown or {}).get("topic") or " ".join(need.words.split())
    said = {"title": topic[:40], "whom": need.whom, "place": need.spot, "words": need.wished}
    return {name: without_numbers(text) for name, text in said.items()}


def _found(wanted_id: int) -> Request:
    found = queries.request(wanted_id)
    if found is None:
        raise Http404
    return found


def _page(request: HttpRequest, found: Request, side: str, form: DeadlineForm | None = None) -> HttpResponse:
    now, offered = clock.now(), queries.bids(found)
    may_open = side == "county" and found.state == State.ASKED and actor_of(request).may(
        CHANGE, of_county(request, found.pk)
    )  # fmt: skip
    if form is None and may_open:
        form = DeadlineForm(initial={"until": _usual(found, now)})
    totals = [one.total for one in offered]
    can_end = found.state in (*WRITABLE, State.OPEN) and not queries.is_over(found, now)
    context = {
        "one": found, "side": side, "form": form if may_open else None, "may_open": may_open,
        "bids": [(one, needs_reason(one.total, totals)) for one in offered],
        "offered": queries.offered_count(found) if found.state == State.OPEN else 0,
        "orders": queries.orders_of(found), "trail": queries.trail(found.pk), "now": now,
        "may_change": side == "station" and found.state in WRITABLE,
        "may_withdraw": side == "station" and can_end,
        "may_choose": side == "station" and found.state == State.CHOOSING,
        "order_page": "desk:orders:asked_order" if side == "station" else "desk:orders:order",
    }  # fmt: skip
    return render(request, "orders/requests/one.html", context, status=400 if form is not None and form.errors else 200)


def _usual(found: Request, now: dt.datetime) -> dt.datetime:
    """Some days from now, in the evening; before the last wished day."""
    day = min(timezone.localdate(now) + dt.timedelta(days=USUAL_DAYS), found.wish_until - dt.timedelta(days=1))
    return timezone.make_aware(dt.datetime.combine(day, dt.time(18)))


@require_safe
@door(ASK, of=of_station)
def one(request: HttpRequest, wanted_id: int) -> HttpResponse:
    return _page(request, _found(wanted_id), "station")


@require_safe
@door(VIEW, of=of_county)
def county_one(request: HttpRequest, wanted_id: int) -> HttpResponse:
    return _page(request, _found(wanted_id), "county")


@require_http_methods(["GET", "HEAD", "POST"])
@door(ASK, of=of_station)
def change(request: HttpRequest, wanted_id: int) -> HttpResponse:
    """Until it is open."""
    found = _found(wanted_id)
    said = {name: getattr(found, _COLUMNS.get(name, name)) for name in Wanted._fields}
    form = WantedForm(request.POST or None, initial={**said, "most": Decimal(found.most) / 100})
    if request.method == "POST" and form.is_valid():
        try:
            services.change(request_id=wanted_id, wanted=form.wanted(), **by(request))
        except Refused as refusal:
            form.add_error(None, sentence(refusal))
        else:
            return answer(request, _("改好了，等主办机构开放。"), "request", wanted_id)
    context: dict[str, Any] = {
        "form": form, "station": institutions.organisation(found.station_id), "need": found.need, "one": found,
        "purses": [], "needs": [],
    }  # fmt: skip
    return render(request, "orders/requests/form.html", context, status=400 if form.errors else 200)


_COLUMNS = {"first": "wish_from", "last": "wish_until"}


@require_POST
@door(ASK, of=of_station)
def act(request: HttpRequest, wanted_id: int, deed: str) -> HttpResponse:
    """Withdraw it, or take none of what was offered; both with a reason."""
    deeds = {
        "withdraw": (services.withdraw, _("撤回了。")), "none": (services.choose_none, _("记下了：都不选。")),
    }  # fmt: skip
    if deed not in deeds:
        raise Http404
    service, done = deeds[deed]
    return do(request, service, done, "request", wanted_id, request_id=wanted_id, reason=_reason(request))


@require_POST
@door(ASK, of=of_station)
def choose(request: HttpRequest, wanted_id: int) -> HttpResponse:
    return do(
        request, services.choose, _("选定了，额度已经扣下，等主办机构排期。"), "request", wanted_id,
        request_id=wanted_id, bid_id=row_number(request.POST.get("bid", "")) or 0, reason=_reason(request),
    )  # fmt: skip


@require_POST
@door(CHANGE, of=of_county)
def open_up(request: HttpRequest, wanted_id: int) -> HttpResponse:
    form = DeadlineForm(request.POST)
    if form.is_valid():
        try:
            services.open_up(request_id=wanted_id, until=form.cleaned_data["until"], **by(request))
        except Refused as refusal:
            form.add_error(None, sentence(refusal))
        else:
            return answer(request, _("开放了，合格的供应商都看得到。"), "county_request", wanted_id)
    return _page(request, _found(wanted_id), "county", form)


@require_POST
@door(CHANGE, of=of_county)
def send_back(request: HttpRequest, wanted_id: int) -> HttpResponse:
    return do(
        request, services.return_to_station, _("退回了。"), "county_request", wanted_id, request_id=wanted_id,
        reason=_reason(request),
    )  # fmt: skip


def _reason(request: HttpRequest) -> str:
    return request.POST.get("reason", "")[:800]
