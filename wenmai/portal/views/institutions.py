from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from wenmai.lib import pages
from wenmai.lib.access import public
from wenmai.portal import queries
from wenmai.portal.views import pools


@public
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    page, groups = queries.groups(request.GET.get("page"), pools.of(request))
    return pages.render(request, "portal/institutions.html", {"groups": groups, "page": page})


@public
@require_safe
def institution(request: HttpRequest, number: int) -> HttpResponse:
    found = queries.institution(number, timezone.localdate(), pools.of(request))
    if found is None:
        raise Http404
    return pages.render(request, "portal/institution.html", {"institution": found})
