"""One's own proxies: who acts for me, for whom I act; giving, taking on, ending; acting and stopping."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from wenmai.lib import clock
from wenmai.lib.access import SIGNED_IN, actor_of, door, public
from wenmai.lib.levels import Level
from wenmai.lib.pages import render
from wenmai.lib.refusal import Refused
from wenmai.people import attempts
from wenmai.people.proxies import acting, queries, services
from wenmai.people.proxies.forms import OfferForm, RenewForm, TakeForm
from wenmai.people.proxies.rules import OFFER_MINUTES
from wenmai.people.proxies.wording import sentence
from wenmai.people.views import steps


@require_safe
@door(SIGNED_IN)
def index(request: HttpRequest) -> HttpResponse:
    """Both sides; what was done since one looked last is marked once."""
    user_id, now = actor_of(request).user_id or 0, clock.now()
    context = {
        "given": queries.given(user_id, now), "held": queries.held(user_id, now), "deeds": queries.deeds(user_id),
        "past": queries.past(user_id, now), "me": user_id, "renew_form": RenewForm(),
    }  # fmt: skip
    answer = render(request, "people/proxies/own.html", context)
    if request.method == "GET":
        services.mark_seen(user_id=user_id, now=now)
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
@door(SIGNED_IN, level=Level.PHONE)
@steps.shown_lately
def new(request: HttpRequest) -> HttpResponse:
    """What and how long; then the code, shown once."""
    form = OfferForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            code = services.offer(user_id=actor_of(request).user_id or 0, **form.cleaned_data, now=clock.now())
        except Refused as refusal:
            form.add_error("until" if refusal.code == "proxy_until" else "matters", sentence(refusal))
        else:
            return render(request, "people/proxies/code.html", {"code": code, "minutes": OFFER_MINUTES})
    return render(request, "people/proxies/new.html", {"form": form}, status=400 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@door(SIGNED_IN, level=Level.PHONE)
def take(request: HttpRequest) -> HttpResponse:
    """The code, then whose name and which matters; only then is it taken on."""
    form, now = TakeForm(request.POST or None), clock.now()
    if request.method == "POST" and form.is_valid():
        code = form.cleaned_data["code"]
        try:
            found = _found(request, code, now)
            if "confirm" not in request.POST:
                return render(request, "people/proxies/taking.html", {"offer": found, "code": code})
            services.accept(code=code, actor=actor_of(request), now=now)
        except Refused as refusal:
            form.add_error("code", sentence(refusal))
        else:
            messages.success(request, _("好了。要替人办事，点“以他的名义办事”。"), extra_tags="good")
            return redirect("account_proxies")
    return render(request, "people/proxies/take.html", {"form": form}, status=400 if form.errors else 200)


@require_POST
@door(SIGNED_IN)
def act(request: HttpRequest, proxy_id: int) -> HttpResponseBase:
    """From the next page on in the other one's name."""
    try:
        services.begin(proxy_id=proxy_id, actor=actor_of(request), now=clock.now())
    except Refused as refusal:
        messages.error(request, sentence(refusal), extra_tags="bad")
        return redirect("account_proxies")
    answer = redirect("account_cards")
    acting.begin(request, answer, proxy_id)
    return answer


@require_POST
@public
def stop(request: HttpRequest) -> HttpResponseBase:
    """One tap, from every page; also where the proxy has ended meanwhile."""
    answer = redirect("account_proxies")
    acting.stop(request, answer)
    return answer


@require_POST
@door(SIGNED_IN)
def end(request: HttpRequest, proxy_id: int) -> HttpResponse:
    return _do(request, lambda by: services.end(proxy_id=proxy_id, **by), _("代办已经终止。"))


@require_POST
@door(SIGNED_IN, level=Level.PHONE)
@steps.shown_lately
def renew(request: HttpRequest, proxy_id: int) -> HttpResponse:
    form = RenewForm(request.POST)
    if not form.is_valid():
        messages.error(request, sentence(Refused("proxy_until", "366")), extra_tags="bad")
        return redirect("account_proxies")
    until = form.cleaned_data["until"]
    return _do(request, lambda by: services.renew(proxy_id=proxy_id, until=until, **by), _("已续期。"))


def _do(request: HttpRequest, deed: Callable[[dict[str, Any]], object], done: str) -> HttpResponse:
    try:
        deed({"actor": actor_of(request), "now": clock.now()})
    except Refused as refusal:
        messages.error(request, sentence(refusal), extra_tags="bad")
    else:
        messages.success(request, done, extra_tags="good")
    return redirect("account_proxies")


def _found(request: HttpRequest, code: str, now: dt.datetime) -> queries.OfferView:
    """Tries of one account are counted, so that nobody runs through the codes.

    Refused: proxy_tries, proxy_code_over.
    """
    who = f"account {actor_of(request).user_id}"
    if attempts.begin_login("proxy", who, now.timestamp()):
        raise Refused("proxy_tries")
    found = queries.offer(code, now)
    if found is None:
        raise Refused("proxy_code_over")
    attempts.login_succeeded("proxy", who)
    return found
