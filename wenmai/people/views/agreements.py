"""The desk's pages for 互认: offers, what waits for an answer, what is in force."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from wenmai.institutions import queries as institutions
from wenmai.lib import clock
from wenmai.lib.access import Reach, actor_of, door
from wenmai.lib.lists import page_of
from wenmai.lib.pages import render
from wenmai.lib.refusal import Refused
from wenmai.people.card_wording import AGREEMENT_STATES
from wenmai.people.forms.agreements import AgreementForm, EndForm
from wenmai.people.models.agreements import Agreement
from wenmai.people.queries import agreements as queries
from wenmai.people.queries import trail_of
from wenmai.people.services import agreements as services
from wenmai.people.views.card_systems import CHANGE, PER_PAGE, VIEW
from wenmai.people.wording import sentence


def of_either(request: HttpRequest, agreement_id: int) -> Reach:
    """The side that the asker reaches, if any."""
    row = found(agreement_id)
    reaches = institutions.reaches([row.giver_id, row.host_id])
    return next((one for one in reaches.values() if actor_of(request).may(VIEW, one)), reaches[row.giver_id])


def of_changer(request: HttpRequest, agreement_id: int) -> Reach:
    """The side that the asker may speak for, if any."""
    row = found(agreement_id)
    reaches = institutions.reaches([row.giver_id, row.host_id])
    return next((one for one in reaches.values() if actor_of(request).may(CHANGE, one)), reaches[row.giver_id])


def of_accepter(request: HttpRequest, agreement_id: int) -> Reach:
    """The side that did not offer it."""
    return institutions.reaches([services.other_side(found(agreement_id))]).popitem()[1]


@require_safe
@door(VIEW)
def index(request: HttpRequest) -> HttpResponse:
    page = page_of(request, queries.agreements(actor_of(request).scope(VIEW)), PER_PAGE)
    today = timezone.localdate(clock.now())
    lines = [(row, str(AGREEMENT_STATES[queries.state(row, today)])) for row in page]
    context = {"page": page, "lines": lines, "may_change": actor_of(request).may(CHANGE)}
    return render(request, "people/agreements.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@door(CHANGE)
def new(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    form = AgreementForm(request.POST or None, actor=actor)
    if request.method == "POST" and form.is_valid():
        asked = dict(form.cleaned_data)
        own, other, direction = int(asked.pop("own")), int(asked.pop("other")), asked.pop("direction")
        reach = institutions.reach(own)
        if reach is None or not actor.may(CHANGE, reach):
            raise PermissionDenied
        giver, host = (own, other) if direction == "ours_there" else (other, own)
        try:
            made = services.offer_agreement(
                giver_id=giver, host_id=host, offered_by_id=own, **asked, actor=actor, now=clock.now()
            )
        except Refused as refusal:
            form.add_error(None, sentence(refusal))
        else:
            messages.success(request, _("已提出，等对方同意。"), extra_tags="good")
            return redirect("desk:people:agreement", agreement_id=made.pk)
    return render(request, "people/agreement_new.html", {"form": form}, status=400 if form.errors else 200)


@require_safe
@door(VIEW, of=of_either)
def agreement(request: HttpRequest, agreement_id: int) -> HttpResponse:
    return _page(request, agreement_id)


@require_POST
@door(CHANGE, of=of_accepter)
def accept(request: HttpRequest, agreement_id: int) -> HttpResponse:
    try:
        services.accept_agreement(agreement_id=agreement_id, actor=actor_of(request), now=clock.now())
    except Refused as refusal:
        messages.error(request, sentence(refusal), extra_tags="bad")
    else:
        messages.success(request, _("已同意。闸机下次取文件时就认。"), extra_tags="good")
    return redirect("desk:people:agreement", agreement_id=agreement_id)


@require_POST
@door(CHANGE, of=of_changer)
def end(request: HttpRequest, agreement_id: int) -> HttpResponse:
    form, row = EndForm(request.POST), found(agreement_id)
    if not form.is_valid():
        return _page(request, agreement_id, end_form=form)
    side = next(one for one in (row.giver_id, row.host_id) if _may(request, one))
    try:
        services.end_agreement(
            agreement_id=agreement_id, ended_by_id=side, **form.cleaned_data, actor=actor_of(request), now=clock.now()
        )
    except Refused as refusal:
        messages.error(request, sentence(refusal), extra_tags="bad")
    else:
        messages.success(request, _("已终止，从现在起不再认。"), extra_tags="good")
    return redirect("desk:people:agreement", agreement_id=agreement_id)


def _page(request: HttpRequest, agreement_id: int, **more: Any) -> HttpResponse:
    row, now = found(agreement_id), clock.now()
    state = queries.state(row, timezone.localdate(now))
    is_open = state not in ("ended", "over")
    context = {
        "agreement": row,
        "state": state,
        "state_words": str(AGREEMENT_STATES[state]),
        "services": queries.service_words(row),
        "may_accept": state == "offered" and _may(request, services.other_side(row)),
        "may_end": is_open and (_may(request, row.giver_id) or _may(request, row.host_id)),
        "end_form": EndForm(),
        "trail": trail_of("card_agreement", agreement_id),
        **more,
    }
    return render(request, "people/agreement.html", context, status=400 if more else 200)


def _may(request: HttpRequest, organisation_id: int) -> bool:
    reach = institutions.reach(organisation_id)
    return reach is not None and actor_of(request).may(CHANGE, reach)


def found(agreement_id: int) -> Agreement:
    row = queries.agreement(agreement_id)
    if row is None:
        raise Http404
    return row
