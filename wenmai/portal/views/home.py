from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from wenmai.lib import pages
from wenmai.lib.access import public
from wenmai.portal import queries
from wenmai.portal.views import pools


@public
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    return pages.render(request, "portal/home.html", {"home": queries.home(pools.of(request))})
