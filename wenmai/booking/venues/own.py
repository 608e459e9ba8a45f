"""One's own bookings: coming and past, what is shown at the door, giving up, another time."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from wenmai.booking import queries as booking
from wenmai.booking.absences import queries as absences
from wenmai.booking.rules.times import Times
from wenmai.booking.venues import queries, services
from wenmai.booking.venues.forms import TimesForm
from wenmai.booking.venues.models import VenueRequest
from wenmai.booking.venues.rules import steps
from wenmai.booking.wording import sentence
from wenmai.lib import clock, lists
from wenmai.lib.access import SIGNED_IN, actor_of, door
from wenmai.lib.pages import render
from wenmai.lib.refusal import Refused

PER_PAGE = 20
MATTERS = ("venues",)


@require_safe
@door(SIGNED_IN, matters=MATTERS)
def index(request: HttpRequest) -> HttpResponse:
    page = lists.page_of(request, queries.mine(actor_of(request).for_id or 0), PER_PAGE)
    return render(request, "venues/mine.html", {"page": page})


def _mine(request: HttpRequest, request_id: int) -> VenueRequest:
    found = queries.request(request_id)
    if found is None or found.holder_id is None or found.holder_id != actor_of(request).for_id:
        raise Http404
    return found


@require_safe
@door(SIGNED_IN, matters=MATTERS)
def one(request: HttpRequest, request_id: int) -> HttpResponse:
    return _page(request, _mine(request, request_id))


def _page(
    request: HttpRequest, found: VenueRequest, form: TimesForm | None = None, near: list[Times] | None = None
) -> HttpResponse:
    now = clock.now()
    if found.step == "preempted" and found.stay.starts_at > now:
        length = found.stay.ends_at - found.stay.starts_at
        near = booking.nearest_free(found.venue.thing, length, found.stay.starts_at, now)
    (payments, due), face = queries.paid(found), queries.face_of(found.venue)
    context: dict[str, Any] = {
        "one": found, "face": face, "may_change_time": steps.may_change_time(found.step, face.approval),
        "along": queries.lent_along(found), "payments": payments,
        "due": due, "notes": queries.notes(found), "numbers": queries.numbers(found.venue.thing.organisation_id),
        "rule": absences.rule(found.venue.thing.organisation_id),
        "is_coming": found.step in steps.COMING, "is_overdue": found.answer == steps.OVERDUE, "near": near or [],
        "form": form or TimesForm(), "shows_code": found.step in ("confirmed", "in_use"),
    }  # fmt: skip
    return render(request, "venues/booking.html", context, status=400 if form else 200)


@require_POST
@door(SIGNED_IN, matters=MATTERS)
def cancel(request: HttpRequest, request_id: int) -> HttpResponse:
    """Given up; others can have the time."""
    _mine(request, request_id)
    try:
        services.cancel(request_id=request_id, actor=actor_of(request), now=clock.now())
    except Refused as refusal:
        messages.error(request, sentence(refusal), extra_tags="bad")
    else:
        messages.success(request, _("取消了，时间给了别人。"), extra_tags="good")
    return redirect("account_booking", request_id=request_id)


@require_http_methods(["POST"])
@door(SIGNED_IN, matters=MATTERS)
def move(request: HttpRequest, request_id: int) -> HttpResponse:
    """Another time, where it can be had."""
    found, now = _mine(request, request_id), clock.now()
    form = TimesForm(request.POST)
    if not form.is_valid():
        return _page(request, found, form)
    asked = form.times
    try:
        services.move(
            request_id=request_id, times=asked, key=form.cleaned_data["key"], actor=actor_of(request), now=now
        )
    except Refused as refusal:
        form.add_error(None, sentence(refusal))
        near = booking.nearest_free(found.venue.thing, asked.ends_at - asked.starts_at, asked.starts_at, now)
        return _page(request, found, form, near)
    messages.success(request, _("时间改好了。"), extra_tags="good")
    return redirect("account_booking", request_id=request_id)
