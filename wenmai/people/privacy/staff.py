"""For auditors: the register in full, and whether it is kept to."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from wenmai.lib.access import Reach, door
from wenmai.lib.pages import render
from wenmai.people.privacy import queries


def of_node(request: HttpRequest) -> Reach:
    """The register is the node's as a whole."""
    return Reach("", "")


@require_safe
@door("privacy.view", of=of_node)
def index(request: HttpRequest) -> HttpResponse:
    tallies = queries.consent_tallies(get_language() or "zh-hans")
    context = {"entries": queries.register(), "rules": queries.enforced(), "tallies": tallies}
    return render(request, "people/privacy/register.html", context)
