"""One's own: enrolling, what one has enrolled for, taking an offer, leaving."""

import secrets
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, resolve_url
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from wenmai.activities import queries, services
from wenmai.activities.models import Enrolment, Session
from wenmai.activities.queries import calendars
from wenmai.activities.rules import Groups, Mode
from wenmai.activities.rules.questions import MOST
from wenmai.activities.wording import sentence
from wenmai.institutions import queries as institutions
from wenmai.lib import clock, lists
from wenmai.lib.access import SIGNED_IN, actor_of, door
from wenmai.lib.levels import Level
from wenmai.lib.numbers import row_number
from wenmai.lib.pages import render
from wenmai.lib.refusal import Refused
from wenmai.people import queries as people

MATTERS = ("activities",)
PER_PAGE = 20


def _own_id(request: HttpRequest) -> int:
    return actor_of(request).for_id or 0


@require_safe
@door(SIGNED_IN, matters=MATTERS)
def index(request: HttpRequest) -> HttpResponse:
    past, now = request.GET.get("past") == "1", clock.now()
    page = lists.page_of(request, queries.mine(_own_id(request), now, past=past), PER_PAGE)
    actor = actor_of(request)
    address = calendars.calendar_address(actor.user_id) if actor.user_id and actor.on_behalf is None else ""
    context = {
        "page": page, "lines": queries.lines(list(page.object_list), now), "past": past, "address": address,
        "subscribe": f"webcal://{address.partition('://')[2]}", "is_own": actor.on_behalf is None,
    }  # fmt: skip
    return render(request, "activities/mine.html", context)


@require_POST
@door(SIGNED_IN)
def calendar(request: HttpRequest) -> HttpResponse:
    """Another private address, or none any more."""
    if request.POST.get("how") == "drop":
        services.drop_calendar(actor=actor_of(request), now=clock.now())
        messages.success(request, _("收回了，原来的地址读不到了。"), extra_tags="good")
    else:
        services.make_calendar(actor=actor_of(request), now=clock.now())
        messages.success(request, _("地址好了。以前有过地址的，那个读不到了。"), extra_tags="good")
    return redirect("my_activities:index")


@require_http_methods(["GET", "HEAD", "POST"])
@door(SIGNED_IN, level=Level.PHONE, matters=MATTERS)
def enrol(request: HttpRequest, session_id: int) -> HttpResponse:
    """Who comes, and done; where it is full by then, the same form asks whether to wait."""
    session, actor = queries.session(session_id), actor_of(request)
    if session is None or session.activity.shown is None or session.pool_id is None:
        raise Http404
    if actor.level < session.activity.shown.level:
        query = urlencode({"needs": str(session.activity.shown.level), "next": request.get_full_path()})
        return HttpResponseRedirect(f"{resolve_url(settings.STEP_UP_URL)}?{query}")
    refusal = None
    if request.method == "POST":
        try:
            made = _enrol(request, session_id)
        except Refused as said:
            refusal = said
        else:
            return redirect("my_activities:enrolment", enrolment_id=made.pk)
    return _enrol_page(request, session, refusal)


def _enrol(request: HttpRequest, session_id: int) -> Enrolment:
    asked: dict[str, Any] = {
        "session_id": session_id,
        **_asked(request),
        "actor": actor_of(request),
        "now": clock.now(),
    }
    group_id = row_number(request.POST.get("group", "")[:18])
    if group_id is None:
        return services.enrol(**asked)
    del asked["who"]
    return services.enrol_group(**asked, group_id=group_id, heads=row_number(request.POST.get("heads", "")[:9]) or 0)


def _asked(request: HttpRequest) -> dict[str, Any]:
    who = [number for one in request.POST.getlist("who")[:50] if (number := row_number(one)) is not None]
    return {
        "who": who, "key": request.POST.get("key", "")[:64], "waits": request.POST.get("waits") == "1",
        "version": row_number(request.POST.get("version", "")[:9]) or 0,
        "answers": services.Answers(row_number(request.POST.get("edition", "")[:18]) or 0, _answers(request)),
    }  # fmt: skip


def _answers(request: HttpRequest) -> dict[int, list[str]]:
    return {number: [text[:800] for text in request.POST.getlist(f"q{number}")[:20]] for number in range(MOST)}


def _enrol_page(request: HttpRequest, session: Session, refusal: Refused | None) -> HttpResponse:
    company, now = people.company_of(_own_id(request)), clock.now()
    (view,) = queries.views([session], now)
    chosen = request.POST.getlist("who") if request.method == "POST" else [str(company[0].id)] if company else []
    edition = session.activity.shown
    assert edition is not None, "only what is on show is enrolled for"
    said = _answers(request) if request.method == "POST" else {}
    waits = edition.mode == Mode.FIRST and (not view.can_enrol or _is_full(refusal))
    context = {
        "groups": people.led_groups(_own_id(request)) if edition.groups != Groups.NONE else [],
        "heads": request.POST.get("heads", "")[:9], "alone": edition.groups != Groups.ONLY,
        "one": session, "edition": edition, "session": view, "key": secrets.token_hex(16),
        "region": institutions.place(edition.region) if edition.region else None,
        "home": people.home(_own_id(request)) if edition.region else None,
        "company": [(one, str(one.id) in chosen) for one in company], "waits": waits,
        "questions": [
            (number, one, said.get(number, [])) for number, one in enumerate(queries.questions_of(edition))
        ],
        "refusal": sentence(refusal) if refusal else "", "is_open": view.can_enrol or view.can_wait,
    }  # fmt: skip
    return render(request, "activities/enrol.html", context, status=400 if refusal else 200)


def _is_full(refusal: Refused | None) -> bool:
    return refusal is not None and refusal.code == "full"


@require_safe
@door(SIGNED_IN, matters=MATTERS)
def enrolment(request: HttpRequest, enrolment_id: int) -> HttpResponse:
    now = clock.now()
    found = queries.lines(list(queries.mine(_own_id(request), now, enrolment_id=enrolment_id)), now)
    if not found:
        raise Http404
    one = found[0].enrolment
    ticket = queries.ticket_of(one.pk) if queries.is_ticket_good(one) else ""
    return render(
        request,
        "activities/enrolment.html",
        {
            "line": found[0],
            "one": one,
            "is_late": services.is_late(one.session, one, now),
            "ticket": ticket,
            "said": queries.answers_of([one.pk]).get(one.pk, []),
        },
    )


@require_POST
@door(SIGNED_IN, matters=MATTERS)
def accept(request: HttpRequest, enrolment_id: int) -> HttpResponse:
    return _do(request, enrolment_id, services.accept, _("报上了。"))


@require_POST
@door(SIGNED_IN, matters=MATTERS)
def leave(request: HttpRequest, enrolment_id: int) -> HttpResponse:
    return _do(request, enrolment_id, services.leave, _("取消了，名额已经让给别人。"))


def _do(request: HttpRequest, enrolment_id: int, service: Any, done: str) -> HttpResponse:
    if queries.enrolment(enrolment_id, _own_id(request)) is None:
        raise Http404
    try:
        service(enrolment_id=enrolment_id, actor=actor_of(request), now=clock.now())
    except Refused as refusal:
        messages.error(request, sentence(refusal), extra_tags="bad")
    else:
        messages.success(request, done, extra_tags="good")
    return redirect("my_activities:enrolment", enrolment_id=enrolment_id)
