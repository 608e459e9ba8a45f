"""What everybody may read about personal data here."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from wenmai.lib.access import public
from wenmai.lib.pages import render
from wenmai.people.privacy import queries


@public
@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """The register in plain words; what colleagues' work leaves behind stands in a part of its own."""
    entries = queries.register()
    context = {
        "entries": [one for one in entries if not one.is_duty],
        "duties": [one for one in entries if one.is_duty],
    }
    return render(request, "people/privacy/public.html", context)
