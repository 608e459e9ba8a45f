"""What a county offers in a year, open to everybody."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from wenmai.lib import clock, lists
from wenmai.lib.access import public
from wenmai.lib.pages import render
from wenmai.orders import queries
from wenmai.orders.rules import Kind

PER_PAGE = 24


@require_safe
@public
def index(request: HttpRequest) -> HttpResponse:
    return render(
        request, "orders/public_lists.html", {"page": lists.page_of(request, queries.public_lists(), PER_PAGE)}
    )


@require_safe
@public
def supply_list(request: HttpRequest, list_id: int) -> HttpResponse:
    found = queries.supply_list(list_id)
    if found is None or found.state == "draft" or found.organiser.closed_on is not None:
        raise Http404
    words, kind = request.GET.get("q", "").strip()[:60], request.GET.get("kind", "")
    rows = queries.public_offers(found, timezone.localdate(clock.now()), kind, words)
    page = lists.page_of(request, rows, PER_PAGE)
    context = {
        "one": found, "page": page, "lines": queries.of_list(list(page)), "q": words, "kind": kind,
        "kinds": Kind.choices,
    }  # fmt: skip
    return render(request, "orders/public_list.html", context)


@require_safe
@public
def product(request: HttpRequest, product_id: int) -> HttpResponse:
    found = queries.public_product(product_id)
    if found is None or found.shown is None:
        raise Http404
    content = queries.content_of(found.shown)
    context = {
        "one": found, "content": content, "facts": queries.facts(content), "photos": queries.photos(content)
    }  # fmt: skip
    return render(request, "orders/public_product.html", context)
