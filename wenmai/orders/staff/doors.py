"""What the desk's pages share: where a subject lies, and one service with the way back."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from wenmai.institutions import queries as institutions
from wenmai.lib import clock
from wenmai.lib.access import Reach, actor_of
from wenmai.lib.numbers import row_number
from wenmai.lib.refusal import Refused
from wenmai.orders import queries
from wenmai.orders.wording import sentence

PER_PAGE = 50
VIEW, CHANGE, SUPPLY, ASK = "orders.view", "orders.change", "orders.supply", "orders.ask"


def of_product(request: HttpRequest, product_id: int, **_more: Any) -> Reach:
    return there(queries.product_reach(product_id))


def of_qualification(request: HttpRequest, qualification_id: int, **_more: Any) -> Reach:
    """Where the organiser lies."""
    return there(queries.qualification_reach(qualification_id))


def of_asking(request: HttpRequest, qualification_id: int, **_more: Any) -> Reach:
    """Where the supplier lies."""
    return there(queries.supplier_reach(qualification_id))


def of_list(request: HttpRequest, list_id: int, **_more: Any) -> Reach:
    return there(queries.list_reach(list_id))


def of_season(request: HttpRequest, season_id: int, **_more: Any) -> Reach:
    return there(queries.season_reach(season_id))


def there(reach: Reach | None) -> Reach:
    if reach is None:
        raise Http404
    return reach


def by(request: HttpRequest) -> dict[str, Any]:
    return {"actor": actor_of(request), "now": clock.now()}


def chosen(request: HttpRequest, permission: str, key: str) -> int:
    """The institution that a form names, if it may be."""
    number = row_number(key) or 0
    reach = institutions.reach(number)
    if reach is None or not actor_of(request).may(permission, reach):
        raise PermissionDenied
    return number


def do(
    request: HttpRequest, service: Callable[..., Any], done: str, page: str, /, *args: Any, **asked: Any
) -> HttpResponse:
    """One service, then back to the page."""
    try:
        service(**asked, **by(request))
    except Refused as refusal:
        messages.error(request, sentence(refusal), extra_tags="bad")
    else:
        messages.success(request, done, extra_tags="good")
    return redirect(f"desk:orders:{page}", *args)


def refuse(refusal: Refused) -> Callable[..., Any]:
    """In the place of a service, where it was refused already."""

    def again(**_asked: Any) -> None:
        raise refusal

    return again


def answer(request: HttpRequest, done: str, page: str, /, *args: Any) -> HttpResponse:
    messages.success(request, done, extra_tags="good")
    return redirect(f"desk:orders:{page}", *args)
