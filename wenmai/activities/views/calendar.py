"""The calendar: a month, a week or a day, every choice a part of the address."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from wenmai.activities import queries
from wenmai.activities.queries import calendar as days
from wenmai.activities.rules import calendar
from wenmai.activities.views.public import PER_PAGE, choices, read_asked, webcal
from wenmai.institutions import queries as institutions
from wenmai.lib import clock, lists
from wenmai.lib.access import public
from wenmai.lib.pages import render

EACH = {"month": 3, "week": 12}
"""So many sessions of a day are shown in the grid, the others on the day's own page."""


@public
@require_safe
def calendar_page(request: HttpRequest) -> HttpResponse:
    """Kept by no cache: what was taken off is gone with the next look."""
    given, now = request.GET, clock.now()
    today = timezone.localdate(now)
    text = given.get("from", "").strip()[:40]
    day = calendar.read_day(text) if text else today
    view = given.get("view") if given.get("view") in calendar.VIEWS else "month"
    window = calendar.window(str(view), day or today, today)
    asked = read_asked(request)._replace(first=None, last=None)
    institution = institutions.organisation(asked.organisation_id) if asked.organisation_id else None
    rest = given.copy()
    for name in ("view", "from", "page"):
        rest.pop(name, None)
    context: dict[str, Any] = {
        "rest": f"&{rest.urlencode()}" if rest else "", "page_of": reverse("activities:activity", args=[0])[:-1],
        "calendar": f"{reverse('activity_feeds:calendar')}?{rest.urlencode()}".rstrip("?"),
        "subscribe": webcal(f"{reverse('activity_feeds:calendar')}?{rest.urlencode()}".rstrip("?")),
        "window": window, "asked": asked, "today": today, "institution": institution,
        "odd": text if day is None else "", "going_on": days.going_on(asked, window.days[0]), "day": day or today,
        **choices(request),
    }  # fmt: skip
    if window.view == "day":
        page = lists.page_of(request, days.of_day(asked, window.first), PER_PAGE)
        context |= {"page": page, "days": queries.days(page.object_list, now)}
    else:
        cells = days.cells(asked, window.days, window.first, window.after, EACH[window.view])
        context |= {
            "weeks": [cells[start : start + 7] for start in range(0, len(cells), 7)],
            "nothing": not any(one.total for one in cells),
        }
    answer = render(request, "activities/calendar.html", context, status=400 if day is None else 200)
    answer["Cache-Control"] = "no-cache"
    return answer
