"""One's own page: who looked at what is known of oneself."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from wenmai.lib.access import SIGNED_IN, actor_of, door
from wenmai.lib.lists import page_of
from wenmai.lib.pages import render
from wenmai.people.looks import queries

PER_PAGE = 50


@require_safe
@door(SIGNED_IN)
def own(request: HttpRequest) -> HttpResponse:
    page = page_of(request, queries.of_person(actor_of(request).user_id or 0), PER_PAGE)
    return render(request, "people/looks/own.html", {"page": page, "lines": queries.lines(page)})
