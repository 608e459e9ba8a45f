"""What the two sides say of how it was, and what the organiser decides where they do not agree."""

from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from wenmai.files import services as files
from wenmai.lib.access import door
from wenmai.lib.numbers import row_number
from wenmai.lib.refusal import Refused
from wenmai.orders import services
from wenmai.orders.rules import fen
from wenmai.orders.rules.fulfilment import MOST_PHOTOS, Said
from wenmai.orders.staff.doors import ASK, CHANGE, SUPPLY, by, do
from wenmai.orders.staff.orders import of_county, of_station, of_supplier

PAGES = {"supplier": "given_order", "station": "asked_order"}


@require_POST
@door(SUPPLY, of=of_supplier)
def given_report(request: HttpRequest, order_id: int, kind: str) -> HttpResponse:
    return _report(request, order_id, "supplier", kind)


@require_POST
@door(ASK, of=of_station)
def asked_report(request: HttpRequest, order_id: int, kind: str) -> HttpResponse:
    return _report(request, order_id, "station", kind)


def _report(request: HttpRequest, order_id: int, side: str, kind: str) -> HttpResponse:
    deeds: dict[str, tuple[Callable[..., Any], str]] = {
        "done": (_done, _("记下了。双方的人数都有了就算定。")),
        "complaint": (services.complain, _("记下了，由主办机构裁定。")),
    }
    if side == "supplier":
        deeds["arrived"] = (services.arrive, _("记下了，到达的时间是现在。"))
    else:
        deeds["met"] = (services.meet, _("记下了，您现在见到了他们。"))
    if kind not in deeds:
        raise Http404
    service, done = deeds[kind]
    asked: dict[str, Any] = {"order_id": order_id}
    if kind not in ("arrived", "met"):
        asked["side"] = side
    if kind == "done":
        asked["heads"] = request.POST.get("heads", "")[:12]

    def act(**given: Any) -> None:
        service(said=_said(request), **given)

    return do(request, act, done, PAGES[side], order_id, **asked)


def _done(*, heads: str, **asked: Any) -> None:
    services.report_done(heads=_count(heads), **asked)


def _count(written: str) -> int:
    """What is no number is refused as a number that is odd."""
    found = row_number(written.strip())
    return 0 if written.strip() == "0" else found if found is not None else -1


def _said(request: HttpRequest) -> Said:
    """Refused: as `stored_photos`."""
    return Said(request.POST.get("words", "")[:800], request.POST.get("place", "")[:240], stored_photos(request))


def stored_photos(request: HttpRequest) -> tuple[str, ...]:
    """Hashes. Refused: photos_many, and as `files.store_photo`."""
    given = request.FILES.getlist("photos")
    if len(given) > MOST_PHOTOS:
        raise Refused("photos_many", str(MOST_PHOTOS))
    return tuple(files.store_photo(file, name=file.name or "", **by(request)).hash for file in given)


@require_POST
@door(CHANGE, of=of_county)
def decide(request: HttpRequest, order_id: int) -> HttpResponse:
    """How many came, what is taken off the price, because of whom, and why."""
    said = request.POST

    def act(**given: Any) -> None:
        services.decide_dispute(
            heads=_count(said.get("heads", "")[:12]), deduction=written_fen(said.get("yuan", "")[:20]),
            cause=said.get("cause", "")[:20], reason=said.get("reason", "")[:800], **given,
        )  # fmt: skip

    return do(request, act, _("裁定了，双方都看得到。"), "order", order_id, order_id=order_id)


def written_fen(written: str) -> int:
    """-1 where it is no amount: refused as one that is odd."""
    try:
        found = Decimal(written.strip() or "0")
    except InvalidOperation:
        return -1
    if not found.is_finite() or abs(found) > 1_000_000_000 or found * 100 != (found * 100).to_integral_value():
        return -1
    return fen(found)
