"""What everybody may read about personal data here."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from wenmai.lib.access import public
from wenmai.lib.pages import render
from wenmai.people.privacy import queries

FIRST = ("people.User", "people.Identity", "people.ReaderCard", "wenmai_messages.Message", "usersessions.UserSession")
"""What people ask about most."""


@public
@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """The register in plain words; what colleagues' work leaves behind stands in a part of its own."""
    entries = sorted(queries.register(), key=lambda one: FIRST.index(one.model) if one.model in FIRST else len(FIRST))
    context = {
        "entries": [one for one in entries if not one.is_duty and not one.is_inside],
        "inside": [one for one in entries if not one.is_duty and one.is_inside],
        "asked": queries.asked(get_language()),
        "duties": [one for one in entries if one.is_duty],
    }
    return render(request, "people/privacy/public.html", context)
