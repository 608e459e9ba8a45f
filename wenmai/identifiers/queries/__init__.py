"""Reading names: what one says today, what leads where, what is not as it should be."""

from wenmai.identifiers.queries.names import DEEPEST, history, names, names_at, resolve, standings
from wenmai.identifiers.queries.staff import Known, known, number_of, organisation_of, reserved

__all__ = [
    "DEEPEST",
    "Known",
    "history",
    "known",
    "names",
    "names_at",
    "number_of",
    "organisation_of",
    "reserved",
    "resolve",
    "standings",
]
