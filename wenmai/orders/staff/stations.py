"""A station's menu on a telephone: what there is, what is left of its quota, its cart."""

import secrets
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from wenmai.institutions import queries as institutions
from wenmai.lib import clock, lists
from wenmai.lib.access import Reach, actor_of, door
from wenmai.lib.numbers import row_number
from wenmai.lib.pages import render
from wenmai.lib.refusal import Refused
from wenmai.orders import queries, services
from wenmai.orders.forms import WishForm
from wenmai.orders.staff.doors import ASK, answer, by, do, there
from wenmai.orders.wording import sentence

PER_PAGE, MOST_STATIONS = 20, 50


def of_station(request: HttpRequest, organisation_id: int, **_more: object) -> Reach:
    return there(institutions.reach(organisation_id))


@require_safe
@door(ASK)
def index(request: HttpRequest) -> HttpResponse:
    """One's stations; where there is one, at once its menu."""
    found = institutions.topmost(actor_of(request).scope(ASK), MOST_STATIONS)
    if len(found) == 1:
        return redirect("desk:orders:menu", organisation_id=found[0].id)
    return render(request, "orders/stations.html", {"stations": found})


@require_safe
@door(ASK, of=of_station)
def menu(request: HttpRequest, organisation_id: int) -> HttpResponse:
    """Of the season that the address names, or of the one that ends first."""
    now = clock.now()
    station, purses = institutions.organisation(organisation_id), queries.purses(organisation_id, now)
    asked = row_number(request.GET.get("season", ""))
    purse = next((one for one in purses if one.season.pk == asked), purses[0] if purses else None)
    context: dict[str, Any] = {
        "station": station, "purses": purses, "purse": purse, "cart": queries.cart(organisation_id),
        "form": WishForm(auto_id="wish_%s"), "key": secrets.token_hex(16),
    }  # fmt: skip
    if purse is not None:
        page = lists.page_of(request, queries.menu(purse.season, timezone.localdate(now), now), PER_PAGE)
        context |= {"page": page, "dishes": queries.dishes(list(page), organisation_id)}
    return render(request, "orders/menu.html", context)


@require_POST
@door(ASK, of=of_station)
def add(request: HttpRequest, organisation_id: int) -> HttpResponse:
    form = WishForm(request.POST)
    if not form.is_valid():
        return do(request, _odd, "", "menu", organisation_id)
    return do(
        request, services.put_in_cart, _("放进选单了。点单之前不占额度。"), "menu", organisation_id,
        release_id=row_number(request.POST.get("release", "")) or 0, station_id=organisation_id, wish=form.wish(),
        key=request.POST.get("key", "")[:64],
    )  # fmt: skip


def _odd(**_asked: object) -> None:
    raise Refused("wish_odd")


@require_POST
@door(ASK, of=of_station)
def drop(request: HttpRequest, organisation_id: int) -> HttpResponse:
    """Out of the cart."""
    found = queries.order(row_number(request.POST.get("order", "")) or 0)
    if found is None or found.station_id != organisation_id:
        raise Http404
    return do(request, services.take_out, _("拿掉了。"), "menu", organisation_id, order_id=found.pk)


@require_POST
@door(ASK, of=of_station)
def submit(request: HttpRequest, organisation_id: int) -> HttpResponse:
    """All of the cart, one after the other: what the quota does not reach for stays in it."""
    cart = queries.cart(organisation_id)
    done = 0
    for one in cart:
        try:
            services.submit_order(order_id=one.pk, **by(request))
        except Refused as refusal:
            said = _("“%(title)s”没有点上：%(why)s") % {"title": one.offer.edition.title, "why": sentence(refusal)}
            messages.error(request, said, extra_tags="bad")
        else:
            done += 1
    if not done:
        return redirect("desk:orders:menu", organisation_id=organisation_id)
    return answer(request, _("点好了 %(n)s 项。点单结束以前可以撤回。") % {"n": done}, "asked_orders")
