"""The desk's page about a series: all of its dates, and one answer to those that wait."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from wenmai.booking.venues import queries, services
from wenmai.booking.venues.request_staff import CHANGE, VIEW
from wenmai.booking.wording import sentence
from wenmai.journal import queries as journal
from wenmai.lib import clock, looks
from wenmai.lib.access import Reach, actor_of, door
from wenmai.lib.numbers import row_number
from wenmai.lib.pages import render
from wenmai.lib.refusal import Refused


def of_series(request: HttpRequest, series_id: int) -> Reach:
    """Where its institution lies."""
    reach = queries.series_reach(series_id)
    if reach is None:
        raise Http404
    return reach


@require_safe
@door(VIEW, of=of_series, shows=True)
def series(request: HttpRequest, series_id: int) -> HttpResponse:
    found = queries.series_numbered(series_id)
    assert found is not None, "the door has found it"
    looks.note_list(request, int(found.holder_id is not None))
    rows = queries.dates_of(found)
    context = {
        "one": found, "rows": rows, "every": queries.every_words(found),
        "waits": [row for row in rows if row.step == "requested"],
        "may_change": actor_of(request).may(CHANGE, of_series(request, series_id)),
        "trail": journal.deeds("venue_series", series_id),
    }  # fmt: skip
    return render(request, "venues/series_desk.html", context)


@require_POST
@door(CHANGE, of=of_series)
def answer(request: HttpRequest, series_id: int) -> HttpResponse:
    """Yes to what is ticked, no to the others, which need a reason."""
    agreed = {number for one in request.POST.getlist("agreed")[:400] if (number := row_number(one)) is not None}
    try:
        services.answer_series(
            series_id=series_id, agreed=agreed, reason=request.POST.get("words", "")[:800], actor=actor_of(request),
            now=clock.now(),
        )  # fmt: skip
    except Refused as refusal:
        messages.error(request, sentence(refusal), extra_tags="bad")
    else:
        messages.success(request, _("答复了，申请的人会收到短信。"), extra_tags="good")
    return redirect("desk:booking:series", series_id=series_id)
