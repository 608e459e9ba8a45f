from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.http import urlencode

from wenmai.lib.access import NOBODY, SIGNED_IN, Actor, actor_of
from wenmai.people import proofs, queries, screens
from wenmai.people.models import User
from wenmai.people.privacy.queries import CLOSING
from wenmai.people.proxies import acting
from wenmai.people.rules import TWO_FACTORS, levels


def actor(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Puts the actor on the request, and whether they agreed to what suits them (`request.personalises`: later modules
    ask this before they keep or show anything of the kind). Public pages never ask for the session, so that they can
    be cached."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        request.actor = SimpleLazyObject(lambda: _find(request))  # type: ignore[attr-defined]
        request.personalises = SimpleLazyObject(lambda: _personalises(request))  # type: ignore[attr-defined]
        return get_response(request)

    middleware.process_view = before_work  # type: ignore[attr-defined]
    return middleware


def before_work(request: HttpRequest, view: Any, *args: Any) -> HttpResponseBase | None:
    """A page that this screen is not for leads to a phone.

    With a first password the pages of staff lead to the one where it is changed, and without the second factor that
    the roles ask for to the one where it is shown or set up.
    """
    permission = getattr(getattr(view, "door", None), "permission", "")
    if other := screens.instead(request, permission):
        return other
    if permission and _is_closing(request):
        return redirect("account_closing")
    if not permission or permission == SIGNED_IN or not isinstance(request.user, User):
        return None
    query = {"next": request.get_full_path()}
    if request.user.password_is_first:
        return redirect(f"{reverse('account_password')}?{urlencode(query)}")
    if _needs_factors(actor_of(request)) and not levels.factors_of_staff(proofs.means(request, request.user)):
        return redirect(f"{reverse('account_level')}?{urlencode({'needs': levels.STAFF, **query})}")
    return None


def _is_closing(request: HttpRequest) -> bool:
    """Their account waits to be closed, and they have not said yet whether they think better of it."""
    name = request.resolver_match.url_name if request.resolver_match else ""
    return CLOSING in request.session and name not in ("account_closing", "account_logout")


def _needs_factors(actor: Actor) -> bool:
    roles = {grant.role for grant in actor.grants}
    return bool(roles if settings.STAFF_FACTORS == "all" else roles & TWO_FACTORS) and settings.STAFF_FACTORS != "none"


def _personalises(request: HttpRequest) -> bool:
    return settings.SESSION_COOKIE_NAME in request.COOKIES and queries.personalises(actor_of(request).user_id)


def _find(request: HttpRequest) -> Actor:
    user = request.user
    if not isinstance(user, User):
        return NOBODY
    found, on_behalf = queries.actor(user, proofs.level(request, user)), acting.on_behalf(request, user.pk)
    return replace(found, grants=(), on_behalf=on_behalf) if on_behalf else found
