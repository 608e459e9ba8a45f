"""Photos that show how something was: of all institutions of somebody's scope, with who handed them in and when."""

import datetime as dt
from collections.abc import Iterator
from typing import Any, NamedTuple

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from wenmai.activities.rules import calendar
from wenmai.files import queries as files
from wenmai.files.queries import FileView
from wenmai.institutions import queries as institutions
from wenmai.lib import clock, evidence, sheets
from wenmai.lib.access import actor_of, door
from wenmai.lib.evidence import Locker, Piece
from wenmai.lib.numbers import row_number
from wenmai.lib.pages import render
from wenmai.people import queries as people

DAYS, LONGEST = dt.timedelta(days=30), dt.timedelta(days=366)
DAY = dt.timedelta(days=1)


class Line(NamedTuple):
    """`photos`: what is stored of them; a photo whose time is over is missing and counted."""

    source: str
    piece: Piece
    institution: str
    by: str
    photos: list[FileView]

    @property
    def missing(self) -> int:
        return len(self.piece.hashes) - len(self.photos)


@require_safe
@door("desk.open")
def index(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """The last thirty days, or those that were asked for. `as=xlsx`: the list with the photos' sums."""
    today = timezone.localdate(clock.now())
    last = calendar.read_day(request.GET.get("until", "")[:10]) or today
    first = calendar.read_day(request.GET.get("from", "")[:10]) or last - DAYS
    first = max(min(first, last), last - LONGEST)
    only = row_number(request.GET.get("institution", ""))
    found = evidence.locker(
        actor_of(request), clock.midnight(first), clock.midnight(last + DAY), organisation_id=only,
        key=request.GET.get("kind", ""),
    )  # fmt: skip
    lines = _lines(found)
    if request.GET.get("as") == "xlsx":
        return _workbook(lines, first)
    context: dict[str, Any] = {
        "lines": lines, "first": first, "last": last, "is_cut": found.is_cut, "kind": request.GET.get("kind", ""),
        "sources": evidence.sources(actor_of(request)),
        "institution": institutions.names([only]).get(only, "") if only else "",
    }  # fmt: skip
    return render(request, "desk/evidence.html", context)


def _lines(found: Locker) -> list[Line]:
    stored = files.objects([one for _source, piece in found.rows for one in piece.hashes])
    places = institutions.names({piece.organisation_id for _source, piece in found.rows})
    names = people.colleagues({piece.by_id for _source, piece in found.rows if piece.by_id is not None})
    return [
        Line(
            source, piece, places.get(piece.organisation_id, ""), names.get(piece.by_id or 0, ""),
            [stored[one] for one in piece.hashes if one in stored],
        )
        for source, piece in found.rows
    ]  # fmt: skip


def _workbook(lines: list[Line], first: dt.date) -> StreamingHttpResponse:
    head = [_("时间"), _("机构"), _("类别"), _("是什么"), _("说明"), _("谁交的"), _("照片的 SHA-256"), _("页面")]
    return sheets.xlsx(f"evidence-{first}", _("佐证"), head, _cells(lines))


def _cells(lines: list[Line]) -> Iterator[list[object]]:
    base = reverse("desk:evidence")
    for one in lines:
        yield [
            one.piece.at, one.institution, f"{one.source} {one.piece.kind}", one.piece.of, one.piece.words, one.by,
            "\n".join(one.piece.hashes), one.piece.url or base,
        ]  # fmt: skip
