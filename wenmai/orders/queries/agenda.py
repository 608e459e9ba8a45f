"""What is on its way to a station, for the desk's board."""

import datetime as dt

from django.urls import reverse

from wenmai.lib.access import Scope
from wenmai.lib.agenda import MOST, Happening
from wenmai.orders.models import Kept
from wenmai.orders.queries.orders import orders
from wenmai.orders.rules.states import SERVED, TIMED, State

WARNS = (State.DISPATCHED, State.ACCEPTED, State.DISPUTED)
PAGES = {"county": "desk:orders:order", "station": "desk:orders:asked_order", "supplier": "desk:orders:given_order"}


def happenings(
    side: str, scope: Scope, first: dt.datetime, after: dt.datetime, organisation_id: int | None
) -> list[Happening]:
    """Orders with a time, as one side sees them; they stand at the station."""
    rows = orders(scope, side).filter(state__in=(*TIMED, *SERVED), begins_at__lt=after, ends_at__gt=first)
    if organisation_id is not None:
        rows = rows.filter(station=organisation_id)
    found = list(rows[:MOST])
    kept: dict[int, list[str]] = {}
    for order_id, stay_id in Kept.objects.filter(order__in=found).values_list("order_id", "stay_id"):
        kept.setdefault(order_id, []).append(f"stay:{stay_id}")
    return [
        Happening(
            one.begins_at, one.ends_at, one.offer.edition.title, one.place, reverse(PAGES[side], args=[one.pk]),
            one.station_id, str(one.get_state_display()), "warn" if one.state in WARNS else "",
            heads=one.heads, same=(f"order:{one.pk}", *kept.get(one.pk, [])), yields=side != "county",
        )
        for one in found
        if one.begins_at is not None and one.ends_at is not None
    ]  # fmt: skip
