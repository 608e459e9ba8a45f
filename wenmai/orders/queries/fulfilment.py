"""What was said of how it was, what waits for a side, how suppliers are rated, as three sides and other modules ask."""

import datetime as dt
from collections.abc import Sequence
from typing import Any, NamedTuple

from django.db.models import Count, Exists, OuterRef, Q, Sum
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from wenmai.files import queries as files
from wenmai.files.queries import FileView
from wenmai.institutions import queries as institutions
from wenmai.lib import waiting
from wenmai.lib.access import Actor, Scope
from wenmai.lib.evidence import MOST as MOST_PIECES
from wenmai.lib.evidence import Piece
from wenmai.lib.numbers import row_number
from wenmai.lib.waiting import Waits
from wenmai.orders.models import Order, OrderStep, Report
from wenmai.orders.queries.agenda import PAGES
from wenmai.orders.queries.orders import UNREPORTED, orders
from wenmai.orders.rules.fulfilment import SIDES
from wenmai.orders.rules.settings import ARRIVE_HOURS, REPORT_DAYS
from wenmai.orders.rules.states import SERVED, Side, State
from wenmai.people import queries as people
from wenmai.voices.queries import ratings
from wenmai.voices.rules.links import Fulfilment
from wenmai.voices.rules.rated import Attended, Stars

RATED = "order"
"""The kind of what is rated; a key is the number of an order and the side that rates."""
_DEEDS = {"station": "orders.ask", "supplier": "orders.supply"}
_OTHER = {"station": "supplier", "supplier": "station"}


class Said(NamedTuple):
    """A report with its photos, as far as they are kept."""

    report: Report
    photos: list[FileView]


class Chances(NamedTuple):
    """What a side can say now."""

    arrive: bool = False
    meet: bool = False
    done: bool = False
    complain: bool = False
    rate: str = ""


def reports(order_id: int) -> list[Said]:
    rows = list(Report.objects.filter(order=order_id).order_by("pk"))
    views = files.objects([hash for one in rows for hash in one.photos])
    return [Said(one, [views[hash] for hash in one.photos if hash in views]) for one in rows]


def is_one_sided(found: Order) -> bool:
    """Its number is what one side said, since the other was silent for too long."""
    if found.counted is None:
        return False
    return OrderStep.objects.filter(order=found.pk, after=State.DELIVERED, side=Side.CLOCK).exists()


def chances(found: Order, side: str, now: dt.datetime) -> Chances:
    """What would not be refused for its time or its state; the services say so again."""
    if side not in SIDES or found.begins_at is None or found.ends_at is None:
        return Chances()
    organiser_id = found.season.list.organiser_id
    hours = dt.timedelta(hours=int(institutions.setting(ARRIVE_HOURS, organiser_id)))
    days = dt.timedelta(days=int(institutions.setting(REPORT_DAYS, organiser_id)))
    said = {*Report.objects.filter(order=found.pk, side=side).values_list("kind", flat=True)}
    is_coming, has_begun = found.state in (State.CONFIRMED, State.DELIVERING), now >= found.begins_at
    in_time = found.begins_at <= now < found.ends_at + days
    since = found.settled_at or found.ends_at
    may_come = is_coming and found.begins_at - hours <= now < found.ends_at
    return Chances(
        arrive=side == "supplier" and may_come and "arrived" not in said,
        meet=side == "station" and may_come and "met" not in said,
        done=(is_coming or found.state == State.DISPUTED) and in_time and "done" not in said,
        complain=(is_coming or found.state == State.DELIVERED) and has_begun and now < since + days
        and "complaint" not in said,
        rate=f"{found.pk}.{side}" if _rated_from(found) is not None else "",
    )  # fmt: skip


def _rated_from(found: Order) -> dt.datetime | None:
    return found.settled_at if found.state in (State.DELIVERED, State.RATED) else None


def to_report(side: str, scope: Scope, _actor: Actor) -> Waits:
    return waiting.count(orders(scope, side, UNREPORTED).select_related(None), "ends_at")


def disputed(scope: Scope, _actor: Actor) -> Waits:
    rows = Order.objects.filter(season__list__organiser__in=institutions.ids_within(scope), state=State.DISPUTED)
    return waiting.count(rows, "moved_at")


def pieces(
    side: str, scope: Scope, first: dt.datetime, after: dt.datetime, organisation_id: int | None
) -> list[Piece]:  # fmt: skip
    """For the desk's locker, as one side sees it: what was photographed; it belongs to the station."""
    rows = Report.objects.filter(at__gte=first, at__lt=after).exclude(photos=[])
    rows = rows.filter(order__in=orders(scope, side).order_by().values("pk"))
    if organisation_id is not None:
        rows = rows.filter(order__station=organisation_id)
    rows = rows.select_related("order__offer__edition", "order__station").order_by("-at", "-pk")[:MOST_PIECES]
    met = {
        one.order_id: one
        for one in Report.objects.filter(kind=Report.Kind.MET, order__in={each.order_id for each in rows})
    }
    return [
        Piece(
            one.at, str(one.get_kind_display()), _title(one.order), _where(one, met.get(one.order_id)),
            list(one.photos), reverse(PAGES[side], args=[one.order_id]), one.order.station_id, one.by_id,
        )
        for one in rows
    ]  # fmt: skip


def _where(one: Report, met: Report | None) -> str:
    """What was said; of an arrival, also where it was and whether the station has met them."""
    if one.kind != Report.Kind.ARRIVED:
        return " ".join(text for text in (one.place, one.words) if text)
    at = f"{timezone.localtime(met.at):%Y-%m-%d %H:%M}" if met is not None else ""
    seen = _("站点 %(at)s 在%(place)s见到了") % {"at": at, "place": met.place} if met else _("站点没有说见到")
    return " · ".join(text for text in (one.place, one.words, seen) if text)


def _title(found: Order) -> str:
    begins = f" {timezone.localtime(found.begins_at):%Y-%m-%d %H:%M}" if found.begins_at is not None else ""
    return f"{found.offer.edition.title} {found.station.name}{begins}"


def attended(user_id: int, key: str) -> Attended | None:
    """Whoever may act for one of the two sides rates the other one, once for the side."""
    number, _dot, side = key.partition(".")
    found = Order.objects.filter(pk=row_number(number) or 0).select_related(
        "season__list", "offer__product", "offer__edition"
    ).first()  # fmt: skip
    since = _rated_from(found) if found is not None else None
    if found is None or since is None or side not in SIDES or not _acts_for(user_id, found, side):
        return None
    organiser_id, other = found.season.list.organiser_id, _party(found, _OTHER[side])
    return Attended(
        f"{found.pk}.{side}", subject(organiser_id, _OTHER[side], other), organiser_id, found.offer.edition.title, since
    )


def _party(found: Order, side: str) -> int:
    return found.offer.product.supplier_id if side == "supplier" else found.station_id


def _acts_for(user_id: int, found: Order, side: str) -> bool:
    actor, reach = people.actor_numbered(user_id), institutions.reach(_party(found, side))
    return actor is not None and reach is not None and actor.may(_DEEDS[side], reach)


def subject(organiser_id: int, side: str, party: int) -> str:
    """What averages are counted of: one side, as this organiser's orders show it."""
    return f"{organiser_id}.{side}.{party}"


def stars(organiser_id: int, side: str, party: int) -> Stars | None:
    key = subject(organiser_id, side, party)
    return ratings.averages(RATED, [key]).get(key)


def put_stars(rows: Sequence[Any]) -> None:
    """Each of a page of qualifications gets `stars`: its supplier's with that organiser. One statement for all."""
    keys = {one.pk: subject(one.organiser_id, "supplier", one.supplier_id) for one in rows}
    found = ratings.averages(RATED, [*{*keys.values()}])
    for one in rows:
        one.stars = found.get(keys[one.pk])


def records_of(rows: Sequence[Any]) -> dict[tuple[int, int], tuple[int, int, int]]:
    """(organiser, supplier) of some qualifications -> what was delivered, what had been disputed, fen deducted."""
    both = ("season__list__organiser_id", "offer__product__supplier_id")
    here = {
        "season__list__organiser__in": {one.organiser_id for one in rows},
        "offer__product__supplier__in": {one.supplier_id for one in rows},
    }
    disputes = OrderStep.objects.filter(order=OuterRef("pk"), after=State.DISPUTED)
    served = Order.objects.filter(state__in=SERVED, **here).annotate(was_disputed=Exists(disputes)).order_by()
    counts = served.values(*both).annotate(
        delivered=Count("pk", filter=Q(state__in=[State.DELIVERED, State.RATED])),
        disputed=Count("pk", filter=Q(was_disputed=True)), deducted=Sum("deduction"),
    )  # fmt: skip
    return {(one[both[0]], one[both[1]]): (one["delivered"], one["disputed"], one["deducted"]) for one in counts}


def fulfilments(keys: Sequence[str]) -> dict[str, Fulfilment]:
    """Orders as what fulfils a need of the station; there once somebody came."""
    numbers = [number for key in keys if (number := row_number(key)) is not None]
    rows = Order.objects.filter(pk__in=numbers).exclude(state=State.CART).select_related("offer__edition")
    return {
        str(one.pk): Fulfilment(
            one.station_id, one.offer.edition.title, reverse("desk:orders:asked_order", args=[one.pk]), "",
            str(one.get_state_display()), one.state in SERVED and bool(one.counted) and one.settled_at is not None,
        )
        for one in rows
    }  # fmt: skip
