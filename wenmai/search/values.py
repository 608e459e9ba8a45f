"""What goes into the index, what is asked of it, what comes back. Plain values, shared with every module above."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

FACETS = ("type", "institution", "region", "licence", "theme", "period", "language", "audience")
Sort = Literal["relevance", "year", "-year", "newest", "title"]
SORTS: tuple[Sort, ...] = ("relevance", "year", "-year", "newest", "title")


@dataclass(frozen=True, slots=True)
class Document:
    """One findable thing.

    `stamp` rises with every change of the thing (microseconds of its last change, say): `check` compares it and the
    sort "newest" goes by it. `facets` maps names of FACETS to codes; a region is given with its ancestors
    (["44", "4403", "440305"]), so that filtering by any of them is one term. `sort_title` is what to sort
    by where that is not the title; it is put into the order of pinyin here. `rank` ≥ 0 raises the
    score by log2(2 + rank).
    """

    kind: str
    key: str
    stamp: int
    title: str
    alternatives: Sequence[str] = ()
    creators: Sequence[str] = ()
    text: str = ""
    facets: Mapping[str, Sequence[str]] = field(default_factory=dict)
    year_from: int | None = None
    year_to: int | None = None
    sort_title: str = ""
    rank: float = 0.0


@dataclass(frozen=True, slots=True)
class Query:
    """What a person asks. Any text is allowed; what is longer than the limits in `rules` is cut and said so.

    `filters`: values of one name are alternatives, names are joined by and. `year_from`/`year_to`: a document is
    found when its own span overlaps. `page` counts from 1. `facets`: the names to count, [] for none. `kind`: which
    registered kind to look in, "" for all.
    """

    text: str = ""
    filters: Mapping[str, Sequence[str]] = field(default_factory=dict)
    year_from: int | None = None
    year_to: int | None = None
    sort: Sort = "relevance"
    page: int = 1
    size: int = 20
    facets: Sequence[str] = ()
    facet_size: int = 50
    kind: str = "record"


@dataclass(frozen=True, slots=True)
class Hit:
    kind: str
    key: str


@dataclass(frozen=True, slots=True)
class Found:
    """`facets`: name -> [(code, exact count)], most frequent first; the counts of a name leave its own filter out, so
    that each says what choosing it would give. `relaxed`: nothing held all of the query, these hold most of it.
    `suggestion`: a query that would find something, or "". `state`: "ready", or "empty" while there is no index.
    `cut`: the query was longer than the limits. `last_page`: the last one that may be asked for.
    """

    total: int = 0
    hits: tuple[Hit, ...] = ()
    facets: Mapping[str, list[tuple[str, int]]] = field(default_factory=dict)
    relaxed: bool = False
    suggestion: str = ""
    took_ms: float = 0.0
    state: Literal["ready", "empty"] = "ready"
    cut: bool = False
    page: int = 1
    last_page: int = 1

    @property
    def keys(self) -> list[str]:
        return [hit.key for hit in self.hits]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A title or a creator's name as it is written, and how many documents carry it."""

    text: str
    role: Literal["title", "creator"]
    count: int


@dataclass(frozen=True, slots=True)
class Difference:
    """How far the index is from what a registered module wants found. What still waits in the outbox is no difference.

    `examples` are a few keys of each.
    """

    kind: str
    documents: int
    expected: int
    missing: int = 0
    extra: int = 0
    stale: int = 0
    examples: tuple[str, ...] = ()

    @property
    def agrees(self) -> bool:
        return not (self.missing or self.extra or self.stale)
