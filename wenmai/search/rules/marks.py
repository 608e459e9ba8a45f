"""Where a query stands in a text that a person will read. Offsets are those of the original text."""

from collections.abc import Iterator
from typing import NamedTuple

from wenmai.search.rules.folding import fold
from wenmai.search.rules.pinyin import spans
from wenmai.search.rules.questions import Part, question

Span = tuple[int, int]
LONGEST_HEARD = 200
MOST_SPANS = 500


class Excerpt(NamedTuple):
    """A stretch of the text around the first marks; `marks` are offsets in `text`."""

    text: str
    marks: list[Span]
    starts_text: bool
    ends_text: bool


def highlights(text: str, query: str) -> list[Span]:
    """Non-overlapping (start, end) in `text`, in order. A run that does not occur whole is marked by its pairs.

    Pinyin is looked for in the first 200 characters only: it belongs to titles and names.
    """
    folded = fold(text)
    found: list[Span] = []
    for part in question(query).parts:
        found += part_spans(folded, part)
        if len(found) > MOST_SPANS:
            break
    return merged(found[:MOST_SPANS])


def part_spans(folded: str, part: Part) -> list[Span]:
    if part.shape in {"run", "exact"}:
        pieces = part.text.split()
        return [span for piece in pieces for span in (occurrences(folded, piece) or pairs(folded, piece))]
    found = [span for word in (part.words or (part.text,)) for span in words(folded, word)]
    for units in part.sounds:
        found += spans(folded[:LONGEST_HEARD], units)
    return found


def occurrences(folded: str, piece: str) -> list[Span]:
    found: list[Span] = []
    at = folded.find(piece)
    while at >= 0 and len(found) < MOST_SPANS:
        found.append((at, at + len(piece)))
        at = folded.find(piece, at + len(piece))
    return found


def pairs(folded: str, piece: str) -> list[Span]:
    grams = [piece[at : at + 2] for at in range(len(piece) - 1)]
    return [span for gram in dict.fromkeys(grams) for span in occurrences(folded, gram)]


def words(folded: str, word: str) -> Iterator[Span]:
    """Whole words, not "an" in "stand"."""
    for start, end in occurrences(folded, word):
        before, after = folded[start - 1 : start], folded[end : end + 1]
        if not (letter(before) or letter(after)):
            yield start, end


def letter(character: str) -> bool:
    return character.isalnum() and character < "\u2e80"


def merged(found: list[Span]) -> list[Span]:
    ordered: list[Span] = []
    for start, end in sorted(found):
        if ordered and start <= ordered[-1][1]:
            ordered[-1] = (ordered[-1][0], max(end, ordered[-1][1]))
        else:
            ordered.append((start, end))
    return ordered


def excerpt(text: str, query: str, size: int = 80) -> Excerpt:
    """At most `size` characters, beginning a little before the first mark."""
    marks = highlights(text, query)
    first = marks[0][0] if marks else 0
    start = max(0, min(first - size // 5, len(text) - size))
    end = min(len(text), start + size)
    inside = [(max(a, start) - start, min(b, end) - start) for a, b in marks if a < end and b > start]
    return Excerpt(text[start:end], inside, start == 0, end == len(text))
