"""The public board: needs and answers that the review has passed, by the page, behind the last one seen."""

import datetime as dt

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from wenmai.institutions import queries as institutions
from wenmai.institutions.queries import PlaceView
from wenmai.lib import clock, faces
from wenmai.lib.access import public
from wenmai.lib.numbers import row_number
from wenmai.lib.pages import render
from wenmai.voices import queries
from wenmai.voices.forms import kinds
from wenmai.voices.models import Need
from wenmai.voices.queries.board import STATES
from wenmai.voices.rules.steps import ANSWERABLE
from wenmai.voices.wording import STATE_WORDS

PER_PAGE = 20


@public
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    asked = {name: request.GET.get(name, "").strip()[:30] for name in ("region", "state", "kind", "institution")}
    code = request.GET.get("region", faces.region_of(request))[:12]
    place = institutions.place(code) if code else None
    region, asked["region"] = (place.prefix, place.code) if place is not None else ("", "")
    where = row_number(asked["institution"])
    rows = queries.on_board(region=region, organisation_id=where, state=asked["state"], kind=asked["kind"])
    if (last := _last(request)) is not None:
        rows = queries.behind(rows, *last)
    found = list(rows[: PER_PAGE + 1])
    context = {
        "cards": queries.cards(found[:PER_PAGE]),
        "counts": queries.counts(region=region, organisation_id=where, now=clock.now()),
        "states": [(code, STATE_WORDS[code]) for code in STATES], "kinds": kinds(),
        "regions": _regions(place), "asked": asked, "is_first": last is None,
        "next": _next(asked, found) if len(found) > PER_PAGE else "",
    }  # fmt: skip
    return render(request, "voices/board.html", context)


def _regions(chosen: PlaceView | None) -> list[tuple[str, str]]:
    """Those that have something on the board, and the one that somebody has chosen."""
    found = queries.regions()
    if chosen is None or any(code == chosen.code for code, _name in found):
        return found
    return [(chosen.code, chosen.name), *found]


def _last(request: HttpRequest) -> tuple[dt.datetime, int] | None:
    """`after=<moment>_<number>`: the last one of the page before; anything else begins at the top."""
    moment, _bar, number = request.GET.get("after", "")[:60].partition("_")
    try:
        at = dt.datetime.fromisoformat(moment)
    except ValueError:
        return None
    known = row_number(number)
    return (at, known) if known is not None and at.tzinfo is not None else None


def _next(asked: dict[str, str], found: list[Need]) -> str:
    last = found[PER_PAGE - 1]
    kept = {name: value for name, value in asked.items() if value or name == "region"}
    return urlencode({**kept, "after": f"{last.moved_at.astimezone(dt.UTC).isoformat()}_{last.pk}"})


@public
@require_safe
def need(request: HttpRequest, need_id: int) -> HttpResponse:
    found = queries.shown().filter(pk=need_id).first()
    if found is None:
        raise Http404
    (card,) = queries.cards([found])
    is_open = found.answered_at is None and found.step not in ANSWERABLE
    made = [(kind, there) for _link, kind, there in queries.linked(found) if there is not None and there.public]
    return render(request, "voices/need.html", {"card": card, "one": found, "is_open": is_open, "made": made})
