"""What a person may be about to type: titles and creators that begin so, by characters or by pinyin."""

from collections.abc import Mapping, Sequence

import tantivy

from wenmai.search.index.reading import Snapshot, snapshot
from wenmai.search.queries import building, names
from wenmai.search.queries.names import Name
from wenmai.search.rules import fold
from wenmai.search.rules.folding import spread
from wenmai.search.rules.pinyin import Units, segmentations, syllables, units_of
from wenmai.search.values import Query, Suggestion

LONGEST_PREFIX = 40
MOST_SUGGESTIONS = 20
LONGEST_TAIL = 5


def suggest(
    prefix: str, *, limit: int = 8, kind: str = "record", filters: Mapping[str, Sequence[str]] | None = None
) -> list[Suggestion]:
    """At most `limit` (20), most frequent first, of what passes the filters. Letters are read as a beginning of the
    name or of its pinyin."""
    shot = snapshot()
    typed = " ".join(fold(prefix[:LONGEST_PREFIX]).split())
    if shot is None or not spread(typed).strip():
        return []
    limit = min(max(1, limit), MOST_SUGGESTIONS)
    within = Query(kind=kind, filters=filters or {})
    narrowed = tuple(sorted((name, tuple(codes)) for name, codes in within.filters.items()))
    same = ("suggest", typed, limit, kind, narrowed)
    if same not in shot.kept:
        shot.keep(same, suggested(shot, typed, limit, within))
    found: list[Suggestion] = shot.kept.get(same, [])
    return list(found)


def suggested(shot: Snapshot, typed: str, limit: int, within: Query) -> list[Suggestion]:
    found = names.beginning_with(shot.searcher, typed)
    letters = typed.replace(" ", "").replace("'", "")
    if letters.isascii() and letters.isalpha():
        found += sounding_like(shot.searcher, letters)
    conditions = building.filters(within, shot.kinds)
    return shown(shot.searcher, found, conditions, limit)


def shown(
    searcher: tantivy.Searcher, found: list[Name], conditions: list[building.Engine], limit: int
) -> list[Suggestion]:
    """Spellings of one name are one suggestion, in its most frequent form; counts are counted again, exactly."""
    forms: dict[tuple[str, str], list[Name]] = {}
    for name in sorted(set(found), key=lambda name: -name.carriers):
        forms.setdefault((name.folded, name.role), []).append(name)
    suggestions = []
    for group in list(forms.values())[: limit * 2]:
        exact = sum(names.carried_by(searcher, name, conditions) for name in group)
        if exact:
            suggestions.append(Suggestion(group[0].shown, group[0].role, exact))
    return sorted(suggestions, key=lambda suggestion: -suggestion.count)[:limit]


def sounding_like(searcher: tantivy.Searcher, letters: str) -> list[Name]:
    ways = begun(letters)
    if not ways:
        return []
    roles = names.ROLES if len(letters) > 1 else names.ROLES[:1]  # of titles, one letter says too little
    found = [
        name
        for role in roles
        for name in names.among(searcher, building.sounding_start(names.STARTS[role], ways), role)
    ]
    return [name for name in found if any(begins(name.folded, units) for units in ways)]


def begun(letters: str) -> list[Units]:
    """Ways to read letters whose last syllable may be unfinished: "mengha" is also meng·hao."""
    ways = segmentations(letters)
    for cut in range(max(0, len(letters) - LONGEST_TAIL), len(letters) - 1):
        heads = segmentations(letters[:cut]) if cut else [()]
        tail = letters[cut:]
        longer = sorted(known for known in syllables() if known.startswith(tail) and known != tail)
        ways += [(*head, end) for head in heads[:1] for end in longer]
    return list(dict.fromkeys(ways))[:40]


def begins(folded: str, units: Units) -> bool:
    heard = [character for character in folded if units_of(character)]
    return len(heard) >= len(units) and all(
        unit in units_of(character) for unit, character in zip(units, heard, strict=False)
    )
