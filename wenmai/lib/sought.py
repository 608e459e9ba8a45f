"""Words that staff look for people by: they go in a form's body and wait in the session, and no address holds them."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import urlencode

MOST = 60
_KEY = "sought"


def ask(request: HttpRequest, *kept: str) -> HttpResponse:
    """The form's answer: back to the same list by an address that says only that something is looked for; `kept` are
    fields that may stand in it."""
    words = request.POST.get("q", "").strip()[:MOST]
    request.session[_KEY] = {**_all(request), request.path: words}
    query = {name: value for name in kept if (value := request.POST.get(name, ""))}
    if words:
        query["sought"] = "1"
    return HttpResponseRedirect(f"{request.path}?{urlencode(query)}" if query else request.path)


def words(request: HttpRequest) -> str:
    """What is looked for on this page; of an address with `q`, which others wrote, that."""
    if request.GET.get("sought") == "1":
        return str(_all(request).get(request.path, ""))
    return request.GET.get("q", "").strip()[:MOST]


def _all(request: HttpRequest) -> dict[str, str]:
    found = request.session.get(_KEY, {})
    return found if isinstance(found, dict) else {}
