from django.http import HttpRequest, HttpResponse
from django.utils.cache import add_never_cache_headers
from django.views.decorators.http import require_safe

from demo.sms import latest
from wenmai.lib.access import public
from wenmai.lib.pages import render


@require_safe
@public
def sms(request: HttpRequest) -> HttpResponse:
    """What would have been sent to phones, for visitors who want to log in."""
    response = render(request, "demo/sms.html", {"shown": latest()})
    add_never_cache_headers(response)
    return response
