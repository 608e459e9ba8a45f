"""`/id/<identifier>`: to the best location, to all of them, to a tombstone; for people and for machines."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from wenmai.identifiers import queries as identifiers
from wenmai.identifiers.rules import Resolution
from wenmai.lib import clock, pages
from wenmai.lib.access import public
from wenmai.portal.values import Link, Tombstone
from wenmai.usage import rules as usage_rules
from wenmai.usage import services as usage


@public
@require_safe
def resolve(request: HttpRequest, text: str) -> HttpResponse:
    found = identifiers.resolve(text)
    if found.state != "unknown":
        usage.note(
            kind="id.resolve",
            subject_kind="identifier",
            subject_key=found.name,
            organisation_id=None,
            now=clock.now(),
            counted=usage_rules.counted(request.headers),
        )
    response = _json(found) if _for_machines(request) else _for_people(request, found)
    response.headers["Vary"] = "Accept"
    return response


def _for_machines(request: HttpRequest) -> bool:
    return request.get_preferred_type(["text/html", "application/json"]) == "application/json"


def _for_people(request: HttpRequest, found: Resolution) -> HttpResponse:
    if found.tombstone is not None:
        tombstone = found.tombstone
        day = timezone.localdate(tombstone.withdrawn_at) if tombstone.withdrawn_at else None
        gone = Tombstone(found.name, tombstone.title, tombstone.reason, day)
        return pages.render(request, "portal/gone.html", {"gone": gone}, status=410)
    if not found.location:
        raise Http404
    if "list" in request.GET:
        copies = [Link(one.kind, _absolute(one.address)) for one in found.locations]
        return pages.render(request, "portal/copies.html", {"name": found.name, "copies": copies})
    return HttpResponseRedirect(_absolute(found.location))


def _json(found: Resolution) -> JsonResponse:
    """The same facts as the pages; 404 and 410 as there."""
    body: dict[str, object] = {"identifier": found.name, "state": found.state}
    if found.problem:
        body["problem"] = found.problem
    if found.chain:
        body["redirected_to"] = list(found.chain)
    if found.locations:
        body["locations"] = [{"url": _absolute(one.address), "kind": one.kind} for one in found.locations]
    if found.tombstone:
        at = found.tombstone.withdrawn_at
        body["tombstone"] = {
            "title": found.tombstone.title,
            "reason": found.tombstone.reason,
            "withdrawn_at": at.isoformat() if at else None,
        }
    status = 410 if found.tombstone else 200 if found.locations else 404
    return JsonResponse(body, status=status, json_dumps_params={"ensure_ascii": False})


def _absolute(address: str) -> str:
    return settings.BASE_URL + address if address.startswith("/") else address
