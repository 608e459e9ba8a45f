"""Titles and creators as the index knows them, and how many documents carry them."""

from typing import Literal, NamedTuple

import tantivy

from wenmai.search.index import schema
from wenmai.search.queries import building
from wenmai.search.rules.analysis import NAME_PART
from wenmai.search.rules.pinyin import CREATOR_START, TITLE_START

Role = Literal["title", "creator"]
ROLES: tuple[Role, ...] = ("creator", "title")
FIELDS = {"title": schema.TITLE_NAMES, "creator": schema.CREATOR_NAMES}
STARTS = {"title": TITLE_START, "creator": CREATOR_START}
MOST_NAMES = 24


class Name(NamedTuple):
    """`carriers` may still count documents that were removed since the last merge."""

    folded: str
    shown: str
    role: Role
    carriers: int


def parsed(stored: str, role: Role, carriers: int) -> Name:
    folded, shown = stored.split(NAME_PART)
    return Name(folded, shown, role, carriers)


def beginning_with(searcher: tantivy.Searcher, folded: str) -> list[Name]:
    """Most frequent first."""
    return [
        parsed(stored, role, carriers)
        for role in ROLES
        for stored, carriers in searcher.terms_with_prefix(FIELDS[role], folded, limit=MOST_NAMES)
    ]


def among(searcher: tantivy.Searcher, engine: building.Engine, role: Role) -> list[Name]:
    """The most frequent names of the documents found; few are read, for reading a name is what costs."""
    asked = {"names": {"terms": {"field": FIELDS[role], "size": MOST_NAMES, "segment_size": MOST_NAMES * 2}}}
    buckets = searcher.aggregate(engine, asked)["names"]["buckets"]
    return [parsed(str(bucket["key"]), role, int(bucket["doc_count"])) for bucket in buckets]


def carried_by(searcher: tantivy.Searcher, name: Name, conditions: list[building.Engine]) -> int:
    """How many documents carry the name now."""
    own = building.term(FIELDS[name.role], f"{name.folded}{NAME_PART}{name.shown}")
    return building.count(searcher, building.combined(own, conditions))
