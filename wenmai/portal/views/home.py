from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from wenmai.lib import clock, faces, pages
from wenmai.lib.access import public
from wenmai.portal import queries, region
from wenmai.portal.views import pools


@public
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What can be found, and what is on in the place that was chosen."""
    now = clock.now()
    on = queries.on_now(region.of(request), now, for_minors=faces.is_minor(request))
    context = {"home": queries.home(pools.of(request)), "on": on, "today": timezone.localdate(now)}
    return pages.render(request, "portal/home.html", context)
