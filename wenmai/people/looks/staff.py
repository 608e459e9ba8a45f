"""The auditors' page: who of their institutions looked at whom. Looking here is written down as well."""

import datetime as dt

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from wenmai.lib import clock, looks
from wenmai.lib.access import actor_of, door
from wenmai.lib.lists import page_of
from wenmai.lib.numbers import row_number
from wenmai.lib.pages import render
from wenmai.people import queries as people
from wenmai.people.looks import queries
from wenmai.people.looks.rules import MANY
from wenmai.people.unmasking import rules as unmasking

PER_PAGE, DAYS = 50, 7
VIEW = "looks.view"


@require_http_methods(["GET", "HEAD", "POST"])
@door(VIEW, shows=True)
def index(request: HttpRequest) -> HttpResponse:
    """What is typed is a person's login name: it goes in a form's body, and the address has a number."""
    if request.method == "POST":
        return _find(request)
    person, staff = (row_number(request.GET.get(side, "")) for side in ("person", "staff"))
    scope, now = actor_of(request).scope(VIEW), clock.now()
    page = page_of(request, queries.within(scope, person=person, actor=staff), PER_PAGE)
    lines = queries.lines(page)
    looks.note_list(request, len(lines), reason="person" if person else "staff" if staff else "")
    context = {
        "page": page, "lines": lines, "is_narrow": bool(person or staff), "many": MANY, "days": DAYS,
        "many_numbers": unmasking.MANY,
        "busy": queries.busy(scope, timezone.localdate(now) - dt.timedelta(days=DAYS)),
    }  # fmt: skip
    return render(request, "people/looks/index.html", context)


def _find(request: HttpRequest) -> HttpResponse:
    found = people.user_by_name(request.POST.get("name", "").strip()[:150])
    if found is None:
        messages.error(request, _("没有这个登录名。请照账号页上的写。"), extra_tags="bad")
        return redirect("desk:people:looks")
    side = "staff" if request.POST.get("side") == "staff" else "person"
    return redirect(f"{reverse('desk:people:looks')}?{side}={found.pk}")
