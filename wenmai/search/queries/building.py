"""From a question to the engine's query objects. Nothing that a person typed is ever parsed by the engine."""

from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Any

import tantivy

from wenmai.search.index import schema
from wenmai.search.rules.pinyin import Units, coded
from wenmai.search.rules.questions import Part, Question
from wenmai.search.values import Query

TITLE_WEIGHT, CREATOR_WEIGHT = 3.0, 2.0
MOST_COMPLETIONS = 20
FARTHEST_YEAR = 1_000_000
MUST, SHOULD = tantivy.Occur.Must, tantivy.Occur.Should

Engine = tantivy.Query


def term(field: str, text: str) -> Engine:
    return tantivy.Query.term_query(schema.SCHEMA, field, text, index_option="basic")


def scored(field: str, text: str) -> Engine:
    return tantivy.Query.term_query(schema.SCHEMA, field, text, index_option="freq")


def phrase(field: str, tokens: Sequence[str]) -> Engine:
    if len(tokens) == 1:
        return scored(field, tokens[0])
    return tantivy.Query.phrase_query(schema.SCHEMA, field, list(tokens))


def placed(field: str, places: Sequence[tuple[int, str]]) -> Engine:
    """A phrase whose tokens stand at given distances."""
    if len(places) == 1:
        return scored(field, places[0][1])
    first = places[0][0]
    return tantivy.Query.phrase_query(schema.SCHEMA, field, [(place - first, token) for place, token in places])


def sound(units: Units) -> Engine:
    return phrase(schema.SOUNDS, coded(units))


def sounding_start(start: str, ways: Iterable[Units]) -> Engine:
    """Titles or creators (which, says the start) that begin with one of these ways to read letters."""
    return either(phrase(schema.SOUNDS, [start, *coded(units)]) for units in ways)


def every(queries: Iterable[Engine]) -> Engine:
    return tantivy.Query.boolean_query([(MUST, query) for query in queries])


def either(queries: Iterable[Engine], minimum: int = 1) -> Engine:
    return tantivy.Query.boolean_query([(SHOULD, query) for query in queries], minimum_number_should_match=minimum)


def unscored(query: Engine) -> Engine:
    return tantivy.Query.const_score_query(query, 0.0)


def bigrams(run: str) -> list[str]:
    return [run[at : at + 2] for at in range(max(1, len(run) - 1))]


def weighted(must: Engine, title: Engine, creator: Engine) -> Engine:
    """Found by `must`; ranked higher where the title or a creator holds it."""
    return tantivy.Query.boolean_query(
        [
            (MUST, must),
            (SHOULD, tantivy.Query.boost_query(title, TITLE_WEIGHT)),
            (SHOULD, tantivy.Query.boost_query(creator, CREATOR_WEIGHT)),
        ]
    )


def part_query(part: Part) -> Engine:
    if part.shape == "run":
        tokens = bigrams(part.text)
        whole = phrase(schema.EVERYTHING, tokens) if len(part.text) > 1 else term(schema.CHARACTERS, part.text)
        return weighted(whole, phrase(schema.TITLE, tokens), phrase(schema.CREATOR, tokens))
    if part.shape == "exact":
        return weighted(
            placed(schema.EVERYTHING, part.places),
            placed(schema.TITLE, part.places),
            placed(schema.CREATOR, part.places),
        )
    if part.shape == "sound":
        written = every(scored(schema.EVERYTHING, word) for word in part.words)
        return either([written, *map(sound, part.sounds)])
    written = weighted(*(scored(f, part.text) for f in (schema.EVERYTHING, schema.TITLE, schema.CREATOR)))
    return either([written, *map(sound, part.sounds)]) if part.sounds else written


def strict(question: Question) -> Engine | None:
    """Every part; None where nothing was asked."""
    queries = [part_query(part) for part in question.parts]
    if not queries:
        return None
    return queries[0] if len(queries) == 1 else every(queries)


def relaxed(question: Question, searcher: tantivy.Searcher) -> Engine | None:
    """At least half of the pairs and words of the question."""
    pieces = list(chain.from_iterable(loosened(part, searcher) for part in question.parts))
    return either(pieces, (len(pieces) + 1) // 2) if pieces else None


def loosened(part: Part, searcher: tantivy.Searcher) -> list[Engine]:
    if part.shape == "run" and len(part.text) < 3:
        return [every(term(schema.CHARACTERS, character) for character in part.text)]
    if part.shape == "run":
        return [scored(schema.EVERYTHING, token) for token in bigrams(part.text)]
    if part.shape == "exact":
        return [scored(schema.EVERYTHING, token) for _place, token in part.places]
    if part.shape == "sound":
        return [either([scored(schema.EVERYTHING, word), sound((word,))]) for word in spoken(part)]
    completions = searcher.terms_with_prefix(schema.EVERYTHING, part.text, limit=MOST_COMPLETIONS)
    written = [scored(schema.EVERYTHING, token) for token, _count in completions] if len(part.text) > 2 else []
    return [either([scored(schema.EVERYTHING, part.text), *written, *map(sound, part.sounds)])]


def spoken(part: Part) -> Sequence[str]:
    return part.sounds[0] if part.sounds else part.words


def filters(query: Query, kinds: frozenset[str], leaving_out: str = "") -> list[Engine]:
    """One unscored condition per filtered name, year bound and kind; codes of one name are alternatives."""
    found = []
    for name, codes in query.filters.items():
        if name in schema.FACET_FIELDS and name != leaving_out and codes:
            terms = [term(schema.FACET_FIELDS[name], code) for code in codes]
            found.append(unscored(terms[0] if len(terms) == 1 else either(terms)))
    if query.year_to is not None:
        found.append(unscored(year_range(schema.YEAR_FROM, upper=year(query.year_to))))
    if query.year_from is not None:
        found.append(unscored(year_range(schema.YEAR_TO, lower=year(query.year_from))))
    if query.kind and kinds - {query.kind}:
        found.append(unscored(term(schema.KIND, query.kind)))
    return found


def year(typed: int) -> int:
    return max(-FARTHEST_YEAR, min(typed, FARTHEST_YEAR))


def year_range(field: str, *, lower: int | None = None, upper: int | None = None) -> Engine:
    return tantivy.Query.range_query(
        schema.SCHEMA, field, tantivy.FieldType.Integer, lower_bound=lower, upper_bound=upper
    )


def combined(main: Engine | None, conditions: Sequence[Engine]) -> Engine:
    queries = [*([main] if main is not None else []), *conditions]
    if not queries:
        return tantivy.Query.all_query()
    return queries[0] if len(queries) == 1 else every(queries)


def count(searcher: tantivy.Searcher, engine: Engine) -> int:
    result: Any = searcher.search(engine, limit=1)
    return int(result.count)
