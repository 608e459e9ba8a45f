"""The auditors' page of the journal: does the chain hold, and when did somebody look?"""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from wenmai.journal import queries, verifying, wording
from wenmai.lib import clock
from wenmai.lib.access import Reach, door
from wenmai.lib.pages import render

SHOWN = 20


def of_node(request: HttpRequest) -> Reach:
    """The chain belongs to the node as a whole."""
    return Reach("", "")


@require_safe
@door("journal.view", of=of_node)
def index(request: HttpRequest) -> HttpResponse:
    looks = [wording.look(one) for one in queries.verifications(SHOWN)]
    tail = verifying.unsealed()
    context = {
        "seal": queries.last_seal(),
        "tail": tail,
        "is_late": queries.is_late(tail.since, clock.now()),
        "departures": queries.departures(SHOWN),
        "looks": looks,
        "is_old": not looks or clock.now() - looks[0].at > queries.LOOKED_LATELY,
    }
    return render(request, "journal/index.html", context)
