"""What a person typed, taken apart: quoted phrases, runs of ideographs, words, pinyin. No syntax can be wrong."""

import re
from functools import lru_cache
from typing import Literal, NamedTuple

from wenmai.search.rules.analysis import pieces
from wenmai.search.rules.folding import spread
from wenmai.search.rules.pinyin import Units, segmentations

LONGEST_QUERY = 400
MOST_PARTS = 16
LONGEST_RUN = 64
_QUOTED = re.compile(r"[\"“”＂]([^\"“”＂]*)[\"“”＂]")


class Part(NamedTuple):
    """`run`: ideographs in one stretch. `word`: letters or digits, with the ways to read them as pinyin. `exact`: a
    quoted phrase as (place, token) with gaps where it was punctuated, in `places`. `sound`: words that only make sense
    together, as pinyin ("meng hao ran"), with `words` as they were typed."""

    shape: Literal["run", "word", "exact", "sound"]
    text: str
    sounds: tuple[Units, ...] = ()
    places: tuple[tuple[int, str], ...] = ()
    words: tuple[str, ...] = ()


class Question(NamedTuple):
    parts: tuple[Part, ...]
    cut: bool


def question(text: str) -> Question:
    """At most 400 characters, 16 parts, and 64 characters to a part; `cut` says that something was left off."""
    asked = _read(text[:LONGEST_QUERY])
    return asked if len(text) <= LONGEST_QUERY else asked._replace(cut=True)


@lru_cache(maxsize=256)
def _read(shown: str) -> Question:
    """Kept for a moment: a page of results asks for every title, creator and excerpt that it marks."""
    parts: list[Part] = []
    last = 0
    for quoted in _QUOTED.finditer(shown):
        parts += loose(shown[last : quoted.start()])
        parts += exact(quoted[1])
        last = quoted.end()
    parts += loose(shown[last:])
    unique = list(dict.fromkeys(parts))
    return Question(tuple(unique[:MOST_PARTS]), len(unique) > MOST_PARTS)


def exact(text: str) -> list[Part]:
    places: list[tuple[int, str]] = []
    place = 0
    for stretch in spread(text).split():
        for piece, ideographs in pieces(stretch):
            grams = [piece[at : at + 2] for at in range(max(1, len(piece) - 1))] if ideographs else [piece]
            places += [(place + step, gram) for step, gram in enumerate(grams)]
            place += len(grams)
        place += 1
    if not places:
        return []
    if len(places) == 1 and len(places[0][1]) == 1:
        return loose(text)
    return [Part("exact", spread(text).strip(), places=tuple(places[:LONGEST_RUN]))]


def loose(text: str) -> list[Part]:
    parts: list[Part] = []
    words: list[str] = []
    for stretch in spread(text).split():
        for piece, ideographs in pieces(stretch):
            if ideographs:
                parts += spoken(words)
                parts += [Part("run", piece[at : at + LONGEST_RUN]) for at in range(0, len(piece), LONGEST_RUN)]
                words = []
            else:
                words.append(piece)
    return parts + spoken(words)


def spoken(words: list[str]) -> list[Part]:
    """Words that follow each other. Where one of them is a lone syllable all of them are also read as one name."""
    heard = [tuple(filter(sounding, segmentations(word))) for word in words]
    alone = [segmentations(word) for word in words]
    if len(words) > 1 and all(alone) and any(len(ways[0]) == 1 for ways in alone):
        joined = tuple(unit for ways in alone for unit in ways[0])
        return [Part("sound", " ".join(words), sounds=(joined,), words=tuple(words))]
    return [Part("word", word, sounds=ways) for word, ways in zip(words, heard, strict=True)]


def sounding(units: Units) -> bool:
    """A single letter is no pinyin; a syllable, or two letters, may be."""
    return len(units) > 1 or len(units[0]) > 1
