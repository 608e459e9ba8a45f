"""One question, one answer: the page of hits, exact facets, and help where nothing is found."""

import time
from collections import Counter
from collections.abc import Mapping
from typing import Any

import tantivy

from wenmai.search.index import schema
from wenmai.search.index.reading import Snapshot, snapshot
from wenmai.search.queries import building, guessing
from wenmai.search.rules.questions import Question, question
from wenmai.search.values import SORTS, Found, Hit, Query

DEEPEST = 10_000
LARGEST_PAGE = 100
MOST_SETS = 60_000  # facets are exact while there are fewer different sets of codes; the engine refuses 65,000
ORDERS: dict[str, tuple[str, tantivy.Order]] = {
    "year": (schema.YEAR_FROM, tantivy.Order.Asc),
    "-year": (schema.YEAR_FROM, tantivy.Order.Desc),
    "newest": (schema.STAMP, tantivy.Order.Desc),
    "title": (schema.SORT_TITLE, tantivy.Order.Asc),
}
Counts = Mapping[str, list[tuple[str, int]]]


def find(query: Query) -> Found:
    """Never raises for anything a person can type; a page beyond `last_page` has no hits."""
    started = time.perf_counter()
    shot = snapshot()
    if shot is None:
        return Found(state="empty")
    asked = question(query.text)
    conditions = building.filters(query, shot.kinds)
    main = building.strict(asked)
    result = searched(shot.searcher, building.combined(main, conditions), query, bool(asked.parts))
    suggestion, relaxed = "", False
    if asked.parts and not result.count:
        suggestion = guessing.suggestion(shot.searcher, asked, conditions)
        loose = building.relaxed(asked, shot.searcher)
        if loose is not None:
            main, relaxed = loose, True
            result = searched(shot.searcher, building.combined(main, conditions), query, True)
    return answer(shot, query, asked, main, result, relaxed, suggestion, started)


def answer(
    shot: Snapshot,
    query: Query,
    asked: Question,
    main: building.Engine | None,
    result: Any,
    relaxed: bool,
    suggestion: str,
    started: float,
) -> Found:
    total = int(result.count)
    pages = min(-(-total // page_size(query)), DEEPEST // page_size(query))
    return Found(
        total=total,
        hits=hits(shot.searcher, result),
        facets=facets(shot, query, main),
        relaxed=relaxed and total > 0,
        suggestion=suggestion,
        took_ms=(time.perf_counter() - started) * 1000,
        cut=asked.cut,
        page=page_number(query),
        last_page=max(1, pages),
    )


def page_size(query: Query) -> int:
    return min(max(1, query.size), LARGEST_PAGE)


def page_number(query: Query) -> int:
    return min(max(1, query.page), DEEPEST // page_size(query))


def searched(searcher: tantivy.Searcher, engine: building.Engine, query: Query, has_text: bool) -> Any:
    size = page_size(query)
    sort = query.sort if query.sort in SORTS else "relevance"
    if sort == "relevance" and not has_text:
        sort = "newest"
    if sort == "relevance":
        order: dict[str, Any] = {"weight_by_field": schema.RANK}
    else:
        field, direction = ORDERS[sort]
        order = {"order_by_field": field, "order": direction}
    return searcher.search(engine, limit=size, offset=(page_number(query) - 1) * size, **order)


def hits(searcher: tantivy.Searcher, result: Any) -> tuple[Hit, ...]:
    found = []
    for _score, address in result.hits:
        kind, _colon, key = str(searcher.doc(address).get_first(schema.ID)).partition(":")
        found.append(Hit(kind, key))
    return tuple(found)


def facets(shot: Snapshot, query: Query, main: building.Engine | None) -> Counts:
    """Counted once per commit for each question: the second page of hits asks for the same."""
    names = tuple(name for name in query.facets if name in schema.FACET_FIELDS)
    if not names:
        return {}
    same = (
        query.text,
        tuple(sorted((name, tuple(codes)) for name, codes in query.filters.items())),
        (query.year_from, query.year_to, query.kind, names, query.facet_size),
    )
    found: Counts | None = shot.kept.get(same)
    if found is None:
        found = counted(shot, query, main, names)
        shot.keep(same, found)
    return found


def counted(shot: Snapshot, query: Query, main: building.Engine | None, names: tuple[str, ...]) -> Counts:
    """Names without a filter of their own in one walk, each of the others in one more."""
    free = [name for name in names if not query.filters.get(name)]
    groups = [("", free), *((name, [name]) for name in names if name not in free)]
    found: dict[str, list[tuple[str, int]]] = {}
    for leaving_out, group in groups:
        if group:
            engine = building.combined(main, building.filters(query, shot.kinds, leaving_out))
            found |= terms(shot.searcher, engine, group, query.facet_size)
    return {name: found[name] for name in names}


def terms(
    searcher: tantivy.Searcher, engine: building.Engine, names: list[str], size: int
) -> dict[str, list[tuple[str, int]]]:
    """Each document has its codes as one value: these are counted, then taken apart."""
    counted = {"size": MOST_SETS, "segment_size": MOST_SETS}
    asked = {name: {"terms": {"field": schema.COUNT_FIELDS[name], **counted}} for name in names}
    answered = searcher.aggregate(engine, asked)
    return {name: rolled_up(answered[name]["buckets"], size) for name in names}


def rolled_up(buckets: list[dict[str, Any]], size: int) -> list[tuple[str, int]]:
    counts: Counter[str] = Counter()
    for bucket in buckets:
        for code in set(str(bucket["key"]).split(schema.CODE_PART)):
            counts[code] += int(bucket["doc_count"])
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[: max(1, size)]
