"""Titles and creators as the index knows them: folded, as written, role; with how many documents carry them."""

from typing import NamedTuple

import tantivy

from wenmai.search.index import schema
from wenmai.search.queries import building
from wenmai.search.rules.analysis import NAME_PART

MOST_NAMES = 200


class Name(NamedTuple):
    folded: str
    shown: str
    role: str
    carriers: int


def parsed(stored: str, count: int) -> Name:
    folded, shown, role = stored.split(NAME_PART)
    return Name(folded, shown, role, count)


def beginning_with(searcher: tantivy.Searcher, folded: str, limit: int = MOST_NAMES) -> list[Name]:
    """Most frequent first; counts may still hold documents that were removed since."""
    return [parsed(*pair) for pair in searcher.terms_with_prefix(schema.NAMES, folded, limit=limit)]


def among(searcher: tantivy.Searcher, engine: building.Engine) -> list[Name]:
    """The names of the documents found, most frequent first."""
    asked = {"names": {"terms": {"field": schema.NAMES, "size": MOST_NAMES}}}
    buckets = searcher.aggregate(engine, asked)["names"]["buckets"]
    return [parsed(str(bucket["key"]), int(bucket["doc_count"])) for bucket in buckets]


def carried_by(searcher: tantivy.Searcher, name: Name, conditions: list[building.Engine]) -> int:
    """How many documents carry the name now."""
    own = building.term(schema.NAMES, NAME_PART.join(name[:3]))
    return building.count(searcher, building.combined(own, conditions))
