"""The door on a telephone: scanning tickets, finding by name, counting heads."""

import secrets
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from wenmai.activities import queries, services
from wenmai.activities.models import Arrival
from wenmai.activities.services.doors import MOST_PHOTOS
from wenmai.activities.staff.activities import CHANGE, PER_PAGE, by, do
from wenmai.activities.staff.sessions import found_session, of_session
from wenmai.activities.wording import SENTENCES, sentence
from wenmai.files import services as files
from wenmai.lib import clock, lists, looks
from wenmai.lib.access import actor_of, door
from wenmai.lib.numbers import row_number
from wenmai.lib.pages import render
from wenmai.lib.refusal import Refused

DOOR = "activities.door"
MOST_BUTTONS = 12
"""For how many of a party came; of a larger one the number is written."""


@require_safe
@door(DOOR)
def index(request: HttpRequest) -> HttpResponse:
    """What is on now and within a day."""
    page = lists.page_of(request, queries.doors(actor_of(request).scope(DOOR), clock.now()), PER_PAGE)
    return render(request, "activities/desk_doors.html", {"page": page, "may_change": actor_of(request).may(CHANGE)})


@require_safe
@door(DOOR, of=of_session, shows=True)
def at_door(request: HttpRequest, session_id: int) -> HttpResponse:
    found, words = found_session(session_id), request.GET.get("q", "").strip()[:40]
    met = queries.expected(session_id, words) if words else []
    number = row_number(request.GET.get("last", "")[:18])
    last = queries.last_in(session_id, number) if number is not None else None
    looks.note_list(request, len(met) + (last is not None), reason="words" if words else "")
    context = {
        "one": found, "count": queries.count_of(session_id), "q": words, "met": met, "key": secrets.token_hex(16),
        "is_open": found.check_from <= clock.now() <= found.check_until, "last": last,
        "parts": [n for n in range(1, min(last.size, MOST_BUTTONS) + 1) if n != last.came] if last else [],
    }  # fmt: skip
    return render(request, "activities/desk_door.html", context)


@require_POST
@door(DOOR, of=of_session)
def scan(request: HttpRequest, session_id: int) -> HttpResponse:
    """The text of a ticket's picture, from a camera, a scanner or typed."""
    asked: dict[str, Any] = {"session_id": session_id, "text": request.POST.get("token", "")[:100]}
    return _check(request, session_id, services.check_in_by_ticket, asked)


@require_POST
@door(DOOR, of=of_session)
def check(request: HttpRequest, session_id: int, enrolment_id: int) -> HttpResponse:
    """Found by name."""
    if not queries.has_enrolment(session_id, enrolment_id):
        raise Http404
    asked = {"session_id": session_id, "enrolment_id": enrolment_id, "way": Arrival.Way.NAME}
    return _check(request, session_id, services.check_in, asked)


def _check(request: HttpRequest, session_id: int, service: Any, asked: dict[str, Any]) -> HttpResponse:
    try:
        made = service(**asked, **by(request))
    except Refused as refusal:
        messages.error(request, sentence(refusal), extra_tags="bad")
    else:
        heads = ngettext("签到 %(n)s 人。", "签到 %(n)s 人。", made.heads) % {"n": made.heads}
        messages.success(request, heads, extra_tags="good")
        return _with_last(session_id, made.enrolment_id)
    return redirect("desk:activities:door", session_id=session_id)


def _with_last(session_id: int, enrolment_id: int | None) -> HttpResponse:
    return redirect(f"{reverse('desk:activities:door', args=[session_id])}?last={enrolment_id}")


@require_POST
@door(DOOR, of=of_session)
def recount(request: HttpRequest, session_id: int, enrolment_id: int) -> HttpResponse:
    """So many of that party are there; nobody: it was a mistake."""
    if not queries.has_enrolment(session_id, enrolment_id):
        raise Http404
    heads = row_number(request.POST.get("heads", "")[:6])
    try:
        left = services.recount(
            session_id=session_id, enrolment_id=enrolment_id, heads=-1 if heads is None else heads, **by(request)
        )
    except Refused as refusal:
        messages.error(request, sentence(refusal), extra_tags="bad")
    else:
        done = ngettext("改好了，来了 %(n)s 人。", "改好了，来了 %(n)s 人。", left) % {"n": left}
        messages.success(request, done if left else _("撤销了，这张票还能用。"), extra_tags="good")
    return _with_last(session_id, enrolment_id)


@require_POST
@door(DOOR, of=of_session)
def count(request: HttpRequest, session_id: int) -> HttpResponse:
    """Without tickets: so many came, or left."""
    heads = row_number(request.POST.get("heads", "")[:6]) or 0
    heads = -heads if request.POST.get("way") == "out" else heads

    def act(**given: Any) -> None:
        services.count_heads(photos=_photos(request), **given)

    return do(
        request, "door", session_id, act, _("数上了。"), session_id=session_id, heads=heads,
        key=request.POST.get("key", "")[:64], words=request.POST.get("words", "")[:400],
    )  # fmt: skip


def _photos(request: HttpRequest) -> list[str]:
    """Stored, by their hashes. Refused: photos_many (detail: the most), and as `files.store_photo`."""
    given = request.FILES.getlist("photos")
    if len(given) > MOST_PHOTOS:
        raise Refused("photos_many", str(MOST_PHOTOS))
    try:
        return [files.store_photo(file, name=file.name or "", **by(request)).hash for file in given]
    except Refused as refusal:
        raise refusal if refusal.code in SENTENCES else Refused("photo_kind") from refusal


@require_POST
@door(CHANGE, of=of_session)
def exempt(request: HttpRequest, session_id: int, enrolment_id: int) -> HttpResponse:
    """They had a good reason."""
    if not queries.has_enrolment(session_id, enrolment_id):
        raise Http404
    return do(
        request, "session", session_id, services.exempt, _("不算没来了。"), enrolment_id=enrolment_id,
        reason=request.POST.get("reason", "")[:400],
    )  # fmt: skip


@require_POST
@door(CHANGE, of=of_session)
def mark_absent(request: HttpRequest, session_id: int, enrolment_id: int) -> HttpResponse:
    """From a paper list: they were not there."""
    if not queries.has_enrolment(session_id, enrolment_id):
        raise Http404
    done = _("记了“没有来”，本人会知道，可以申诉。")
    return do(request, "session", session_id, services.mark_absent, done, enrolment_id=enrolment_id)
