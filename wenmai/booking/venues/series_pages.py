"""Series for the public: looking at the dates, asking for them as one, and one's own."""

import datetime as dt
import secrets
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from wenmai.booking.venues import queries, services
from wenmai.booking.venues.forms import SeriesForm
from wenmai.booking.venues.models import Venue, VenueSeries
from wenmai.booking.venues.queries import Date
from wenmai.booking.venues.queries.faces import price_words
from wenmai.booking.venues.rules import steps
from wenmai.booking.wording import sentence
from wenmai.lib import clock
from wenmai.lib.access import SIGNED_IN, actor_of, door
from wenmai.lib.levels import Level
from wenmai.lib.pages import render
from wenmai.lib.refusal import Refused
from wenmai.people import queries as people

MATTERS = ("venues",)
MOST_TICKED = 400


@require_http_methods(["GET", "HEAD", "POST"])
@door(SIGNED_IN, level=Level.PHONE, matters=MATTERS)
def ask(request: HttpRequest, venue_id: int) -> HttpResponse:
    """First the time and until when; then each date, free or not, with the free ones ticked; then it is asked for."""
    found, actor, now = queries.shown().filter(pk=venue_id).first(), actor_of(request), clock.now()
    if found is None:
        raise Http404
    asks = request.method == "POST" and "days" in request.POST
    form = _form(request, found, actor.for_id or 0, asks=asks)
    dates: list[Date] = []
    if request.method == "POST" and form.is_valid():
        try:
            dates = queries.dates(found, form.times, form.cleaned_data["every"], form.cleaned_data["until"], now)
            if asks:
                made = _ask(request, found, form, now)
                messages.success(request, _("申请收到了，这些时间先给您留着，等馆里答复。"), extra_tags="good")
                return redirect("account_series", series_id=made.pk)
        except Refused as refusal:
            form.add_error(None, sentence(refusal))
    return _page(request, found, form, dates)


def _form(request: HttpRequest, found: Venue, holder_id: int, *, asks: bool) -> SeriesForm:
    led = [(one.id, one.name) for one in people.led_groups(holder_id)]
    initial = {
        **{name: request.GET.get(name, "")[:10] for name in ("day", "begins", "ends")},
        "accepted": bytes(found.shown_hash or b"").hex(),
    }
    given = request.POST.copy() if request.method == "POST" else None
    if given is not None and not asks:  # what is asked for next stands on the page
        given.setdefault("accepted", initial["accepted"])
        given.setdefault("key", secrets.token_hex(16))
    return SeriesForm(
        given, groups=led, extras=queries.extras(found), initial=initial, asks=asks
    )  # fmt: skip


def _ask(request: HttpRequest, found: Venue, form: SeriesForm, now: dt.datetime) -> VenueSeries:
    given, actor = form.cleaned_data, actor_of(request)
    wish = services.Ask(
        found.pk, form.times, given["purpose"], given["heads"], given["accepted"], form.extras(), given["group"]
    )
    again = services.Again(given["every"], given["until"], _days(request))
    return services.ask_series(
        asked=wish, again=again, key=given["key"], holder_id=actor.for_id or 0, actor=actor, now=now
    )


def _days(request: HttpRequest) -> list[dt.date]:
    """What was ticked. Refused: series_odd."""
    try:
        return [dt.date.fromisoformat(one[:10]) for one in request.POST.getlist("days")[:MOST_TICKED] if one]
    except ValueError as error:
        raise Refused("series_odd") from error


def _page(request: HttpRequest, found: Venue, form: SeriesForm, dates: list[Date]) -> HttpResponse:
    actor, face = actor_of(request), queries.face_of(found)
    ticked = {*request.POST.getlist("days")}
    context = {
        "one": found, "face": face, "form": form, "price": price_words(face),
        "dates": [(date, date.day in ticked if ticked - {""} else not date.why) for date in dates],
        "free": sum(not date.why for date in dates), "caps": queries.caps(found.thing.organisation_id),
        "needs_name": face.who == "real_name" and actor.level < Level.REAL_NAME,
        "numbers": queries.numbers(found.thing.organisation_id),
    }  # fmt: skip
    return render(request, "venues/series_ask.html", context, status=400 if form.errors else 200)


def _mine(request: HttpRequest, series_id: int) -> VenueSeries:
    found = queries.series_numbered(series_id)
    if found is None or found.holder_id is None or found.holder_id != actor_of(request).for_id:
        raise Http404
    return found


@require_safe
@door(SIGNED_IN, matters=MATTERS)
def one(request: HttpRequest, series_id: int) -> HttpResponse:
    """How each of its dates stands."""
    found, now = _mine(request, series_id), clock.now()
    rows = queries.dates_of(found)
    context: dict[str, Any] = {
        "one": found, "rows": rows, "every": queries.every_words(found),
        "coming": sum(row.step in steps.COMING and row.stay.starts_at > now for row in rows),
        "due": next((row.due_on for row in rows if row.step == "requested"), None),
    }  # fmt: skip
    return render(request, "venues/series.html", context)


@require_POST
@door(SIGNED_IN, matters=MATTERS)
def cancel(request: HttpRequest, series_id: int) -> HttpResponse:
    """All that is still to come."""
    _mine(request, series_id)
    try:
        services.cancel_series(series_id=series_id, actor=actor_of(request), now=clock.now())
    except Refused as refusal:
        messages.error(request, sentence(refusal), extra_tags="bad")
    else:
        messages.success(request, _("取消了，还没到的时间都给了别人。"), extra_tags="good")
    return redirect("account_series", series_id=series_id)
