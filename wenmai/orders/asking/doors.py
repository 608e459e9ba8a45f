"""Where a request lies, as each side comes to it."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest

from wenmai.institutions import queries as institutions
from wenmai.lib.access import Reach
from wenmai.orders.asking import queries
from wenmai.orders.staff.doors import there


def _of(side: str) -> Callable[..., Reach]:
    def of(request: HttpRequest, wanted_id: int, **_more: Any) -> Reach:
        return there(queries.reach(wanted_id, side))

    return of


of_station, of_county = _of("station"), _of("county")


def of_organisation(request: HttpRequest, organisation_id: int, **_more: Any) -> Reach:
    return there(institutions.reach(organisation_id))
