"""Places: to browse, and to look an old code up."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from wenmai.lib import pages
from wenmai.lib.access import public
from wenmai.portal import queries
from wenmai.portal.views import pools


@public
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The provinces, or what fits the words; a code that somebody carries leads to its page."""
    words = request.GET.get("q", "").replace("\0", "").strip()[:100]
    if words and queries.place(words) is not None:
        return redirect("portal:place", code=words)
    found = queries.find_places(words) if words else []
    context = {"q": words, "found": found, "provinces": queries.provinces() if not words else []}
    return pages.render(request, "portal/places.html", context)


@public
@require_safe
def place(request: HttpRequest, code: str) -> HttpResponse:
    found = queries.place(code, request.GET.get("page"), pools.of(request))
    if found is None:
        raise Http404
    return pages.render(request, "portal/place.html", {"found": found, "place": found.place})
