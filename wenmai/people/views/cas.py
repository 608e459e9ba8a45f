"""A card whose library has a login of its own: the reader goes there and comes back with a ticket."""

import secrets
from typing import NamedTuple

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from wenmai.lib import clock
from wenmai.lib.access import SIGNED_IN, actor_of, door
from wenmai.lib.refusal import Refused
from wenmai.people.services import cards as services
from wenmai.people.wording import sentence

_KEY = "people_cas"
LASTS_S = 600
"""For so long the library's login page may take."""


class _Begun(NamedTuple):
    """What this browser set out with: which library, the word that has to come back, the address to come back to, when,
    for whom."""

    system_id: int
    state: str
    service: str
    at: float
    for_id: int


@require_POST
@door(SIGNED_IN, matters=("cards.link",))
def begin(request: HttpRequest, system_id: int) -> HttpResponse:
    """Leads to the login page of the library's server, and nowhere else."""
    state = secrets.token_urlsafe(24)
    back = reverse("account_card_back", args=[system_id])
    service = f"{settings.BASE_URL}{back}?{urlencode({'state': state})}"
    try:
        where = services.cas_login_address(system_id=system_id, service=service)
    except Refused as refusal:
        raise Http404 from refusal
    request.session[_KEY] = [system_id, state, service, clock.now().timestamp(), actor_of(request).for_id]
    return HttpResponseRedirect(where)


@require_safe
@door(SIGNED_IN, matters=("cards.link",))
def back(request: HttpRequest, system_id: int) -> HttpResponse:
    """Good once, in the browser that set out: otherwise somebody could be led here with somebody else's ticket."""
    begun = _taken(request)
    now = clock.now()
    fits = begun is not None and begun.system_id == system_id and now.timestamp() - begun.at <= LASTS_S
    fits = fits and begun is not None and begun.for_id == actor_of(request).for_id
    if begun is None or not fits or not constant_time_compare(begun.state, request.GET.get("state", "")):
        messages.error(request, _("这次登录不是从这里开始的，或者已经过时。请重新绑定一次。"), extra_tags="bad")
        return redirect("account_cards")
    try:
        services.link_card_by_ticket(
            user_id=begun.for_id, system_id=system_id, ticket=request.GET.get("ticket", "")[:300],
            service=begun.service, actor=actor_of(request), now=now,
        )  # fmt: skip
    except Refused as refusal:
        messages.error(request, sentence(refusal), extra_tags="bad")
    else:
        messages.success(request, _("读者证已绑定。"), extra_tags="good")
    return redirect("account_cards")


def _taken(request: HttpRequest) -> _Begun | None:
    try:
        return _Begun(*request.session.pop(_KEY, ()))
    except TypeError:
        return None
