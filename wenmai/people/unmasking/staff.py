"""The pages where a telephone is asked for: a question first, the number once, and never by an address alone."""

import secrets

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from wenmai.lib import clock, looks
from wenmai.lib.access import Reach, actor_of, door
from wenmai.lib.pages import render
from wenmai.lib.refusal import Refused
from wenmai.people import queries as people
from wenmai.people.offices import of_request
from wenmai.people.rules import may_give
from wenmai.people.unmasking import queries, services
from wenmai.people.unmasking.forms import ReasonForm
from wenmai.people.unmasking.rules import mark
from wenmai.people.volunteers import queries as volunteers
from wenmai.people.volunteers.staff import of_volunteer
from wenmai.people.wording import sentence

UNMASK = "accounts.unmask"
TOKEN = "unmask"  # noqa: S105 - the name of a field
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
    """The question, or the number; a press that was used already (a page loaded again) asks once more."""
    phone, actor = queries.phone(user_id), actor_of(request)
    if not phone or user_id == actor.user_id:
        raise Http404
    found = people.account(user_id)
    assert found is not None
    context: dict[str, object] = {"name": found.name or found.username, "phone": phone, "back": back}
    form, status = ReasonForm(request.POST or None), 200
    if request.method == "POST":
        if not _spend(request):
            form, status = ReasonForm(), 409
            form.full_clean()
            context["again"] = _("号码只显示一次。还要看，请再说一次为什么。")
        elif not form.is_valid():
            status = 400
        else:
            try:
                whole = services.unmask_phone(user_id=user_id, **form.cleaned_data, actor=actor, now=clock.now())
            except Refused as refusal:
                form.add_error("words", sentence(refusal))
                status = 400
            else:
                looks.note(request, user_id, reason=mark(form.cleaned_data["reason"], whole.id))
                return render(request, "people/unmasked.html", {**context, "phone": whole.phone.removeprefix("+86")})
    looks.note(request, user_id)
    context |= {"form": form, "token": _new_token(request)}
    return render(request, "people/unmask.html", context, status=status)


def _new_token(request: HttpRequest) -> str:
    token = secrets.token_urlsafe(16)
    request.session[TOKEN] = f"{request.path} {token}"
    return token


def _spend(request: HttpRequest) -> bool:
    """Whether this press is the one that the last question on this page gave; whatever it was, it is over."""
    there = str(request.session.pop(TOKEN, ""))
    return bool(there) and constant_time_compare(there, f"{request.path} {request.POST.get(TOKEN, '')}")
