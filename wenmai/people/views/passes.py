"""Electronic cards: the picture that its owner shows, and the document that gates fetch."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from wenmai.lib import clock
from wenmai.lib.access import SIGNED_IN, actor_of, door, public
from wenmai.lib.pages import render
from wenmai.lib.refusal import Refused
from wenmai.people.queries import cards, passes
from wenmai.people.rules.passes import RENEW_S
from wenmai.people.services import card_documents
from wenmai.people.services import passes as services
from wenmai.people.wording import sentence


@require_safe
@door(SIGNED_IN, matters=("cards.show",))
def show(request: HttpRequest, card_id: int) -> HttpResponse:
    """Large and bright; the page comes anew by itself, by its header, before the picture expires."""
    now, user_id = clock.now(), actor_of(request).for_id or 0
    try:
        at = request.GET.get("at", "")[:16]
        shown = services.show_card(user_id=user_id, card_id=card_id, at=at, actor=actor_of(request), now=now)
    except Refused as refusal:
        messages.error(request, sentence(refusal), extra_tags="bad")
        return redirect("account_cards")
    papers, places = passes.papers(card_id, now), passes.places(user_id, card_id, now)
    context = {
        "card": cards.card_of(user_id, card_id),
        "shown": shown,
        "papers": papers,
        "renew_s": RENEW_S,
        "places": places,
        "at": at,
    }
    answer = render(request, "people/card_shown.html", context)
    answer["Refresh"] = str(RENEW_S)
    return answer


@require_POST
@door(SIGNED_IN, matters=("cards.show",))
def paper(request: HttpRequest, card_id: int) -> HttpResponse:
    """To be printed now: it is not shown a second time."""
    user_id = actor_of(request).for_id or 0
    try:
        shown = services.print_card(user_id=user_id, card_id=card_id, actor=actor_of(request), now=clock.now())
    except Refused as refusal:
        messages.error(request, sentence(refusal), extra_tags="bad")
        return redirect("account_cards")
    context = {"card": cards.card_of(user_id, card_id), "shown": shown, "is_paper": True}
    return render(request, "people/card_shown.html", context)


@require_POST
@door(SIGNED_IN, matters=("cards.show",))
def revoke(request: HttpRequest, card_id: int) -> HttpResponse:
    user_id = actor_of(request).for_id or 0
    try:
        count = services.revoke_papers(user_id=user_id, card_id=card_id, actor=actor_of(request), now=clock.now())
    except Refused as refusal:
        messages.error(request, sentence(refusal), extra_tags="bad")
    else:
        messages.success(request, _("已作废 %(count)s 张。") % {"count": count}, extra_tags="good")
    return redirect("account_cards")


@require_safe
@public
def document(request: HttpRequest) -> HttpResponse:
    """Public keys, agreements, what was revoked: all that a gate needs to check cards without a network; signed."""
    answer = HttpResponse(card_documents.current(now=clock.now()), content_type="application/json")
    patch_cache_control(answer, public=True, max_age=300)
    return answer
