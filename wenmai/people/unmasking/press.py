"""The press itself: why, then the number once, on the desk and in an account."""

from collections.abc import Callable
from typing import NamedTuple

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from wenmai.lib import clock, presses
from wenmai.lib.access import actor_of
from wenmai.lib.pages import render
from wenmai.lib.refusal import Refused
from wenmai.people import queries as people
from wenmai.people.unmasking import queries, services
from wenmai.people.unmasking.forms import ReasonForm
from wenmai.people.unmasking.rules import mark
from wenmai.people.wording import sentence

DESK = ("people/unmask.html", "people/unmasked.html")
OWN = ("people/groups/unmask.html", "people/groups/unmasked.html")


class Place(NamedTuple):
    """Where somebody asks: the way back, the pages, and what writes the look down (empty reason: only the question was
    shown)."""

    back: str
    pages: tuple[str, str]
    note: Callable[[str], None]


def ask(request: HttpRequest, user_id: int, place: Place) -> HttpResponse:
    """The question, or the number; a press that was used already (a page loaded again) asks once more."""
    phone, actor = queries.phone(user_id), actor_of(request)
    if not phone or user_id == actor.user_id:
        raise Http404
    found = people.account(user_id)
    assert found is not None
    context: dict[str, object] = {"name": found.name or found.username, "phone": phone, "back": place.back}
    form, status = ReasonForm(request.POST or None), 200
    if request.method == "POST":
        if not presses.spend(request):
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
                place.note(mark(form.cleaned_data["reason"], whole.id))
                return render(request, place.pages[1], {**context, "phone": whole.phone.removeprefix("+86")})
    place.note("")
    context |= {"form": form, "token": presses.new(request)}
    return render(request, place.pages[0], context, status=status)
