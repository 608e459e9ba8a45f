"""The pages where a telephone is asked for: a question first, the number once, and never by an address alone."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from wenmai.lib import looks
from wenmai.lib.access import Reach, actor_of, door
from wenmai.people import queries as people
from wenmai.people.offices import of_request
from wenmai.people.rules import may_give
from wenmai.people.unmasking import press
from wenmai.people.volunteers import queries as volunteers
from wenmai.people.volunteers.staff import of_volunteer

UNMASK = "accounts.unmask"
ask = require_http_methods(["GET", "HEAD", "POST"])


def of_account(request: HttpRequest, user_id: int) -> Reach:
    """Where the person works, as far as the asker reaches it; who has no role belongs to the whole node."""
    if people.account(user_id) is None:
        raise Http404
    places = [one.seen_at for one in people.grants_of([user_id])[user_id]]
    reached = [place for place in places if actor_of(request).may(UNMASK, place)]
    return (reached or places or [Reach("", "")])[0]


@ask
@door(UNMASK, of=of_account, shows=True)
def account(request: HttpRequest, user_id: int) -> HttpResponse:
    return _ask(request, user_id, reverse("desk:people:account", args=[user_id]))


@ask
@door(UNMASK, of=of_request, shows=True)
def request_of_role(request: HttpRequest, request_id: int) -> HttpResponse:
    """While it waits, by whoever may answer it."""
    actor, found = actor_of(request), people.request_waiting(request_id)
    if found is None:
        raise Http404
    if not may_give(actor, found.role, found.reach):
        raise PermissionDenied
    return _ask(request, found.user_id, reverse("desk:people:requests"))


@ask
@door(UNMASK, of=of_volunteer, shows=True)
def volunteer(request: HttpRequest, volunteer_id: int) -> HttpResponse:
    """While they serve or ask to, and share it with their institution."""
    found = volunteers.volunteer(volunteer_id)
    if found is None or found.user_id is None or not volunteers.phone_for_staff(found):
        raise Http404
    return _ask(request, found.user_id, reverse("desk:people:volunteer", args=[volunteer_id]))


def _ask(request: HttpRequest, user_id: int, back: str) -> HttpResponse:
    return press.ask(
        request, user_id, press.Place(back, press.DESK, lambda why: looks.note(request, user_id, reason=why))
    )
