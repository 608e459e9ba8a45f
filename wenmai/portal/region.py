"""The place that somebody chose to see things of: kept in a cookie of this device, never with an account."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from wenmai.institutions import queries as institutions
from wenmai.institutions.queries import PlaceView
from wenmai.lib.faces import region_of


def of(request: HttpRequest) -> PlaceView | None:
    """None: everywhere, and where the code is nobody's today."""
    code = region_of(request)
    return institutions.place(code) if code else None


def region(request: HttpRequest) -> dict[str, Any]:
    """Context processor; nothing is asked until a page names it."""
    return {"region_here": SimpleLazyObject(lambda: of(request))}
