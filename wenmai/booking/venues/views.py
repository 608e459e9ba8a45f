"""What the public sees: which venues there are, one with its week, an institution's day, and asking for a time."""

import datetime as dt
from typing import Any, NamedTuple

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from wenmai.booking import queries as booking
from wenmai.booking.absences import queries as absences
from wenmai.booking.rules.times import Times
from wenmai.booking.venues import queries, services
from wenmai.booking.venues.forms import AskForm
from wenmai.booking.venues.models import Venue
from wenmai.booking.venues.queries.faces import price_words
from wenmai.booking.venues.rules import faces
from wenmai.booking.wording import sentence
from wenmai.institutions import queries as institutions
from wenmai.lib import clock, lists
from wenmai.lib.access import SIGNED_IN, actor_of, door, public
from wenmai.lib.levels import Level
from wenmai.lib.numbers import row_number
from wenmai.lib.pages import render
from wenmai.lib.refusal import Refused
from wenmai.people import queries as people

PER_PAGE, WEEK, MOST_ROWS, HOUR = 20, 7, 20, 60


class Cell(NamedTuple):
    """One hour of one venue. `begins`: nothing where nobody can have it."""

    hour: int
    begins: dt.datetime | None
    ends: dt.datetime | None


@public
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    asked = {name: request.GET.get(name, "").strip()[:60] for name in ("q", "people", "access", "free")}
    people = min(row_number(asked["people"]) or 0, faces.MOST_PEOPLE)
    rows = queries.cards(words=asked["q"], people=people, access=asked["access"], is_free=asked["free"] == "1")
    page = lists.page_of(request, rows, PER_PAGE)
    context = {
        **asked, "page": page, "accesses": faces.ACCESS.items(),
        "cards": [(one, price_words(one.face)) for one in queries.of(list(page.object_list))],
    }  # fmt: skip
    return render(request, "venues/index.html", context)


def _shown(venue_id: int) -> Venue:
    found = queries.shown().filter(pk=venue_id).first()
    if found is None:
        raise Http404
    return found


@public
@require_safe
def venue(request: HttpRequest, venue_id: int) -> HttpResponse:
    """Its face, and a week in which every free time leads to asking for it."""
    found, now = _shown(venue_id), clock.now()
    face = queries.face_of(found)
    first, today = _day(request), timezone.localdate(now)
    days = booking.days_of(found.thing, first, WEEK, now)
    context = {
        "one": found, "face": face, "photos": queries.photos(face), "days": days, "first": first, "today": today,
        "before": max(first - dt.timedelta(days=WEEK), today), "after": first + dt.timedelta(days=WEEK),
        "access": [faces.ACCESS[one] for one in face.access], "approval": faces.APPROVALS[face.approval],
        "who": faces.WHO[face.who], "askers": faces.ASKERS[face.askers], "price": price_words(face),
        "terms": booking.terms(found.thing), "extras": queries.extras(found),
        "is_certain": all(day.hours.is_certain for day in days),
        "in_series": queries.caps(found.thing.organisation_id).series_dates,
    }  # fmt: skip
    return render(request, "venues/venue.html", context)


def _day(request: HttpRequest) -> dt.date:
    """The asked one, never before today."""
    today = timezone.localdate(clock.now())
    try:
        found = dt.date.fromisoformat(request.GET.get("day", ""))
    except ValueError:
        return today
    return min(max(found, today), today + dt.timedelta(days=730))


@public
@require_safe
def timetable(request: HttpRequest, organisation_id: int) -> HttpResponse:
    """A day of an institution: its venues by its hours."""
    organisation = institutions.organisation(organisation_id)
    if organisation is None:
        raise Http404
    day, now = _day(request), clock.now()
    page = lists.page_of(request, queries.shown().filter(thing__organisation=organisation_id).order_by("pk"), MOST_ROWS)
    rows = [(one, booking.days_of(one.thing, day, 1, now)[0]) for one in page]
    opened = [span for _one, found in rows for span in found.hours.spans]
    columns = range(
        min((one.opens for one in opened), default=0) // HOUR,
        -(-max((one.closes for one in opened), default=0) // HOUR),
    )
    context = {
        "organisation": organisation, "day": day, "columns": columns, "page": page,
        "before": max(day - dt.timedelta(days=1), timezone.localdate(now)), "after": day + dt.timedelta(days=1),
        "rows": [(one, [_cell(day, hour, found.free) for hour in columns]) for one, found in rows],
    }  # fmt: skip
    return render(request, "venues/timetable.html", context)


def _cell(day: dt.date, hour: int, free: list[Times]) -> Cell:
    midnight = dt.datetime.combine(day, dt.time(), tzinfo=booking.zone())
    begins, ends = (midnight + dt.timedelta(minutes=HOUR * (hour + more)) for more in (0, 1))
    fits = any(one.starts_at <= begins and ends <= one.ends_at for one in free)
    return Cell(hour, begins if fits else None, ends if fits else None)


@require_http_methods(["GET", "HEAD", "POST"])
@door(SIGNED_IN, level=Level.PHONE, matters=("venues",))
def ask(request: HttpRequest, venue_id: int) -> HttpResponse:
    """One page: the time, what for, how many, the house rules; sent once, it is booked or waits for an answer."""
    found, actor, now = _shown(venue_id), actor_of(request), clock.now()
    face, extras = queries.face_of(found), queries.extras(found)
    led = [(one.id, one.name) for one in people.led_groups(actor.for_id or 0)]
    initial = {
        **{name: request.GET.get(name, "")[:10] for name in ("day", "begins", "ends")},
        "accepted": bytes(found.shown_hash or b"").hex(),
    }
    form = AskForm(request.POST or None, groups=led, extras=extras, initial=initial)
    near: list[Times] = []
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        wish = services.Ask(
            venue_id, form.times, given["purpose"], given["heads"], given["accepted"], form.extras(), given["group"]
        )
        try:
            made = services.ask(asked=wish, key=given["key"], holder_id=actor.for_id or 0, actor=actor, now=now)
        except Refused as refusal:
            form.add_error(None, sentence(refusal))
            near = booking.nearest_free(
                found.thing, wish.times.ends_at - wish.times.starts_at, wish.times.starts_at, now
            )
        else:
            done = _("约好了。") if made.step == "confirmed" else _("申请收到了，时间先给您留着，等馆里答复。")
            messages.success(request, done, extra_tags="good")
            return redirect("account_booking", request_id=made.pk)
    context: dict[str, Any] = {
        "one": found, "face": face, "form": form, "near": near, "price": price_words(face),
        "needs_card": face.who == "card"
        and not people.card_opens(actor.for_id or 0, found.thing.organisation_id, "space", now),
        "needs_name": face.who == "real_name" and actor.level < Level.REAL_NAME,
        "approval": faces.APPROVALS[face.approval], "numbers": queries.numbers(found.thing.organisation_id),
        "rule": absences.rule(found.thing.organisation_id),
    }  # fmt: skip
    return render(request, "venues/ask.html", context, status=400 if form.errors else 200)
