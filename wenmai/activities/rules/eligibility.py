"""Who may take part, decided on plain values, one person at a time."""

import datetime as dt
from typing import NamedTuple

from wenmai.lib.refusal import Refused


class Candidate(NamedTuple):
    """`born`: the day, where the node knows it; `name`: for the sentence that says who may not; `lives`: the digits
    with which codes within their place begin, "" where nobody has said, and whether a counter has seen a paper."""

    id: int
    name: str
    born: dt.date | None
    lives: str = ""
    lives_proven: bool = False


class Demand(NamedTuple):
    """`region`: the digits with which codes of places within it begin, "" for everybody; `region_name`: for the
    sentence; `proven`: what people say of themselves is not enough."""

    age_from: int | None = None
    age_to: int | None = None
    region: str = ""
    region_name: str = ""
    proven: bool = False


def age_on(born: dt.date, day: dt.date) -> int:
    """Whole years; who is born on the 29th of February is a year older on the 1st of March of other years."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def check_candidate(one: Candidate, demand: Demand, day: dt.date) -> None:
    """On the session's day. Refused: age_unknown, too_young, too_old (detail: whose name and which age), home_unknown,
    home_vague (the place that they said is larger), home_other, home_unproven (detail: the region)."""
    _check_age(one, demand, day)
    if not demand.region:
        return
    if not one.lives:
        raise Refused("home_unknown", demand.region_name)
    if one.lives != demand.region and demand.region.startswith(one.lives):
        raise Refused("home_vague", demand.region_name)
    if not one.lives.startswith(demand.region):
        raise Refused("home_other", demand.region_name)
    if demand.proven and not one.lives_proven:
        raise Refused("home_unproven", demand.region_name)


def _check_age(one: Candidate, demand: Demand, day: dt.date) -> None:
    if demand.age_from is None and demand.age_to is None:
        return
    if one.born is None:
        raise Refused("age_unknown", one.name)
    age = age_on(one.born, day)
    if demand.age_from is not None and age < demand.age_from:
        raise Refused("too_young", f"{one.name} ({age} < {demand.age_from})")
    if demand.age_to is not None and age > demand.age_to:
        raise Refused("too_old", f"{one.name} ({age} > {demand.age_to})")
