"""What became of the last messages: for whoever runs the node."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from wenmai.lib import clock, looks
from wenmai.lib.access import Reach, door
from wenmai.lib.lists import page_of
from wenmai.lib.pages import render
from wenmai.messages import gateways, queries, rules
from wenmai.messages.models import Message

PER_PAGE = 50


def of_node(request: HttpRequest) -> Reach:
    """Messages belong to the node as a whole."""
    return Reach("", "")


@require_safe
@door("messages.view", of=of_node, shows=True)
def index(request: HttpRequest) -> HttpResponse:
    state = request.GET.get("state", "")
    page = page_of(request, queries.messages(state), PER_PAGE)
    looks.note_list(request, len(page), reason="filter" if state else "")
    standing = queries.standing(clock.now())
    context = {
        "page": page,
        "lines": queries.lines(page, get_language() or ""),
        "state": state,
        "states": Message.State.choices,
        "standing": standing,
        "last_error": rules.error_words(standing.last_error),
        "per_hour": settings.SMS_PER_HOUR,
        "is_on": gateways.gateway().is_on,
    }
    return render(request, "messages/index.html", context)
