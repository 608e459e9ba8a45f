"""What a reader gets to see: everything, or in the mode for minors what is made for them.

A pool is a filter of the index, so that hits, facets and numbers agree; the pages of single records ask the catalogue.
"""

from collections.abc import Mapping, Sequence

from django.core.cache import caches

from wenmai.catalogue import queries as catalogue
from wenmai.search import queries as search
from wenmai.search.values import Query
from wenmai.standards import queries as standards

Pool = Mapping[str, tuple[str, ...]]
EVERYTHING: Pool = {}
MOST_INSTITUTIONS = 100_000
KEPT_SECONDS = 30


def minors() -> Pool:
    """By the vocabulary of audiences; which of them are in it is a default of ours."""
    return {"audience": tuple(standards.pool("minors"))}


def holds(pool: Pool, record_id: int) -> bool:
    return not pool or bool(inside(pool, [record_id]))


def inside(pool: Pool, record_ids: Sequence[int]) -> frozenset[int]:
    return catalogue.inside(record_ids, pool["audience"]) if pool else frozenset(record_ids)


def counts(pool: Pool) -> Mapping[int, int]:
    """Records of each institution that has any."""
    if not pool:
        return catalogue.latest_counts()
    kept = caches["memory"].get_or_set("portal.pool.counts", lambda: _counted(pool), KEPT_SECONDS)
    assert isinstance(kept, dict)
    return kept


def _counted(pool: Pool) -> dict[int, int]:
    found = search.find(Query(filters=pool, facets=("institution",), facet_size=MOST_INSTITUTIONS, size=1))
    return {int(code): count for code, count in found.facets.get("institution", ())}


def newest(pool: Pool, count: int, organisation_id: int | None = None) -> list[catalogue.Card]:
    """Of a pool, the last that came in."""
    own = {"institution": (str(organisation_id),)} if organisation_id else {}
    found = search.find(Query(filters={**pool, **own}, sort="newest", size=count))
    return catalogue.cards([int(key) for key in found.keys])
