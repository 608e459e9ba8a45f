"""`/id/…` in all its answers: on to the best copy, the list of copies, the tombstone, or help when there is nothing.

302 on · 301 to the canonical spelling · 200 JSON or `?list` · 410 withdrawn · 404 unknown, mistyped or only reserved.
"""

from functools import lru_cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse, translate_url
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language, override
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from wenmai.identifiers import queries as identifiers
from wenmai.identifiers import rules
from wenmai.identifiers.rules import Location, Resolution
from wenmai.institutions import queries as institutions
from wenmai.lib import clock, pages
from wenmai.lib.access import is_staff, public
from wenmai.portal.values import Link, Tombstone
from wenmai.usage import rules as usage_rules
from wenmai.usage import services as usage

PROBLEMS = {
    "malformed": _("这不像一个完整的标识符，可能少抄或多抄了几个字符。"),
    "check_mismatch": _("校验字符对不上：至少有一个字符抄错了。我们不猜是哪一个，请对照原文再输一次。"),
    "unknown": _("本站没有登记过这个标识符。它可能抄错了，也可能属于别的站点。"),
    "reserved": _("这个标识符已经预留，还没有指向任何资源。"),
    "too_deep": _("这个标识符转向的次数太多，没有继续追下去。"),
}
KINDS = {"page": _("页面"), "file": _("文件"), "metadata": _("元数据"), "copy": _("副本")}


@public
@require_safe
def resolve(request: HttpRequest, name: str) -> HttpResponse:
    found = identifiers.resolve(name)
    if found.name and found.name != name:
        response: HttpResponse = _canonical(request, found.name)
    else:
        _note(request, found)
        response = _answer_json(request, found) if _wants_json(request) else _answer_page(request, found, name)
        response.headers["Cache-Control"] = "no-cache"  # withdrawn or moved, it shows at once
    patch_vary_headers(response, ("Accept",))
    return response


@public
@require_safe
def ask(request: HttpRequest) -> HttpResponse:
    """The field for a name read off paper; with a check character, typing errors are seen."""
    typed = request.GET.get("name", "").strip()
    if not typed:
        return pages.render(request, "portal/name.html")
    found = identifiers.resolve(typed)
    if found.name:
        return redirect("portal:resolve", name=found.name)
    return _missing(request, found.problem, typed)


def _answer_page(request: HttpRequest, found: Resolution, typed: str) -> HttpResponse:
    if found.tombstone:
        gone = Tombstone(
            found.name,
            found.tombstone.title,
            found.tombstone.reason,
            timezone.localdate(found.tombstone.withdrawn_at),
        )
        return pages.render(request, "portal/gone.html", {"gone": gone}, status=410)
    if not found.location:
        return _missing(request, _problem(found), found.name or typed)
    if "list" in request.GET:
        copies = [Link(str(KINDS[one.kind]), _local(one.address)) for one in found.locations]
        leads_on = found.chain[-1] if found.chain else ""
        context = {"name": rules.typed(found.name), "copies": copies, "leads_on": leads_on}
        return pages.render(request, "portal/copies.html", context)
    return HttpResponseRedirect(_local(found.location))


def _missing(request: HttpRequest, problem: str, typed: str) -> HttpResponse:
    context = {"problem": PROBLEMS[problem], "typed": typed[:300]}
    return pages.render(request, "portal/name.html", context, status=404)


def _answer_json(request: HttpRequest, found: Resolution) -> HttpResponse:
    if not found.name or found.state == "unknown":
        return _json({"error": found.problem, "detail": str(PROBLEMS[found.problem])}, 404)
    answer: dict[str, Any] = {
        "identifier": found.name,
        "typed": rules.typed(found.name),
        "state": found.state,
        "redirects": list(found.chain),
        "location": rules.on_node(found.location, settings.BASE_URL) or None,
        "locations": [_plain(one) for one in found.locations],
    }
    if "list" in request.GET:
        last = found.chain[-1] if found.chain else found.name
        answer["previous"] = [_plain(one) for one in identifiers.history(last) if one.valid_to]
    if found.tombstone:
        answer["tombstone"] = found.tombstone._asdict()
        return _json(answer, 410)
    if not found.location:
        return _json({**answer, "error": _problem(found), "detail": str(PROBLEMS[_problem(found)])}, 404)
    return _json(answer, 200)


def _json(answer: dict[str, Any], status: int) -> JsonResponse:
    return JsonResponse(answer, status=status, json_dumps_params={"ensure_ascii": False})


def _plain(one: Location) -> dict[str, Any]:
    return {**one._asdict(), "address": rules.on_node(one.address, settings.BASE_URL)}


def _problem(found: Resolution) -> str:
    return found.problem or "reserved"


def _wants_json(request: HttpRequest) -> bool:
    return request.get_preferred_type(["text/html", "application/json"]) == "application/json"


def _canonical(request: HttpRequest, name: str) -> HttpResponsePermanentRedirect:
    query = request.META.get("QUERY_STRING", "")
    address = reverse("portal:resolve", args=[name])
    return HttpResponsePermanentRedirect(f"{address}?{query}" if query else address)


def _local(address: str) -> str:
    """A page of this node in the language of the address that was asked for."""
    language = get_language() or settings.LANGUAGE_CODE
    if address.startswith("/") and language != settings.LANGUAGE_CODE:
        with override(settings.LANGUAGE_CODE):  # the address as stored has no prefix
            return translate_url(address, language)
    return address


def _note(request: HttpRequest, found: Resolution) -> None:
    if request.method != "GET" or found.state == "unknown":
        return
    usage.note(
        kind="id.resolve",
        subject_kind="identifier",
        subject_key=found.name,
        organisation_id=_organisation_id(found.organisation_code),
        now=clock.now(),
        counted=usage_rules.counted(request.headers, by_staff=is_staff(request)),
    )


def _organisation_id(code: str) -> int | None:
    try:
        return _known_organisation_id(code)
    except LookupError:
        return None


@lru_cache(maxsize=4096)
def _known_organisation_id(code: str) -> int:
    """Codes are never given to another organisation, so they may be kept; one that is not known is asked for again."""
    organisation = institutions.by_code(code)
    if organisation is None:
        raise LookupError(code)
    return organisation.id
