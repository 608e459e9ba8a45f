"""Who is a child, and which browser is in the mode for minors, is known on every page.

Whoever brings neither a session nor a cookie of the mode costs no query. Machines' addresses are not touched; files ask
for the session where no cookie that can be believed says who it is (`known`). What a child plays or reads in parts
counts as its pages do, whether its browser runs scripts or not.
"""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _

from wenmai.lib import clock
from wenmai.lib.pages import render
from wenmai.people.families import known, limits, mode, queries, rules, services, stayed, times
from wenmai.people.families.limits import Standing
from wenmai.people.families.wording import CLOSED
from wenmai.people.models import User

FILES = "wenmai.files."
SEEN = ("document", "iframe", "embed", "object")
"""Where a browser puts what it asks for, so that somebody reads the answer."""
MACHINES = ("wenmai.gateway.", FILES, "wenmai.people.provider.views", "config.")
Get = Callable[[HttpRequest], HttpResponseBase]


def minors(get_response: Get) -> Get:
    """Sets `request.minor`, and `request.child` (a `ChildView` or None) on pages."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        request.minor = bool(known.said(request)) or mode.of(request) is not None  # type: ignore[attr-defined]
        response = get_response(request)
        if hasattr(request, "child"):
            known.tell(request, response, is_child=request.child is not None)
        if request.minor:  # type: ignore[attr-defined]
            add_never_cache_headers(response)
        return response

    middleware.process_view = look  # type: ignore[attr-defined]
    return middleware


def look(request: HttpRequest, view: Any, *_given: Any) -> HttpResponseBase | None:
    """Who is behind a page, before it is answered."""
    module = getattr(view, "__module__", "")
    is_file = module.startswith(FILES)
    if (is_file and known.said(request) is False) or (module.startswith(MACHINES) and not is_file):
        return None
    if is_file and _name(request) != "object" and known.said(request):
        return None
    child = _child(request)
    request.child = child  # type: ignore[attr-defined]
    request.minor = child is not None or mode.of(request) is not None  # type: ignore[attr-defined]
    if is_file:
        return _whole_object(request, child) if child and _name(request) == "object" else None
    if child is None:
        return None
    return _closed(request, child) or _time_is_up(request, child)


def _whole_object(request: HttpRequest, child: queries.ChildView) -> HttpResponseBase | None:
    """A film comes in many parts while it plays: each is use, and there is none when the time is over. What is opened
    or saved in one piece is use at that moment, like a page."""
    if not _goes_on(child)[0].why:
        return None
    if request.headers.get("Sec-Fetch-Dest") in SEEN:
        return redirect("account_time")
    return HttpResponse(_("今天的时间用完了，文件明天再看。"), status=403, content_type="text/plain; charset=utf-8")


def _time_is_up(request: HttpRequest, child: queries.ChildView) -> HttpResponseBase | None:
    """Leads to the calm page when the day's time is over; otherwise the time that passed counts."""
    if _name(request) in rules.TIME_STAYS_OPEN:
        request.child_time = times.standing(child, clock.now())  # type: ignore[attr-defined]
        return None
    stands, now = _goes_on(child)
    request.child_time = stands  # type: ignore[attr-defined]
    if stands.why:
        return redirect("account_time")
    request.child_stays = stayed.page(child.id, stands.left_s, now)  # type: ignore[attr-defined]
    return None


def _goes_on(child: queries.ChildView) -> tuple[Standing, dt.datetime]:
    """Where the day stands; while it goes on, this is use."""
    now = clock.now()
    day = times.day_of(child.id, now)
    stands = times.standing(child, now, day)
    if not stands.why and (day is None or day.last_at is None or (now - day.last_at).total_seconds() >= limits.EVERY_S):
        services.note_use(child_id=child.id, now=now)
    return stands, now


def _name(request: HttpRequest) -> str:
    return (request.resolver_match.url_name if request.resolver_match else "") or ""


def _child(request: HttpRequest) -> queries.ChildView | None:
    if settings.SESSION_COOKIE_NAME not in request.COOKIES or not isinstance(request.user, User):
        return None
    return queries.child(request.user.pk)


def _closed(request: HttpRequest, child: queries.ChildView) -> HttpResponseBase | None:
    """Pages that are not for children, or that nobody has consented to, say so."""
    name = _name(request)
    if not rules.closed_to(name, stage=rules.UNDER_14, consented=frozenset()):
        return None
    why = rules.closed_to(name, stage=child.stage, consented=queries.consented(child.id))
    return render(request, "people/families/closed.html", {"why": CLOSED[why]}, status=403) if why else None
