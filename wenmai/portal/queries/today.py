"""What is on: near the place that somebody chose, and where that is too little, in the places around it."""

import datetime as dt
from typing import NamedTuple

from django.core.cache import caches
from django.utils.translation import get_language

from wenmai.activities import queries as activities
from wenmai.booking.values import venues_within
from wenmai.institutions import queries as institutions
from wenmai.institutions.queries import PlaceView
from wenmai.institutions.rules import codes

SHOWN, ENOUGH, KEPT_SECONDS = 6, 3, 5


class OnNow(NamedTuple):
    """`around`: the name of the larger place that was turned to; `today`, `venues`: how many, up to `lists.MOST`."""

    days: list[activities.Day]
    around: str
    region: str
    today: int
    venues: int

    @property
    def lines(self) -> list[activities.Line]:
        return [line for day in self.days for line in day.lines]


class _Ring(NamedTuple):
    code: str
    name: str
    prefix: str


def on_now(place: PlaceView | None, now: dt.datetime, *, for_minors: bool = False) -> OnNow:
    """Kept for a few seconds, as the rest of the first page."""
    key = f"portal.on.{get_language()}.{place.code if place else ''}.{'minors' if for_minors else ''}"
    kept = caches["memory"].get_or_set(key, lambda: _on_now(place, now, for_minors), KEPT_SECONDS)
    assert isinstance(kept, OnNow)
    return kept


def _on_now(place: PlaceView | None, now: dt.datetime, for_minors: bool) -> OnNow:
    """Three sessions are enough: else the county is asked, then the prefecture, the province, everywhere."""
    for ring in _rings(place):
        asked = activities.Asked(region=ring.prefix, for_minors=for_minors)
        rows = list(activities.upcoming(asked, now)[:SHOWN])
        if len(rows) >= ENOUGH:
            break
    around = ring.name if place is not None and ring.code != place.code else ""
    return OnNow(
        activities.days(rows, now), around, ring.code, activities.count_of_day(asked, now),
        venues_within(ring.prefix),
    )  # fmt: skip


def _rings(place: PlaceView | None) -> list[_Ring]:
    """From the place outwards; "" is everywhere."""
    chain = institutions.ancestors(place.code)[::-1] if place else []
    return [*(_Ring(code, name, codes.prefix(code)) for code, name in chain), _Ring("", "", "")]
