"""Feeds: what other programs subscribe to. The same tag as long as nothing has changed."""

import datetime as dt
import hashlib
import json

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from wenmai.activities import services
from wenmai.activities.models import Session
from wenmai.activities.queries import calendars as queries
from wenmai.activities.queries import feeds
from wenmai.activities.rules.calendar import read_day
from wenmai.activities.views.public import read_asked
from wenmai.activities.wording import sentence
from wenmai.institutions import queries as institutions
from wenmai.lib import clock, faces
from wenmai.lib.access import public
from wenmai.lib.refusal import Refused
from wenmai.standards import queries as standards

CALENDAR, LINKED = "text/calendar; charset=utf-8", "application/ld+json; charset=utf-8"


@public
@require_safe
def calendar(request: HttpRequest) -> HttpResponseBase:
    """Of the node, or of what the address narrows it to."""
    found = _asked_for(request)
    if isinstance(found, HttpResponse):
        return found
    return _answer(request, feeds.icalendar(_name(request), found.sessions), CALENDAR, found.sessions, found.next)


@public
@require_safe
def json_ld(request: HttpRequest) -> HttpResponseBase:
    found = _asked_for(request)
    if isinstance(found, HttpResponse):
        return found
    body = json.dumps(feeds.json_ld(found.sessions, clock.now()), ensure_ascii=False).encode()
    answer = _answer(request, body, LINKED, found.sessions, found.next)
    answer["Access-Control-Allow-Origin"] = "*"
    return answer


@public
@require_safe
def activity(request: HttpRequest, number: int) -> HttpResponseBase:
    sessions = feeds.of_activity(number)
    edition = sessions[0].activity.shown if sessions else None
    if edition is None:
        raise Http404
    if faces.is_minor(request) and not {*edition.audiences} & {*standards.pool("minors")}:
        raise Http404
    return _answer(request, feeds.icalendar(edition.title, sessions), CALENDAR, sessions, None)


@public
@require_safe
def own(request: HttpRequest, token: str) -> HttpResponseBase:
    """Whoever has the address; kept by nobody on the way."""
    now = clock.now()
    try:
        user_id = services.read_calendar(token=token[:60], now=now)
    except Refused as refusal:
        if refusal.code == "unknown_calendar":
            raise Http404 from refusal
        answer = HttpResponse(sentence(refusal), status=429, content_type="text/plain; charset=utf-8")
        answer["Retry-After"] = "3600"
        return answer
    body = queries.own_calendar(user_id, now)
    answer = HttpResponse(body, content_type=CALENDAR)
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {
        "ETag": tag,
        "Cache-Control": "private, no-cache",
        "X-Robots-Tag": "noindex",
        "Referrer-Policy": "no-referrer",
    }
    for name, value in headers.items():
        answer[name] = value
    found = get_conditional_response(request, etag=tag, response=answer)
    assert found is not None, "an answer was given"
    return found


def _asked_for(request: HttpRequest) -> feeds.Feed | HttpResponse:
    """Refused with words where `from` is no day: a program that asks wrongly is not told something else."""
    text = request.GET.get("from", "")[:40]
    first = read_day(text) if text else None
    if text and first is None:
        words = _("from 要写成 2026-12-03 这样的日期，年份在 2000 到 2199 之间。")
        return HttpResponse(words, status=400, content_type="text/plain; charset=utf-8")
    return feeds.feed(read_asked(request)._replace(first=first), clock.now())


def _name(request: HttpRequest) -> str:
    asked = read_asked(request)
    institution = institutions.organisation(asked.organisation_id) if asked.organisation_id else None
    kind = str(standards.vocabulary("activity_kind").label(asked.kind)) if asked.kind else _("活动")
    return f"{institution.name if institution else settings.SITE_NAME} · {kind}"


def _answer(
    request: HttpRequest, body: bytes, kind: str, sessions: list[Session], next_day: dt.date | None
) -> HttpResponseBase:
    """Asked again with its tag: 304. A date alone is not believed: what was taken off leaves no date behind."""
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    answer = HttpResponse(body, content_type=kind)
    headers = {"ETag": tag, "Cache-Control": "no-cache", "X-Robots-Tag": "noindex"}
    stamps = [max(one.moved_on_at, one.activity.shown.made_at) for one in sessions if one.activity.shown]
    if stamps:
        headers["Last-Modified"] = http_date(max(stamps).timestamp())
    if next_day is not None:
        given = request.GET.copy()
        given["from"] = next_day.isoformat()
        headers["Link"] = f'<{settings.BASE_URL}{request.path}?{given.urlencode()}>; rel="next"'
    for name, value in headers.items():
        answer[name] = value
    found = get_conditional_response(request, etag=tag, response=answer)
    assert found is not None, "an answer was given"
    return found
