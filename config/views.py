"""What machines ask about the process itself: alive, ready, numbers."""

import sys

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, HttpResponseServerError, JsonResponse
from django.template import loader
from django.views import defaults

from wenmai.lib import upkeep
from wenmai.lib.access import public
from wenmai.lib.outages import outage


@public
def alive(request: HttpRequest) -> HttpResponse:
    return HttpResponse("alive\n", content_type="text/plain")


@public
def ready(request: HttpRequest) -> JsonResponse:
    """200 when the database answers, 503 with the part that does not."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        answer = JsonResponse({"ready": False, "database": "unreachable"}, status=503)
        # who asks every second need not be written down every second
        answer._has_been_logged = True  # type: ignore[attr-defined]
        return answer
    return JsonResponse({"ready": True, "database": "ok"})


@public
def metrics(request: HttpRequest) -> HttpResponse:
    """Gauges that modules registered, in the text format that Prometheus reads."""
    lines = [f"{name} {value}" for name, value in sorted(upkeep.gauges())]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; version=0.0.4")


def failed(request: HttpRequest) -> HttpResponse | HttpResponseServerError:
    """The page for what went wrong: 503 and “later” when the database is away or the disk full, otherwise 500."""
    if not outage(sys.exc_info()[1]):
        return defaults.server_error(request)
    return HttpResponse(loader.get_template("503.html").render(), status=503, headers={"Retry-After": "60"})
