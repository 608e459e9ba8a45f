"""What is on, for everybody: the list by day, and one activity."""

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from wenmai.activities import queries
from wenmai.activities.queries import feeds, live, rating, recordings
from wenmai.activities.rules import calendar as spans
from wenmai.institutions import queries as institutions
from wenmai.lib import clock, faces, lists
from wenmai.lib.access import is_staff, public
from wenmai.lib.numbers import row_number
from wenmai.lib.pages import render
from wenmai.standards import queries as standards
from wenmai.usage import rules as usage_rules
from wenmai.usage import services as usage
from wenmai.voices import queries as voices

PER_PAGE, MOST_TOLD = 40, 100
PER_SCREEN = {"tv": 8, "kiosk": 6}
"""As many as stand on a screen without being scrolled; six tiles fit a kiosk upright and across."""


def read_asked(request: HttpRequest) -> queries.Asked:
    """What the address narrows by; what is unknown narrows nothing."""
    given = request.GET
    code = given.get("region", faces.region_of(request))[:12]
    place = institutions.place(code) if code else None
    chosen = {
        name: given.get(name, "") if given.get(name, "") in standards.vocabulary(code).terms else ""
        for name, code in (("kind", "activity_kind"), ("audience", "audience"))
    }
    span = spans.span(given.get("when", ""), timezone.localdate(clock.now())) or (None, None)
    return queries.Asked(
        spans.read_day(given.get("day", "")[:10]) or span[0], chosen["kind"], chosen["audience"],
        place.prefix if place else "", row_number(given.get("institution", "")[:18]),
        given.get("q", "").strip()[:60], given.get("free") == "1",
        faces.is_minor(request) or given.get("who") == "minors", span[1],
    )  # fmt: skip


@public
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """By day; without a script, every choice is a part of the address."""
    asked, now, house = read_asked(request), clock.now(), _house(request)
    if house and "institution" not in request.GET:
        asked = asked._replace(organisation_id=house, region="")
    per_page = PER_SCREEN.get(faces.face_of(request), PER_PAGE)
    page = lists.page_of(request, queries.upcoming(asked, now), per_page)
    days = queries.days(page.object_list, now)
    institution = institutions.organisation(asked.organisation_id) if asked.organisation_id else None
    context = {
        "page": page, "days": days, "lines": [line for day in days for line in day.lines], "asked": asked,
        "today": timezone.localdate(now),
        "institution": institution, "house": house, **choices(request),
    }  # fmt: skip
    return render(request, "activities/index.html", context)


def _house(request: HttpRequest) -> int | None:
    """The institution in whose house this kiosk stands; its own sessions come first."""
    if faces.face_of(request) != "kiosk":
        return None
    found = queries.kiosk_of_word(request.COOKIES.get(settings.KIOSK_COOKIE_NAME, "")[:100])
    return found.organisation_id if found else None


def choices(request: HttpRequest) -> dict[str, Any]:
    """What the boxes offer."""
    kinds, audiences = (standards.vocabulary(code).terms for code in ("activity_kind", "audience"))
    region, regions = request.GET.get("region", faces.region_of(request))[:12], queries.regions()
    here = institutions.place(region) if region and region not in dict(regions) else None
    return {
        "kinds": [(code, str(label)) for code, label in kinds.items()],
        "audiences": [(code, str(label)) for code, label in audiences.items()],
        "regions": [(here.code, here.name), *regions] if here else regions, "region": region,
    }  # fmt: skip


@public
@require_safe
def activity(request: HttpRequest, number: int) -> HttpResponse:
    found = queries.shown(number, clock.now())
    if found is None:
        raise Http404
    if faces.is_minor(request) and not found.suits_minors:
        return render(request, "portal/outside.html", status=403)
    if request.method == "GET":
        usage.note(
            kind="act.view", subject_kind="activity", subject_key=number,
            organisation_id=found.activity.organisation_id, now=clock.now(),
            counted=usage_rules.counted(request.headers, by_staff=is_staff(request)),
        )  # fmt: skip
    session = row_number(request.GET.get("session", "")[:18])
    told = feeds.of_activity(number)[-MOST_TOLD:]
    calendar = reverse("activity_feeds:activity", args=[number])
    context = {
        "found": found, "edition": found.edition,
        "chosen": next((one for one in found.sessions if one.id == session), None) or next(iter(found.sessions), None),
        "structured": feeds.json_ld_text(told, clock.now()),
        "calendar": calendar, "subscribe": webcal(calendar),
        "broadcasts": live.broadcast_ids([one.id for one in found.sessions]),
        "recordings": recordings.watchable(number, for_minors=faces.is_minor(request)),
        "stars": voices.averages(rating.KIND, [str(number)]).get(str(number)),
        "comments": voices.comments(rating.KIND, str(number)),
    }  # fmt: skip
    return render(request, "activities/activity.html", context)


def webcal(path: str) -> str:
    """By this scheme a phone's calendar offers to subscribe."""
    return "webcal://" + settings.BASE_URL.partition("://")[2] + path
