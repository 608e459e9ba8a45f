"""What machines ask about the process itself: alive, ready, numbers."""

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse

from wenmai.lib import upkeep
from wenmai.lib.access import public


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
        return JsonResponse({"ready": False, "database": "unreachable"}, status=503)
    return JsonResponse({"ready": True, "database": "ok"})


@public
def metrics(request: HttpRequest) -> HttpResponse:
    """Gauges that modules registered, in the text format that Prometheus reads."""
    lines = [f"{name} {value}" for name, value in sorted(upkeep.gauges())]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; version=0.0.4")
