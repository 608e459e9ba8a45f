"""Who may take part, decided on plain values, one person at a time."""

import datetime as dt
from typing import NamedTuple

from wenmai.lib.refusal import Refused


class Candidate(NamedTuple):
    """`born`: the day, where the node knows it; `name`: for the sentence that says who may not."""

    id: int
    name: str
    born: dt.date | None


class Demand(NamedTuple):
    age_from: int | None = None
    age_to: int | None = None


def age_on(born: dt.date, day: dt.date) -> int:
    """Whole years; who is born on the 29th of February is a year older on the 1st of March of other years."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def check_candidate(one: Candidate, demand: Demand, day: dt.date) -> None:
    """On the session's day. Refused: age_unknown, too_young, too_old (detail: whose name and which age)."""
    if demand.age_from is None and demand.age_to is None:
        return
    if one.born is None:
        raise Refused("age_unknown", one.name)
    age = age_on(one.born, day)
    if demand.age_from is not None and age < demand.age_from:
        raise Refused("too_young", f"{one.name} ({age} < {demand.age_from})")
    if demand.age_to is not None and age > demand.age_to:
        raise Refused("too_old", f"{one.name} ({age} > {demand.age_to})")
