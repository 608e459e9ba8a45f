"""Searching the union catalogue."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from wenmai.identifiers import queries as identifiers
from wenmai.lib import clock, faces, pages
from wenmai.lib.access import is_staff, public
from wenmai.portal import queries, resolver, rules
from wenmai.portal.views import pools
from wenmai.usage import rules as usage_rules
from wenmai.usage import services as usage

SIZES = {"tv": 8}
SIZE = 20
TOLD = ("check_mismatch", "unknown")
"""What is said about a text that looks like an identifier, beside what the index finds."""


@public
@require_safe
def search(request: HttpRequest) -> HttpResponse:
    asked = rules.asked(dict(request.GET.lists()))
    named = identifiers.resolve(asked.text)
    if named.state != "unknown":
        return redirect("portal:resolve", name=named.name)
    found = queries.find(asked, size=SIZES.get(faces.face_of(request), SIZE), pool=pools.of(request))
    if asked.text and asked.page == 1 and not found.failed:
        usage.note_search(
            total=found.total, now=clock.now(), counted=usage_rules.counted(request.headers, by_staff=is_staff(request))
        )
    context = {"found": found, "problem": resolver.PROBLEMS[named.problem] if named.problem in TOLD else ""}
    return pages.render(request, "portal/search.html", context, status=503 if found.failed else 200)


@public
@require_safe
def suggest(request: HttpRequest) -> JsonResponse:
    """What the typed beginning may become: `{"suggestions": [text, …]}`."""
    text = rules.asked({"q": request.GET.getlist("q")}).text
    found = queries.suggestions(text, pools.of(request)) if text else []
    response = JsonResponse({"suggestions": found}, json_dumps_params={"ensure_ascii": False})
    patch_vary_headers(response, ("Cookie",))
    return response
