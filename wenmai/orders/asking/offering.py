"""A supplier's pages: what it can offer for, its own offer, what became of it. Nothing of others' offers."""

from decimal import Decimal
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from wenmai.institutions import queries as institutions
from wenmai.lib import clock, lists
from wenmai.lib.access import actor_of, door
from wenmai.lib.pages import render
from wenmai.lib.refusal import Refused
from wenmai.orders.asking import queries, services
from wenmai.orders.asking.doors import of_organisation
from wenmai.orders.asking.forms import BidForm
from wenmai.orders.asking.rules import BidState, State
from wenmai.orders.models import Bid, Request
from wenmai.orders.staff.doors import PER_PAGE, SUPPLY, answer, by, do
from wenmai.orders.wording import sentence


@require_safe
@door(SUPPLY)
def index(request: HttpRequest) -> HttpResponse:
    """One's suppliers; where there is one, at once its page."""
    found = queries.suppliers_within(actor_of(request).scope(SUPPLY), timezone.localdate(clock.now()))
    if len(found) == 1:
        return redirect("desk:orders:open_requests", organisation_id=found[0].id)
    return render(request, "orders/requests/suppliers.html", {"suppliers": found})


@require_safe
@door(SUPPLY, of=of_organisation)
def open_requests(request: HttpRequest, organisation_id: int) -> HttpResponse:
    """What is open to it, or with `own=1` what it has offered."""
    shows_own = request.GET.get("own") == "1"
    rows: Any = queries.offered_by(organisation_id) if shows_own else queries.open_to(organisation_id, clock.now())
    page = lists.page_of(request, rows, PER_PAGE)
    context = {
        "supplier": institutions.organisation(organisation_id), "page": page, "shows_own": shows_own,
        "became": queries.standing_words(list(page)) if shows_own else [],
    }  # fmt: skip
    return render(request, "orders/requests/open.html", context)


def _shown(wanted_id: int, organisation_id: int) -> Request:
    found = queries.shown_to(wanted_id, organisation_id, clock.now())
    if found is None:
        raise Http404
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@door(SUPPLY, of=of_organisation)
def offer(request: HttpRequest, wanted_id: int, organisation_id: int) -> HttpResponse:
    """Say or change what is offered, as long as it is open."""
    found = _shown(wanted_id, organisation_id)
    own = queries.bid_of(wanted_id, organisation_id)
    products = queries.products_of(organisation_id)
    choices = [(one.pk, one.shown.title) for one in products if one.shown is not None]
    form = BidForm(request.POST or None, products=choices, initial=_initial(found, own))
    if request.method == "POST" and form.is_valid():
        try:
            services.bid(request_id=wanted_id, supplier_id=organisation_id, said=form.said(), **by(request))
        except Refused as refusal:
            form.add_error(None, sentence(refusal))
        else:
            done = _("报好了。截止以前可以改，也可以撤回；截止以前别人看不到。")
            return answer(request, done, "offer_for", organisation_id, wanted_id)
    is_open = found.state == State.OPEN and not queries.is_over(found, clock.now())
    context = {
        "one": found, "own": own, "form": form, "is_open": is_open,
        "supplier": institutions.organisation(organisation_id),
        "became": queries.standing_words([own])[0] if own is not None else None,
        "may_withdraw": is_open and own is not None and own.state == BidState.STANDING,
        "orders": queries.orders_of(found) if own is not None and own.state == BidState.CHOSEN else [],
    }  # fmt: skip
    return render(request, "orders/requests/offer.html", context, status=400 if form.errors else 200)


def _initial(found: Request, own: Bid | None) -> dict[str, Any]:
    if own is None:
        return {"first": found.wish_from, "last": found.wish_until}
    said = {name: getattr(own, name) for name in ("title", "text", "minutes", "sessions", "first", "last", "words")}
    product = own.edition.product_id if own.edition is not None else ""
    return {**said, "product": str(product), "price": Decimal(own.price) / 100}


@require_POST
@door(SUPPLY, of=of_organisation)
def take_back(request: HttpRequest, wanted_id: int, organisation_id: int) -> HttpResponse:
    return do(
        request, services.withdraw_bid, _("撤回了。"), "offer_for", organisation_id, wanted_id, request_id=wanted_id,
        supplier_id=organisation_id,
    )  # fmt: skip
