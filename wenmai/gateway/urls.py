from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponseBase
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
]
