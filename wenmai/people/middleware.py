from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase
from django.utils.functional import SimpleLazyObject

from wenmai.lib.access import NOBODY, Actor
from wenmai.people import queries
from wenmai.people.models import User


def actor(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Puts the actor on the request. Public pages never ask for the session, so that they can be cached."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        request.actor = SimpleLazyObject(lambda: _find(request))  # type: ignore[attr-defined]
        return get_response(request)

    return middleware


def _find(request: HttpRequest) -> Actor:
    return queries.actor(request.user) if isinstance(request.user, User) else NOBODY
