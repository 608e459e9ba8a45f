"""What a county offers in a year, open to everybody."""

import datetime as dt

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from wenmai.institutions import queries as institutions
from wenmai.lib import clock, faces, lists
from wenmai.lib.access import public
from wenmai.lib.pages import render
from wenmai.orders import queries
from wenmai.orders.rules import Kind

PER_PAGE, MONTHS = 24, 24


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


@require_safe
@public
def delivered(request: HttpRequest) -> HttpResponse:
    """What came where; `region`: a place's code, `month`: 2026-11."""
    code = request.GET.get("region", faces.region_of(request))[:12]
    place = institutions.place(code) if code else None
    months = _months(timezone.localdate(clock.now()))
    asked = next((one for one in months if f"{one:%Y-%m}" == request.GET.get("month", "")), None)
    rows = queries.delivered(
        region=place.prefix if place is not None else "", times=_within(asked) if asked is not None else None
    )
    page, regions = lists.page_of(request, rows, PER_PAGE), queries.delivered_regions()
    if place is not None and place.code not in dict(regions):
        regions = [(place.code, place.name), *regions]
    context = {
        "page": page, "lines": queries.delivered_lines(list(page)), "regions": regions, "months": months,
        "region": place.code if place is not None else "", "month": asked,
    }  # fmt: skip
    return render(request, "orders/delivered.html", context)


def _months(day: dt.date) -> list[dt.date]:
    """The first days of this month and of those before."""
    count = day.year * 12 + day.month - 1
    return [dt.date((count - n) // 12, (count - n) % 12 + 1, 1) for n in range(MONTHS)]


def _within(first: dt.date) -> tuple[dt.datetime, dt.datetime]:
    following = (first + dt.timedelta(days=31)).replace(day=1)
    return clock.midnight(first), clock.midnight(following)


@require_safe
@public
def sheet(request: HttpRequest, code: str) -> HttpResponse:
    """Whether a confirmation sheet on paper still counts; what it says only where it does."""
    found = queries.sheet_standing(code)
    answer = render(request, "orders/public_sheet.html", {"one": found}, status=404 if found is None else 200)
    answer["Cache-Control"], answer["X-Robots-Tag"] = "private, no-store", "noindex"
    return answer
