"""The door's list on paper and as a workbook, for where nobody has a telephone in the hand."""

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from wenmai.activities import queries
from wenmai.activities.queries.paper import PaperLine
from wenmai.activities.staff.activities import VIEW
from wenmai.activities.staff.doors import DOOR
from wenmai.activities.staff.sessions import found_session, of_session
from wenmai.lib import clock, lists, looks, sheets
from wenmai.lib.access import actor_of, door
from wenmai.lib.pages import render

PER_SHEET, BLANK_LINES = 300, 8


def _is_masked(request: HttpRequest, session_id: int) -> bool:
    """Whole names only for whoever reads them in the session's list, too."""
    return not actor_of(request).may(VIEW, of_session(request, session_id))


@require_safe
@door(DOOR, of=of_session, shows=True)
def paper(request: HttpRequest, session_id: int) -> HttpResponse:
    page = lists.page_of(request, queries.on_paper(session_id), PER_SHEET)
    looks.note_list(request, queries.people_in(queries.on_paper(session_id).filter(pk__in=[one.pk for one in page])))
    context = {
        "one": found_session(session_id), "page": page, "now": clock.now(), "blanks": range(BLANK_LINES),
        "lines": queries.paper_lines(session_id, page.object_list, masked=_is_masked(request, session_id)),
    }  # fmt: skip
    answer = render(request, "activities/desk_door_paper.html", context)
    answer.headers["Cache-Control"] = "no-store"
    return answer


@require_safe
@door(DOOR, of=of_session, shows=True)
def paper_table(request: HttpRequest, session_id: int) -> HttpResponseBase:
    found, rows = found_session(session_id), queries.on_paper(session_id)
    looks.note_list(request, queries.people_in(rows), reason="table")
    head = (
        _("来了"),
        _("票号"),
        _("票的末四位"),
        _("谁"),
        _("手机后四位"),
        _("报了几人"),
        _("来了几人"),
        _("要留意的"),
    )
    title = f"{timezone.localtime(found.begins_at):%m-%d %H%M} {found.activity}"
    lines = queries.paper_lines(session_id, rows.iterator(chunk_size=500), masked=_is_masked(request, session_id))
    return sheets.xlsx(f"door-{session_id}", title, head, map(_cells, lines))


def _cells(one: PaperLine) -> tuple[object, ...]:
    tick = "√" if one.came == one.size else "□"
    return (tick, one.number, one.mark, one.name, one.phone, one.size, one.came or None, one.said)
