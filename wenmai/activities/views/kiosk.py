"""A kiosk at a door, where people check in by themselves. Nothing on its screen says who they are."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from wenmai.activities import queries, services
from wenmai.activities.models import Kiosk
from wenmai.activities.services.kiosks import Arriving
from wenmai.activities.wording import kiosk_sentence
from wenmai.lib import clock, faces, keypad
from wenmai.lib.access import public
from wenmai.lib.numbers import row_number
from wenmai.lib.pages import render
from wenmai.lib.refusal import Refused

KEPT_S = 400 * 24 * 3600
MOST_BUTTONS = 10


@require_http_methods(["GET", "HEAD", "POST"])
@public
def kiosk(request: HttpRequest) -> HttpResponse:
    """One address for all: asks for the code, a ticket, the telephone's last digits, how many; then says welcome."""
    if faces.face_of(request) != "kiosk" and request.method != "POST":
        return HttpResponseRedirect(f"{reverse('activities:kiosk')}?face=kiosk")
    found = queries.kiosk_of_word(request.COOKIES.get(settings.KIOSK_COOKIE_NAME, "")[:100])
    if found is None:
        return _opened(request)
    if request.method != "POST":
        return _page(request, found, field="text")
    if "key" in request.POST:
        field = "tail" if "tail" in request.POST else "text"
        return _page(request, found, field=field, typed=keypad.after(request.POST, field), said=_said(request, field))
    return _arrived(request, found)


def _opened(request: HttpRequest) -> HttpResponse:
    """A browser that is no kiosk yet, or no more."""
    if request.method != "POST":
        return _page(request, None, field="code")
    if "key" in request.POST:
        return _page(request, None, field="code", typed=keypad.after(request.POST, "code"))
    try:
        _made, word = services.open_kiosk(code=request.POST.get("code", "")[:40], now=clock.now())
    except Refused as refusal:
        return _page(request, None, field="code", refusal=refusal)
    answer = redirect("activities:kiosk")
    answer.set_cookie(
        settings.KIOSK_COOKIE_NAME, word, max_age=KEPT_S, httponly=True, samesite="Strict",
        secure=settings.SESSION_COOKIE_SECURE,
    )  # fmt: skip
    return answer


def _said(request: HttpRequest, asked: str) -> dict[str, str]:
    """What was answered before, carried on by the form."""
    names = [name for name in ("text", "tail") if name != asked]
    return {name: text for name in names if (text := request.POST.get(name, "")[:100])}


def _arrived(request: HttpRequest, found: Kiosk) -> HttpResponse:
    said = {name: request.POST.get(name, "")[:100] for name in ("text", "tail")}
    heads = row_number(request.POST.get("heads", "")[:4])
    try:
        done = services.arrive(kiosk=found, text=said["text"], tail=said["tail"], heads=heads, now=clock.now())
    except Refused as refusal:
        return _page(request, found, field="text", refusal=refusal)
    if done.step == "in":
        return _page(request, found, field="text", done=done)
    said = {name: text for name, text in said.items() if text}
    parts = range(1, min(done.heads, MOST_BUTTONS) + 1) if done.step == "heads" else ()
    return _page(request, found, field=done.step, said=said, parts=parts, most=done.heads)


def _page(
    request: HttpRequest, found: Kiosk | None, *, field: str, refusal: Refused | None = None,
    done: Arriving | None = None, **more: Any,
) -> HttpResponse:  # fmt: skip
    edition = done.session.activity.shown or done.session.activity.latest if done and done.session else None
    context = {
        "kiosk": found, "field": field, "refusal": kiosk_sentence(refusal) if refusal else "", "done": done,
        "edition": edition, "is_start": request.method != "POST",
        "idle_s": 300 if request.method != "POST" else 30, **more,
    }  # fmt: skip
    answer = render(request, "activities/kiosk.html", context, status=400 if refusal else 200)
    answer.headers["Cache-Control"] = "no-store"
    return answer
