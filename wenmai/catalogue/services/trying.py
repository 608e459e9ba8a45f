import datetime as dt
from collections.abc import Iterable

from wenmai.catalogue.rules import Arrival, Described, Fresh
from wenmai.catalogue.services.intake import describe_one
from wenmai.formats.values import Parsed, Reject
from wenmai.standards import queries as standards


def try_out(records: Iterable[Parsed], *, crosswalk: str, now: dt.datetime) -> list[Described | Reject]:
    """What `take_in` would make of each of these records through the crosswalk, were they new. Changes nothing."""
    compiled = standards.crosswalk(crosswalk)
    return [describe_one(Fresh(Arrival(one), b"", None), compiled, now.date(), False) for one in records]
