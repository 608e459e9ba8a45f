"""One's own reader cards."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from wenmai.lib import clock
from wenmai.lib.access import SIGNED_IN, actor_of, door
from wenmai.lib.pages import render
from wenmai.lib.refusal import Refused
from wenmai.people.forms.cards import CardForm, LibraryForm
from wenmai.people.queries import cards as queries
from wenmai.people.recognition import hearing
from wenmai.people.recognition import queries as recognition
from wenmai.people.services import cards as services
from wenmai.people.wording import sentence


@require_safe
@door(SIGNED_IN, matters=("cards.show", "cards.link"))
def index(request: HttpRequest) -> HttpResponse:
    acting, now = actor_of(request).on_behalf, clock.now()
    context = {
        "recognised": recognition.recognised(_own(request), now),
        "bringers": [] if acting else recognition.bringers(_own(request), now),
        "cards": queries.cards_of(_own(request)),
        "may_link": queries.is_anything_open(),
        "covered": acting.matters if acting else {"cards.show", "cards.link", "cards.unlink"},
    }
    return render(request, "people/cards.html", context)


@require_safe
@door(SIGNED_IN, matters=("cards.link",))
def choose(request: HttpRequest) -> HttpResponse:
    """Whose card it is; leads on where that is clear."""
    form = LibraryForm(request.GET if {"system", "system_words"} & {*request.GET} else None)
    if form.is_bound and form.is_valid():
        return redirect("account_card_link", system_id=int(form.cleaned_data["system"]))
    return render(
        request,
        "people/card_library.html",
        {"form": form, "may_link": queries.is_anything_open()},
        status=400 if form.errors else 200,
    )


@sensitive_post_parameters("proof")
@require_http_methods(["GET", "HEAD", "POST"])
@door(SIGNED_IN, matters=("cards.link",))
def link(request: HttpRequest, system_id: int) -> HttpResponse:
    """Number and PIN; what is typed wrong never comes back in the page."""
    system = queries.system(system_id)
    if system is None or not system.is_on:
        raise Http404
    form = CardForm(request.POST or None, proof=str(system.settings.get("proof", "")))
    if request.method == "POST" and form.is_valid():
        try:
            services.link_card(
                user_id=_own(request), system_id=system_id, **form.cleaned_data, actor=actor_of(request),
                now=clock.now(),
            )  # fmt: skip
        except Refused as refusal:
            form.add_error("number" if refusal.code.startswith("card_number") else None, sentence(refusal))
        else:
            messages.success(request, _("读者证已绑定。"), extra_tags="good")
            return redirect("account_cards")
    return render(request, "people/card_link.html", {"form": form, "system": system}, 400 if form.errors else 200)


@require_POST
@door(SIGNED_IN, matters=("cards.show", "cards.link"))
def refresh(request: HttpRequest, card_id: int) -> HttpResponse:
    return _do(request, services.refresh_card, card_id, _("已向图书馆核对。"))


@require_POST
@door(SIGNED_IN)
def hear(request: HttpRequest) -> HttpResponse:
    """Asks the nodes that cards were brought from, once more."""
    if hearing.hear(user_id=_own(request), now=clock.now()):
        messages.success(request, _("对方已经回答。"), extra_tags="good")
    else:
        messages.error(request, _("现在问不到对方。请用下面的按钮从对方再带来一次。"), extra_tags="bad")
    return redirect("account_cards")


@require_POST
@door(SIGNED_IN)
def unlink(request: HttpRequest, card_id: int) -> HttpResponse:
    return _do(request, services.unlink_card, card_id, _("已解除绑定。图书馆里的证不受影响。"))


def _do(request: HttpRequest, service: Any, card_id: int, done: str) -> HttpResponse:
    try:
        service(user_id=_own(request), card_id=card_id, actor=actor_of(request), now=clock.now())
    except Refused as refusal:
        messages.error(request, sentence(refusal), extra_tags="bad")
    else:
        messages.success(request, done, extra_tags="good")
    return redirect("account_cards")


def _own(request: HttpRequest) -> int:
    """Also of whom a proxy acts for."""
    user_id = actor_of(request).for_id
    assert user_id is not None
    return user_id
