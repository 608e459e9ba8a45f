"""Many words looked for in a text at once: by their first two characters, in one walk.

Width, case, Latin accents, traditional and old forms do not matter, as in the search. A word of Latin letters counts
as a whole word only.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from wenmai.search.rules import fold

AROUND = 16
"""Characters shown on either side."""


class Found(NamedTuple):
    """A word of a list's version, where it occurs, with what stands around it."""

    version_id: int
    word: str
    before: str
    found: str
    after: str


class Screen:
    """The words of several versions: (version, its words)."""

    def __init__(self, versions: Iterable[tuple[int, Sequence[str]]]) -> None:
        self.heads: dict[str, list[tuple[str, int, str]]] = {}
        for version_id, words in versions:
            for word in words:
                folded = fold(word)
                self.heads.setdefault(folded[:2], []).append((folded, version_id, word))

    def __bool__(self) -> bool:
        return bool(self.heads)

    def find(self, text: str) -> Iterator[Found]:
        """In the order of the text."""
        folded, heads = fold(text), self.heads
        for start in range(len(folded) - 1):
            met = heads.get(folded[start : start + 2])
            if met is not None:
                for word, version_id, as_written in met:
                    end = start + len(word)
                    if folded.startswith(word, start) and not _cut(folded, start, end):
                        yield Found(
                            version_id, as_written, text[max(start - AROUND, 0) : start], text[start:end],
                            text[end : end + AROUND],
                        )  # fmt: skip


def _cut(folded: str, start: int, end: int) -> bool:
    """Whether a word of letters is only a piece of a longer one."""
    return _joined(folded[start - 1 : start], folded[start]) or _joined(folded[end : end + 1], folded[end - 1])


def _joined(outside: str, inside: str) -> bool:
    return bool(outside) and outside.isascii() and outside.isalnum() and inside.isascii() and inside.isalnum()
