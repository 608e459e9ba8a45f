"""Needs that staff writes down: on the telephone, from a list on paper."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from wenmai.institutions import queries as institutions
from wenmai.lib import clock
from wenmai.lib.access import actor_of, door
from wenmai.lib.numbers import row_number
from wenmai.lib.pages import render
from wenmai.lib.refusal import Refused
from wenmai.voices import services
from wenmai.voices.forms import ListForm, PhoneWishForm
from wenmai.voices.rules.steps import Channel
from wenmai.voices.wording import sentence

ENTER = "needs.enter"


def _organisation(request: HttpRequest, key: str) -> int:
    """Of those that this person enters for."""
    number = row_number(key) or 0
    reach = institutions.reach(number)
    if reach is None or not actor_of(request).may(ENTER, reach):
        raise PermissionDenied
    return number


@require_http_methods(["GET", "HEAD", "POST"])
@door(ENTER)
def new(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    scope = actor.scope(ENTER)
    form = PhoneWishForm(
        request.POST or None, optional=True, scope=scope, few=institutions.few_serving_options(scope)
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        organisation_id = _organisation(request, form.cleaned_data["organisation"])
        try:
            services.collect(
                organisation_id=organisation_id, wish=form.wish(), channel=Channel.PHONE,
                sender=services.Sender(phone=form.cleaned_data["phone"]), actor=actor, now=clock.now(),
                key=f"{actor.user_id}:{form.cleaned_data['key']}"[:64],
            )  # fmt: skip
        except Refused as refusal:
            form.add_error(None, sentence(refusal))
        else:
            messages.success(request, _("登记好了。"), extra_tags="good")
            return redirect("desk:voices:new")
    return render(request, "voices/desk_new.html", {"form": form}, status=400 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@door(ENTER)
def paper(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    scope = actor.scope(ENTER)
    form = ListForm(request.POST or None, scope=scope, few=institutions.few_serving_options(scope))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        organisation_id = _organisation(request, given["organisation"])
        try:
            made = services.enter_list(
                organisation_id=organisation_id, kind=given["kind"], spot=given["spot"], lines=given["lines"],
                key=f"{actor.user_id}:{given['key']}", actor=actor, now=clock.now(),
            )  # fmt: skip
        except Refused as refusal:
            form.add_error("lines", sentence(refusal))
        else:
            said = _("登记了 %(count)s 条。") % {"count": len(made)}
            messages.success(request, said, extra_tags="good")
            return redirect("desk:voices:paper")
    return render(request, "voices/desk_paper.html", {"form": form}, status=400 if form.errors else 200)
