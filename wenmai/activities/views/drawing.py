"""A draw by lot, for everybody: what was announced, what came of it, and how to do it again."""

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from wenmai.activities import queries
from wenmai.activities.models import Draw
from wenmai.activities.rules.draws import Outcome
from wenmai.lib.access import public
from wenmai.lib.pages import render

MOST_SHOWN = 2_000
"""Lines of the page; the file has all of them."""


def _found(session_id: int) -> Draw:
    found = queries.draw_of(session_id)
    if found is None:
        raise Http404
    return found


@public
@require_safe
def draw(request: HttpRequest, session_id: int) -> HttpResponse:
    found = _found(session_id)
    outcome = [Outcome(*one) for one in found.outcome]
    context = {
        "one": found, "session": found.session, "edition": found.session.activity.shown, "total": len(outcome),
        "outcome": outcome[:MOST_SHOWN], "wins": sum(one.wins for one in outcome),
    }  # fmt: skip
    return render(request, "activities/draw.html", context)


@public
@require_safe
def draw_json(request: HttpRequest, session_id: int) -> HttpResponse:
    """All that is needed for doing it again: `wenmai draw FILE`."""
    found = _found(session_id)
    said = {
        "session": session_id, "commitment": found.commitment, "committed_at": found.committed_at,
        "drawn_at": found.drawn_at, "seed": found.seed, "places": found.places, "entries": found.entries,
        "outcome": found.outcome,
    }  # fmt: skip
    return JsonResponse(said)
