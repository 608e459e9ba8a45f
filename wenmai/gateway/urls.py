from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.urls import URLPattern, URLResolver, path

from wenmai.gateway.api import api
from wenmai.gateway.taking.asking import HERE, in_their_language
from wenmai.gateway.views import oai
from wenmai.lib.access import public

View = Callable[..., HttpResponseBase]


def _answers_head(view: View) -> View:
    """As GET; the server leaves the body out (RFC 9110, 9.3.2)."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method == "HEAD":
            request.method = "GET"
        return view(request, *args, **kwargs)

    return answer


@public
def nothing_here(request: HttpRequest, rest: str) -> HttpResponseBase:
    """A machine that has gone wrong is answered as a machine, and told where the addresses stand."""
    told = {"detail": f"There is nothing at /api/v1/{rest[:200]}. /api/v1/openapi.json has every address."}
    return JsonResponse(told, status=404, json_dumps_params={"ensure_ascii": False})


_patterns, _app_name, _namespace = api.urls
for _pattern in _patterns:
    # Everything under /api/v1 is what the portal shows to everybody; below /my a token in the request lets in.
    if _pattern.callback:
        _view = _answers_head(_pattern.callback)
        _is_own = str(_pattern.pattern).startswith(HERE)
        _pattern.callback = public(in_their_language(_view) if _is_own else _view)

urlpatterns: list[URLPattern | URLResolver] = [
    path("oai", oai.answer, name="oai"),
    path(oai.SCHEMA_PATH.removeprefix("/"), oai.schema, name="record_schema"),
    path("api/v1/", (_patterns, _app_name, _namespace)),
    path("api/v1/<path:rest>", nothing_here),
]
