"""The desk's page where a clerk checks a card that is shown: what a gate does, on a telephone."""

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from wenmai.formats.cardtoken import Card
from wenmai.institutions import queries as institutions
from wenmai.lib import clock
from wenmai.lib.access import actor_of, door
from wenmai.lib.pages import render
from wenmai.lib.refusal import Refused
from wenmai.people import queries
from wenmai.people.card_wording import SHUT
from wenmai.people.forms.checking import CheckForm
from wenmai.people.models.agreements import SERVICES
from wenmai.people.recognition import queries as recognition
from wenmai.people.services import passes as services

CHECK = "cards.check"


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@door(CHECK)
def check(request: HttpRequest) -> HttpResponse:
    """Good or not, and why; the next card can be scanned at once."""
    actor = actor_of(request)
    here = next((one.organisation_id for one in queries.grants_of([actor.user_id or 0])[actor.user_id or 0]), None)
    form = CheckForm(request.POST or None, scope=actor.scope(CHECK), initial={"place": str(here or "")})
    if request.method != "POST" or not form.is_valid():
        return render(request, "people/check.html", {"form": form}, status=400 if form.errors else 200)
    asked = form.cleaned_data
    place = institutions.organisation(int(asked["place"]))
    if place is None or not actor.may(CHECK, institutions.reach(place.id)):
        raise PermissionDenied
    card, why = None, ""
    try:
        card = services.check_card(token=asked["token"], place=place.code, service=asked["service"], now=clock.now())
    except Refused as refusal:
        why = str(SHUT.get(refusal.code, _("现在核对不了，请过一会儿再试。")))
    again = CheckForm(scope=actor.scope(CHECK), initial={"place": str(place.id), "service": asked["service"]})
    context = {"form": again, "card": card, "why": why, "is_told": True, **(_words(card) if card else {})}
    return render(request, "people/check.html", context)


def _words(card: Card) -> dict[str, str]:
    """Whose card it is and what it is recognised for."""
    named = dict(SERVICES)
    services_words = "、".join(str(named.get(one, one)) for one in card.services)
    if card.issuer != settings.BASE_URL:
        return {"giver": recognition.giver_name(card.issuer, card.organisation), "services": services_words}
    giver = institutions.by_code(card.organisation)
    return {"giver": giver.name if giver else card.organisation, "services": services_words}
