"""Choosing the place that one wants to see things of."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods

from wenmai.institutions import queries as institutions
from wenmai.lib import pages
from wenmai.lib.access import public
from wenmai.lib.faces import REGION, YEAR
from wenmai.portal import queries
from wenmai.portal.region import of


@public
@require_http_methods(["GET", "HEAD", "POST"])
def choose(request: HttpRequest) -> HttpResponse:
    """Step by step down from the provinces, or by name; only where there is an institution."""
    back = _back(request)
    if request.method == "POST":
        return _chosen(request.POST.get("code", "")[:12], back)
    words = request.GET.get("q", "").replace("\0", "").strip()[:100]
    here = of(request)
    inside = request.GET.get("within", here.code if here else "")[:12]
    found = institutions.place(inside) if inside.isdecimal() else None
    context = {
        "q": words, "found": queries.find_places(words) if words else [], "here": here, "back": back,
        "chain": institutions.ancestors(found.code) if found else [],
        "parts": institutions.served_parts(found.id if found else None),
    }  # fmt: skip
    return pages.render(request, "portal/region.html", context)


def _chosen(code: str, back: str) -> HttpResponse:
    """Everywhere, where the code is nobody's."""
    response = HttpResponseRedirect(back)
    place = institutions.place(code) if code.isdecimal() else None
    if place is None:
        response.delete_cookie(REGION)
    else:
        response.set_cookie(REGION, place.code, max_age=YEAR, httponly=True, samesite="Lax")
    return response


def _back(request: HttpRequest) -> str:
    asked = (request.POST if request.method == "POST" else request.GET).get("next", "")[:500]
    ours = url_has_allowed_host_and_scheme(asked, {request.get_host()}, require_https=request.is_secure())
    return asked if ours else reverse("portal:home")
