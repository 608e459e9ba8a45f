"""The desk's pages about requests: what waits, one with all that is done about it, and today's list for the door."""

import datetime as dt
from decimal import Decimal, InvalidOperation
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from wenmai.booking.venues import queries, services
from wenmai.booking.venues.forms import TimesForm
from wenmai.booking.venues.models import VenuePayment
from wenmai.booking.venues.rules import steps
from wenmai.booking.venues.rules.steps import Step
from wenmai.booking.wording import SENTENCES, sentence
from wenmai.files import services as files
from wenmai.lib import clock, lists, looks
from wenmai.lib.access import Reach, actor_of, door
from wenmai.lib.pages import render
from wenmai.lib.refusal import Refused

PER_PAGE = 50
VIEW, CHANGE = "bookings.view", "bookings.change"


def of_request(request: HttpRequest, booking_id: int, **_more: Any) -> Reach:
    """Where its institution lies."""
    reach = queries.reach(booking_id)
    if reach is None:
        raise Http404
    return reach


@require_safe
@door(VIEW, shows=True)
def index(request: HttpRequest) -> HttpResponse:
    step, words = (request.GET.get(name, "").strip()[:60] for name in ("step", "q"))
    page = lists.page_of(request, queries.requests(actor_of(request).scope(VIEW), step, words), PER_PAGE)
    _note_people(request, list(page.object_list))
    context = {"page": page, "step": step, "q": words, "steps": Step.choices}
    return render(request, "venues/requests.html", context)


def _note_people(request: HttpRequest, rows: list[Any]) -> None:
    looks.note_list(request, len({one.holder_id for one in rows if one.holder_id is not None}))


@require_http_methods(["GET", "HEAD", "POST"])
@door(VIEW, shows=True)
def today(request: HttpRequest) -> HttpResponse:
    """For the telephone at the door. A code that was scanned or typed leads to its request."""
    actor, day = actor_of(request), timezone.localdate(clock.now())
    if request.method == "POST":
        found = queries.by_code(request.POST.get("code", "")[:60])
        reach = queries.reach(found.pk) if found else None
        if found is not None and reach is not None and actor.may(VIEW, reach):
            return redirect("desk:booking:request", booking_id=found.pk)
        messages.error(request, _("没有这个码，或者不是这里的预约。请按名字找。"), extra_tags="bad")
    page = lists.page_of(request, queries.today(actor.scope(VIEW), day), PER_PAGE)
    _note_people(request, list(page.object_list))
    return render(request, "venues/today.html", {"page": page, "day": day})


@require_safe
@door(VIEW, of=of_request, shows=True)
def request_page(request: HttpRequest, booking_id: int) -> HttpResponse:
    found = queries.request(booking_id)
    assert found is not None, "the door has found it"
    looks.note_list(request, int(found.holder_id is not None))
    payments, due = queries.paid(found)
    context = {
        "one": found, "along": queries.lent_along(found), "notes": queries.notes(found), "payments": payments,
        "due": due, "trail": queries.trail(booking_id), "kinds": VenuePayment.Kind.choices,
        "may_change": actor_of(request).may(CHANGE, of_request(request, booking_id)),
        "is_overdue": found.answer == steps.OVERDUE, "form": TimesForm(),
        "is_late": found.step == Step.REQUESTED and _is_past(found.due_on),
    }  # fmt: skip
    return render(request, "venues/request.html", context)


def _is_past(day: dt.date | None) -> bool:
    return day is not None and day < timezone.localdate(clock.now())


@require_POST
@door(CHANGE, of=of_request)
def act(request: HttpRequest, booking_id: int, deed: str) -> HttpResponse:
    """One of `DEEDS`."""
    if deed not in DEEDS:
        raise Http404
    by = {"request_id": booking_id, "actor": actor_of(request), "now": clock.now()}
    try:
        DEEDS[deed](request, by)
    except Refused as refusal:
        said = sentence(refusal) if refusal.code in SENTENCES else _("这个文件用不了，请换一张照片。")
        messages.error(request, said, extra_tags="bad")
    else:
        messages.success(request, _("办好了。"), extra_tags="good")
    return redirect("desk:booking:request", booking_id=booking_id)


def _words(request: HttpRequest) -> str:
    return request.POST.get("words", "")[:800]


def _photos(request: HttpRequest, by: dict[str, Any]) -> list[str]:
    """Of the condition: stored, by their hashes. Refused: as `files.store_photo`."""
    given = request.FILES.getlist("photos")[:10]
    return [files.store_photo(one, name=one.name or "", actor=by["actor"], now=by["now"]).hash for one in given]


def _pay(request: HttpRequest, by: dict[str, Any]) -> None:
    try:
        fen = Decimal(request.POST.get("yuan", "")[:20]) * 100
    except InvalidOperation as error:
        raise Refused("payment_odd") from error
    if not fen.is_finite() or fen != fen.to_integral_value():
        raise Refused("payment_odd")
    services.note_payment(kind=request.POST.get("kind", ""), fen=int(fen), words=_words(request), **by)


def _move(request: HttpRequest, by: dict[str, Any]) -> None:
    form = TimesForm({**{name: request.POST.get(name, "")[:20] for name in ("day", "begins", "ends")}, "key": "-"})
    if not form.is_valid():
        raise Refused("time_odd")
    services.put_elsewhere(times=form.times, reason=_words(request), **by)


DEEDS: dict[str, Any] = {
    "move": _move,
    "agree": lambda request, by: services.answer(agreed=True, reason=_words(request), **by),
    "refuse": lambda request, by: services.answer(agreed=False, reason=_words(request), **by),
    "cancel": lambda request, by: services.cancel(by_staff=True, reason=_words(request), **by),
    "arrive": lambda _request, by: services.arrive(**by),
    "leave": lambda _request, by: services.leave(**by),
    "finish": lambda request, by: services.finish(words=_words(request), **by),
    "before": lambda request, by: services.note_condition(
        kind="before", words=_words(request), photos=_photos(request, by), **by
    ),
    "after": lambda request, by: services.note_condition(
        kind="after", words=_words(request), photos=_photos(request, by), **by
    ),
    "damage": lambda request, by: services.report_damage(words=_words(request), photos=_photos(request, by), **by),
    "settle": lambda request, by: services.settle_damage(words=_words(request), **by),
    "pay": _pay,
}
