"""What was delivered, as everybody reads it: what kind of thing, where, when, to how many. Of prices and of what was
offered and not taken nothing stands here, and no person."""

import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple

from django.db.models import QuerySet

from wenmai.institutions import queries as institutions
from wenmai.orders.models import Order
from wenmai.orders.queries.fulfilment import RATED, subject
from wenmai.orders.rules.states import State
from wenmai.voices.queries import ratings
from wenmai.voices.rules.rated import Stars

MOST_STATIONS = 500


class Delivered(NamedTuple):
    """`title`: of what the review has passed and is on show still; of anything else only its kind. `stars`: the
    supplier's, as stations have rated it."""

    order: Order
    title: str
    kind: str
    stars: Stars | None


def delivered(*, region: str = "", times: tuple[dt.datetime, dt.datetime] | None = None) -> "QuerySet[Order]":
    """Somebody came to it. `region`: a place's prefix; `times`: begins within. The newest first."""
    rows = Order.objects.filter(state__in=[State.DELIVERED, State.RATED], counted__gt=0)
    if region:
        rows = rows.filter(station__place__prefix__startswith=region)
    if times is not None:
        rows = rows.filter(begins_at__gte=times[0], begins_at__lt=times[1])
    rows = rows.select_related(
        "offer__edition", "offer__product__supplier", "station__place", "season__list", "request"
    )
    return rows.order_by("-begins_at", "-pk")


def delivered_lines(rows: Sequence[Order]) -> list[Delivered]:
    """A page of them; averages in two statements, however many."""
    keys = {one.pk: _subject(one) for one in rows}
    found = ratings.averages(RATED, [*{*keys.values()}])
    return [Delivered(one, *_said(one), found.get(keys[one.pk])) for one in rows]


def _subject(one: Order) -> str:
    return subject(one.season.list.organiser_id, "supplier", one.offer.product.supplier_id)


def _said(one: Order) -> tuple[str, str]:
    kind = str((one.request or one.offer.edition).get_kind_display())
    in_public = one.request is None and one.offer.product.shown_id is not None
    return (one.offer.edition.title if in_public else kind), kind


def delivered_regions() -> list[tuple[str, str]]:
    """Code and name of the places to whose stations something was delivered."""
    numbers = delivered().order_by().values_list("station", flat=True).distinct()[:MOST_STATIONS]
    found = {one.place_code: one.place_name for one in institutions.organisations(numbers).values()}
    return sorted(found.items())
