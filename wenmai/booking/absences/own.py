"""What counts against oneself and those one looks after, why, and saying that it is wrong."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from wenmai.booking.absences import queries, rules, services
from wenmai.booking.absences.models import Absence
from wenmai.booking.wording import sentence
from wenmai.lib import clock, lists
from wenmai.lib.access import SIGNED_IN, actor_of, door
from wenmai.lib.pages import render
from wenmai.lib.refusal import Refused
from wenmai.people import queries as people

PER_PAGE = 20
MATTERS = ("absences",)


def _mine(request: HttpRequest) -> list[int]:
    return [one.id for one in people.company_of(actor_of(request).for_id or 0)]


@require_safe
@door(SIGNED_IN, matters=MATTERS)
def index(request: HttpRequest) -> HttpResponse:
    who, now = _mine(request), clock.now()
    page = lists.page_of(request, queries.of_people(who), PER_PAGE)
    rows: list[Absence] = list(page.object_list)
    lines = [(one, counts, queries.appeal_of(one)) for one, counts in queries.counts_for(rows, now)]
    context: dict[str, Any] = {
        "page": page, "lines": lines, "tallies": queries.tallies(who, now), "longest": rules.WORDS,
        "names": len(who) > 1,
    }  # fmt: skip
    return render(request, "booking/absences/mine.html", context)


@require_POST
@door(SIGNED_IN, matters=MATTERS)
def appeal(request: HttpRequest, absence_id: int) -> HttpResponse:
    """In one's own words; somebody else decides."""
    found = queries.absence(absence_id)
    if found is None or found.person_id not in _mine(request):
        raise Http404
    try:
        services.appeal(
            absence_id=absence_id, words=request.POST.get("words", "")[: rules.WORDS * 2], actor=actor_of(request),
            now=clock.now(),
        )  # fmt: skip
    except Refused as refusal:
        messages.error(request, sentence(refusal), extra_tags="bad")
    else:
        messages.success(request, _("收到了，由另一位工作人员决定，结果会告诉您。"), extra_tags="good")
    return redirect("account_absences")
