"""Did you mean: a name that sounds the same or differs in one character, a word with a slip of the finger."""

from collections.abc import Iterable, Iterator
from itertools import islice, product
from string import ascii_lowercase

import tantivy

from wenmai.search.index import schema
from wenmai.search.queries import building, names
from wenmai.search.queries.names import Name
from wenmai.search.rules.analysis import NAME_PART
from wenmai.search.rules.pinyin import Units, is_syllables, segmentations, units_of
from wenmai.search.rules.questions import Part, Question, question

MOST_PARTS = 4
LONGEST_NAME = 12
MOST_READINGS = 16
MOST_SLIPS = 60
MOST_WORDS = 2_000


def suggestion(searcher: tantivy.Searcher, asked: Question, conditions: list[building.Engine]) -> str:
    """A query that has hits under the same filters, or ""; parts that find something by themselves stay."""
    if len(asked.parts) > MOST_PARTS:
        return ""
    changed, words = False, []
    for part in asked.parts:
        better = "" if has_hits(searcher, building.part_query(part)) else guessed(searcher, part)
        changed = changed or bool(better)
        words.append(better or part.text)
    text = " ".join(words)
    engine = building.strict(question(text)) if changed else None
    return text if engine and has_hits(searcher, building.combined(engine, conditions)) else ""


def has_hits(searcher: tantivy.Searcher, engine: building.Engine) -> bool:
    return building.count(searcher, engine) > 0


def guessed(searcher: tantivy.Searcher, part: Part) -> str:
    if part.shape == "run" and 2 <= len(part.text) <= LONGEST_NAME:
        return homophone(searcher, part.text) or one_off(searcher, part.text)
    if part.shape == "word" and len(part.text) > 3 and part.text.isalpha():
        return misspelt_sound(searcher, part.text) or misspelt_word(searcher, part.text)
    return ""


def homophone(searcher: tantivy.Searcher, run: str) -> str:
    """孟浩染 -> 孟浩然: the most frequent name of the same length that can be read alike."""
    heard = [tuple(unit for unit in units_of(character) if len(unit) > 1) for character in run]
    ways = list(islice(product(*heard), MOST_READINGS))
    if not ways:
        return ""
    found = named(searcher, ways)
    return best(name for name in found if name.folded != run and alike(name.folded, heard))


def named(searcher: tantivy.Searcher, ways: list[Units]) -> Iterator[Name]:
    for role in names.ROLES:
        yield from names.among(searcher, building.sounding_start(names.STARTS[role], ways), role)


def alike(folded: str, heard: list[Units]) -> bool:
    return len(folded) == len(heard) and all(
        set(units_of(character)) & set(units) for character, units in zip(folded, heard, strict=True)
    )


def one_off(searcher: tantivy.Searcher, run: str) -> str:
    """A name of three characters or more that differs in one, has one more or one less."""
    if len(run) < 3:
        return ""
    found: list[Name] = []
    for role in names.ROLES:
        near = tantivy.Query.fuzzy_term_query(
            schema.SCHEMA, names.FIELDS[role], run + NAME_PART, distance=1, prefix=True
        )
        found += names.among(searcher, near, role)
    return best(name for name in found if distance(name.folded, run) == 1)


def best(found: Iterable[Name]) -> str:
    return max(found, key=lambda name: (name.carriers, name.shown), default=Name("", "", "title", 0)).shown


def misspelt_sound(searcher: tantivy.Searcher, typed: str) -> str:
    """menghaorang -> 孟浩然: one letter more, less, other or swapped, where that is a name's whole pinyin."""
    ways = list(dict.fromkeys(whole_sounds(typed)))[:MOST_SLIPS]
    if not ways:
        return ""
    found = named(searcher, ways)
    return best(name for name in found if any(reads(name.folded, units) for units in ways))


def whole_sounds(typed: str) -> Iterator[Units]:
    for slip in slips(typed):
        if is_syllables(slip):
            yield from (units for units in segmentations(slip)[:1] if len(units) > 1)


def reads(folded: str, units: Units) -> bool:
    return len(folded) == len(units) and all(
        unit in units_of(character) for unit, character in zip(units, folded, strict=True)
    )


def slips(typed: str) -> Iterator[str]:
    for at in range(len(typed), -1, -1):
        head, tail = typed[:at], typed[at:]
        yield head + tail[1:]
        if len(tail) > 1:
            yield head + tail[1] + tail[0] + tail[2:]
        for letter in ascii_lowercase:
            yield head + letter + tail
            yield head + letter + tail[1:]


def misspelt_word(searcher: tantivy.Searcher, typed: str) -> str:
    """The most frequent word with the same first two letters, one slip away, or two in a long word."""
    near = 1 if len(typed) < 6 else 2
    known = searcher.terms_with_prefix(schema.EVERYTHING, typed[:2], limit=MOST_WORDS)
    return next((word for word, _count in known if 0 < distance(word, typed) <= near), "")


def distance(one: str, other: str) -> int:
    """Levenshtein; 9 for words whose lengths are far apart."""
    if abs(len(one) - len(other)) > 2:
        return 9
    row = list(range(len(other) + 1))
    for place, character in enumerate(one, 1):
        before, row = row, [place]
        for at, target in enumerate(other):
            row.append(min(before[at + 1] + 1, row[at] + 1, before[at] + (character != target)))
    return row[-1]
