from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.http import urlencode

from wenmai.lib.access import NOBODY, SIGNED_IN, Actor
from wenmai.people import queries
from wenmai.people.models import User


def actor(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Puts the actor on the request. Public pages never ask for the session, so that they can be cached."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        request.actor = SimpleLazyObject(lambda: _find(request))  # type: ignore[attr-defined]
        return get_response(request)

    middleware.process_view = own_password_first  # type: ignore[attr-defined]
    return middleware


def own_password_first(request: HttpRequest, view: Any, *args: Any) -> HttpResponseBase | None:
    """With a first password the pages of staff lead to the one where it is changed."""
    permission = getattr(getattr(view, "door", None), "permission", "")
    if permission and permission != SIGNED_IN and getattr(request.user, "password_is_first", False):
        return redirect(f"{reverse('desk:people:password')}?{urlencode({'next': request.get_full_path()})}")
    return None


def _find(request: HttpRequest) -> Actor:
    return queries.actor(request.user) if isinstance(request.user, User) else NOBODY
