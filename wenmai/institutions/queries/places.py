"""Places as values: on a day, upwards, and through time."""

import datetime as dt
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Exists, Max, OuterRef, Q, QuerySet

from wenmai.institutions.models import Change, Organisation, Place, PlaceEdition, PlaceSuccession
from wenmai.institutions.rules import codes
from wenmai.institutions.rules.divisions import agrees


@dataclass(frozen=True, slots=True)
class PlaceView:
    """A place under one code, name and parent: `valid_from` inclusive, `valid_to` exclusive, None today."""

    id: int
    code: str
    prefix: str
    name: str
    level: int
    parent_id: int | None
    parent_code: str | None
    zone: bool
    outside_denominators: bool
    demo: bool
    valid_from: dt.date
    valid_to: dt.date | None
    differs: bool
    source: str


class Succession(NamedTuple):
    """One step: what became of `before` on a day. Without `after` it was abolished into nobody knows what."""

    before: PlaceView
    kind: str
    on: dt.date
    after: PlaceView | None

    @property
    def kind_words(self) -> str:
        return str(Change(self.kind).label)


_COLUMNS = (
    "id", "code", "prefix", "name", "level", "parent_id", "parent__code", "zone", "outside_denominators", "demo",
    "valid_from", "valid_to", "differs", "source",
)  # fmt: skip


def place(code: str, on: dt.date | None = None) -> PlaceView | None:
    """Who carries the code today, or carried it on a day. "44" and "4401" are understood too."""
    return next(iter(_views(_standing(on), code=codes.full(code))), None)


def places(*, level: int | None = None, within: str = "", on: dt.date | None = None) -> list[PlaceView]:
    """Places in the order of their codes; `within` is a code, and the place itself is among them."""
    conditions: dict[str, Any] = {} if level is None else {"level": level}
    if within:
        conditions["prefix__startswith"] = codes.prefix(codes.full(within))
    return _views(_standing(on), **conditions)


class Recognised(NamedTuple):
    """Code -> our place; and (code, their name, our name) where a code is shared under two names, "" for none."""

    places: dict[str, PlaceView]
    disagreeing: list[tuple[str, str, str]]


def recognise(named: Mapping[str, str], on: dt.date | None = None) -> Recognised:
    """Which of another source's places (code -> name) are ours: by the code and the name, never by the code alone."""
    wanted = list({codes.full(code) for code in named})
    ours = {view.code: view for view in _views(_standing(on), code__in=wanted)}
    recognised = Recognised({}, [])
    for code, name in named.items():
        found = ours.get(codes.full(code))
        if found and agrees(name, found.name):
            recognised.places[code] = found
        else:
            recognised.disagreeing.append((code, name, found.name if found else ""))
    return recognised


def successors(code: str, on: dt.date) -> list[Succession]:
    """What the place that carried the code on that day became next; empty when it still stands or is unknown."""
    found = place(code, on)
    return _steps(PlaceSuccession.objects.filter(predecessor_id=found.id)) if found else []


def became(place_ids: Sequence[int]) -> list[Succession]:
    """What these places became next, oldest step first."""
    return _steps(PlaceSuccession.objects.filter(predecessor_id__in=list(place_ids)))


def lineage(place_id: int) -> list[Succession]:
    """Every step that led to this place and every step that followed, oldest first."""
    with connection.cursor() as cursor:
        cursor.execute(_LINEAGE, {"place": place_id})
        steps = [row[0] for row in cursor.fetchall()]
    return _steps(PlaceSuccession.objects.filter(id__in=steps))


_LINEAGE = """
WITH RECURSIVE
 later(id, successor_id) AS (
  SELECT id, successor_id FROM institutions_placesuccession WHERE predecessor_id = %(place)s
  UNION SELECT s.id, s.successor_id FROM institutions_placesuccession s JOIN later l
    ON s.predecessor_id = l.successor_id),
 earlier(id, predecessor_id) AS (
  SELECT id, predecessor_id FROM institutions_placesuccession WHERE successor_id = %(place)s
  UNION SELECT s.id, s.predecessor_id FROM institutions_placesuccession s JOIN earlier e
    ON s.successor_id = e.predecessor_id)
SELECT id FROM later UNION SELECT id FROM earlier
"""


def ancestors(code: str) -> list[tuple[str, str]]:
    """(code, name) from the province down to the place itself; empty for an unknown code.

    A code of the past gives the places it belonged to when last in use. Counties and above are answered from
    memory; what another process loads is seen within half a minute.
    """
    known, code = _regions(), codes.full(code)
    if code not in known:
        return list(_chain(code))
    chain, here = [], code
    while here:
        name, above = known[here]
        chain.append((here, name))
        here = above
    return chain[::-1]


def region_options() -> dict[str, str]:
    """Code -> name of every province, prefecture and county of today, for facets."""
    return {code: name for code, (name, _above) in _regions().items()}


def holders(code: str) -> list[PlaceView]:
    """Everybody who ever carried the code, the latest first."""
    return _views(Q(code=codes.full(code)))[::-1]


def parts(place_id: int) -> list[PlaceView]:
    """What lies directly below a place: today, or when it ended; those on which the sources differ last."""
    whole = Place.objects.filter(id=place_id).values_list("valid_to", flat=True).first()
    rows = _views(Q(parent_id=place_id, valid_to=whole))
    return sorted(rows, key=lambda one: one.differs)


def served_parts(parent_id: int | None) -> list[PlaceView]:
    """What lies directly below a place (None: the provinces) and has an open institution within it."""
    here = Organisation.objects.filter(closed_on=None, place__prefix__startswith=OuterRef("prefix"))
    return _views(Q(Exists(here)), parent_id=parent_id, valid_to=None)


_kept: tuple[float, object, dict[str, tuple[str, str]]] | None = None
LOOK_AGAIN_SECONDS = 30


def forget() -> None:
    """The places changed: read them again when next asked."""
    global _kept  # noqa: PLW0603 — the memory of this process
    _kept = None
    _chain.cache_clear()


def _regions() -> dict[str, tuple[str, str]]:
    """Code -> (name, code above or "")."""
    global _kept  # noqa: PLW0603
    now = time.monotonic()
    if _kept and now - _kept[0] < LOOK_AGAIN_SECONDS:
        return _kept[2]
    stamp = (
        Place.objects.aggregate(last=Max("id"))["last"],
        PlaceEdition.objects.aggregate(last=Max("id"))["last"],
    )
    if _kept and _kept[1] == stamp:
        _kept = (now, stamp, _kept[2])
        return _kept[2]
    rows = Place.objects.filter(valid_to=None, level__lte=codes.COUNTY).order_by("code")
    regions = {code: (name, above or "") for code, name, above in rows.values_list("code", "name", "parent__code")}
    _chain.cache_clear()
    _kept = (now, stamp, regions)
    return regions


@lru_cache(maxsize=20_000)
def _chain(code: str) -> tuple[tuple[str, str], ...]:
    with connection.cursor() as cursor:
        cursor.execute(_CHAIN, [code])
        return tuple(cursor.fetchall())


_CHAIN = """
WITH RECURSIVE chain(id, code, name, level, parent_id) AS (
  (SELECT id, code, name, level, parent_id FROM institutions_place WHERE code = %s
    ORDER BY valid_to DESC NULLS FIRST LIMIT 1)
  UNION ALL
  SELECT p.id, p.code, p.name, p.level, p.parent_id FROM institutions_place p JOIN chain c ON p.id = c.parent_id)
SELECT code, name FROM chain ORDER BY level
"""


def _standing(on: dt.date | None) -> Q:
    return Q(valid_to=None) if on is None else Q(valid_from__lte=on) & (Q(valid_to=None) | Q(valid_to__gt=on))


def _views(*filters: Q, **conditions: Any) -> list[PlaceView]:
    rows = Place.objects.filter(*filters, **conditions).order_by("code", "valid_from").values_list(*_COLUMNS)
    return [PlaceView(*row) for row in rows]


def _steps(rows: QuerySet[PlaceSuccession]) -> list[Succession]:
    links: Sequence[tuple[int, int | None, str, dt.date]] = list(
        rows.order_by("on", "id").values_list("predecessor_id", "successor_id", "kind", "on")
    )
    wanted = {place_id for link in links for place_id in link[:2] if place_id is not None}
    views = {view.id: view for view in _views(id__in=wanted)}
    return [Succession(views[b], kind, on, views[a] if a is not None else None) for b, a, kind, on in links]
