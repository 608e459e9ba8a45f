"""What is on in a month, a week or on a day: a few of each day and how many there are, in two questions."""

import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple

from django.contrib.postgres.aggregates import ArrayAgg
from django.contrib.postgres.fields.array import SliceTransform  # type: ignore[attr-defined]
from django.db.models import Count, QuerySet
from django.db.models.functions import TruncDate
from django.utils import timezone

from wenmai.activities.models import Session
from wenmai.activities.queries.public import Asked, narrowed
from wenmai.activities.rules import State
from wenmai.activities.rules.sessions import LONGEST
from wenmai.lib import clock

MOST_GOING_ON = 20


class Tile(NamedTuple):
    """One session in a day of the calendar."""

    activity_id: int
    title: str
    place: str
    begins_at: dt.datetime
    ends_at: dt.datetime
    state: str
    is_over: bool
    demo: bool

    @property
    def is_off(self) -> bool:
        return self.state in (State.CANCELLED, State.POSTPONED)


class Cell(NamedTuple):
    """A day: its first sessions, and how many there are in all. `outside`: of the month before or after."""

    day: dt.date
    tiles: list[Tile]
    total: int
    outside: bool

    @property
    def more(self) -> int:
        return self.total - len(self.tiles)


def of_day(asked: Asked, day: dt.date) -> "QuerySet[Session]":
    """All that begin on that day, past ones too, in order."""
    last = day + dt.timedelta(days=1)
    rows = narrowed(
        Session.objects.filter(begins_at__gte=clock.midnight(day), begins_at__lt=clock.midnight(last)), asked
    )
    return rows.select_related("activity__shown", "activity__organisation").order_by("begins_at", "pk")


def cells(asked: Asked, days: Sequence[dt.date], first: dt.date, after: dt.date, each: int) -> list[Cell]:
    """Every day with its first `each` sessions; a session of several days stands at its first."""
    low, high = clock.midnight(days[0]), clock.midnight(days[-1] + dt.timedelta(days=1))
    rows = narrowed(Session.objects.filter(begins_at__gte=low, begins_at__lt=high), asked).order_by()
    day = TruncDate("begins_at", tzinfo=timezone.get_default_timezone())
    some = SliceTransform(1, each, ArrayAgg("pk", order_by=("begins_at", "pk")))
    found = list(rows.values(day=day).annotate(total=Count("pk"), some=some).values_list("day", "total", "some"))
    tiles = _tiles([pk for _day, _total, some in found for pk in some])
    shown: dict[dt.date, list[Tile]] = {}
    for one in tiles:
        shown.setdefault(timezone.localdate(one.begins_at), []).append(one)
    counts = {one: total for one, total, _some in found}
    return [Cell(one, shown.get(one, []), counts.get(one, 0), not first <= one < after) for one in days]


def going_on(asked: Asked, first: dt.date) -> list[Tile]:
    """What began on an earlier day and has not ended: exhibitions and camps."""
    at = clock.midnight(first)
    rows = narrowed(Session.objects.filter(begins_at__gt=at - LONGEST, begins_at__lt=at, ends_at__gt=at), asked)
    return _tiles(rows.order_by("ends_at", "pk").values_list("pk", flat=True)[:MOST_GOING_ON])


def _tiles(numbers: "Sequence[int] | QuerySet[Session, int]") -> list[Tile]:
    now = timezone.now()
    names = ("activity_id", "activity__shown__title", "activity__shown__place", "begins_at", "ends_at", "state")
    rows = Session.objects.filter(pk__in=list(numbers)).order_by("begins_at", "pk")
    return [
        Tile(number, title, place, begins, ends, state, ends <= now, demo)
        for number, title, place, begins, ends, state, demo in rows.values_list(*names, "activity__demo")
    ]
