"""What happens where: a week of all institutions of somebody's scope, and today for whoever stands at the door."""

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from wenmai.activities.rules import calendar
from wenmai.institutions import queries as institutions
from wenmai.lib import agenda, clock, sheets
from wenmai.lib.access import Actor, actor_of, door
from wenmai.lib.agenda import Board, Happening
from wenmai.lib.numbers import row_number
from wenmai.lib.pages import render

DAY = dt.timedelta(days=1)
Row = tuple[str, Happening]


class Shelf(NamedTuple):
    """One organisation's week: a list for each day."""

    name: str
    days: list[tuple[dt.date, list[Row]]]


def day_of(actor: Actor, day: dt.date) -> Board:
    return agenda.board(actor, clock.midnight(day), clock.midnight(day + DAY))


def _of(request: HttpRequest, first: dt.date, after: dt.date) -> Board:
    return agenda.board(
        actor_of(request), clock.midnight(first), clock.midnight(after),
        organisation_id=row_number(request.GET.get("institution", "")), kind=request.GET.get("kind", ""),
    )  # fmt: skip


@require_safe
@door("desk.open")
def week(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """Institutions down, days across; on a telephone day by day. `as=xlsx` gives the week away."""
    today = timezone.localdate(clock.now())
    day = calendar.read_day(request.GET.get("from", "")[:10]) or today
    window = calendar.window("week", day, today)
    board = _of(request, window.first, window.after)
    names = institutions.names({one.organisation_id for _kind, one in board.rows})
    if request.GET.get("as") == "xlsx":
        return _workbook(board, names, window.first)
    context: dict[str, Any] = {
        "window": window, "shelves": _shelves(board.rows, names, window.days), "is_cut": board.is_cut, "today": today,
        "kinds": agenda.kinds(actor_of(request)), "kind": request.GET.get("kind", ""),
        "institution": institutions.names([only]).get(only) if (only := _institution(request)) else "",
    }  # fmt: skip
    return render(request, "desk/board.html", context)


def _institution(request: HttpRequest) -> int:
    return row_number(request.GET.get("institution", "")) or 0


def _shelves(rows: Iterable[Row], names: dict[int, str], days: list[dt.date]) -> list[Shelf]:
    """What goes on for several days stands on each of them."""
    found: dict[int, dict[dt.date, list[Row]]] = {}
    for kind, one in rows:
        first = max(timezone.localdate(one.begins_at), days[0])
        last = min(timezone.localdate(one.ends_at - dt.timedelta(microseconds=1)), days[-1])
        for number in range((last - first).days + 1):
            own = found.setdefault(one.organisation_id, {day: [] for day in days})
            own[first + number * DAY].append((kind, one))
    ordered = sorted(found, key=lambda one: names.get(one, ""))
    return [Shelf(names.get(one, ""), list(found[one].items())) for one in ordered]


def _workbook(board: Board, names: dict[int, str], first: dt.date) -> StreamingHttpResponse:
    head = [_("机构"), _("开始"), _("结束"), _("类别"), _("名称"), _("地点"), _("状态"), _("人数")]
    return sheets.xlsx(f"week-{first}", _("排期"), head, _lines(board, names))


def _lines(board: Board, names: dict[int, str]) -> Iterator[list[object]]:
    for kind, one in board.rows:
        yield [
            names.get(one.organisation_id, ""), one.begins_at, one.ends_at, kind, one.title, one.where, one.state,
            one.heads,
        ]  # fmt: skip


@require_safe
@door("desk.open")
def today(request: HttpRequest) -> HttpResponse:
    """What begins or goes on today, and where to let people in."""
    day = timezone.localdate(clock.now())
    board = day_of(actor_of(request), day)
    names = institutions.names({one.organisation_id for _kind, one in board.rows})
    rows = [(kind, one, names.get(one.organisation_id, "")) for kind, one in board.rows]
    return render(request, "desk/today.html", {"rows": rows, "day": day, "now": clock.now(), "is_cut": board.is_cut})
