"""From a document to what the engine is given. Any change here or in the tables raises VERSION: rebuild the index."""

import re
import sys
from array import array
from collections.abc import Iterator
from operator import add
from typing import NamedTuple

from wenmai.search.rules import pinyin
from wenmai.search.rules.folding import FOREIGN, GAP, RUNS, fold, spread
from wenmai.search.values import Document

VERSION = 1
LONGEST_WORD = 64
LONGEST_TEXT = 200_000
LONGEST_NAME = 40
NAME_PART = "\x1f"
PARTING = " | "
CODES = f"utf-32-{sys.byteorder[0]}e"
_MARKS = re.compile("[\u0300-\u036f]")


class Analysed(NamedTuple):
    """Tokens joined by spaces; `characters` as they stand; `sounds` one string a title or creator; names whole."""

    title: str
    creator: str
    everything: str
    characters: str
    sounds: list[str]
    title_names: list[str]
    creator_names: list[str]
    sort_title: str


def bigrams(run: str) -> str:
    """ "床前明月" -> "床前 前明 明月"; a lone character stays."""
    return " ".join(map(add, run, run[1:])) or run


def neighbours(text: str) -> str:
    """Each character with the next one, parted by spaces: "床前 明" -> "床前 前   明"."""
    codes = array("I", text.encode(CODES))
    pairs = array("I", (0x20,)) * (3 * len(codes) - 3)
    pairs[0::3], pairs[1::3] = codes[:-1], codes[1:]
    return pairs.tobytes().decode(CODES)


def bigrams_of_runs(spaced: str) -> str:
    """Where runs meet, three spaces: beside them the halves of a pair that is none are cut off."""
    parts = neighbours(f" {spaced.strip()} ").strip().split("   ")
    return f" {GAP} ".join([part[2:-2] or part[0] for part in parts if part])


def word(run: str) -> str:
    return (run if run.isascii() else _MARKS.sub("", run))[:LONGEST_WORD]


def pieces(run: str) -> Iterator[tuple[str, bool]]:
    """A stretch without spaces, cut where ideographs and letters meet: (piece, whether it is ideographs)."""
    for piece in RUNS.findall(run):
        ideographs = FOREIGN.match(piece) is None
        yield (piece if ideographs else word(piece)), ideographs


def tokens_of(spaced: str) -> str:
    """Tokens of a text that `spread` has made."""
    if FOREIGN.search(spaced) is None:
        return bigrams_of_runs(spaced)
    return f" {GAP} ".join(map(tokens_of_run, spaced.split()))


def tokens_of_run(run: str) -> str:
    if run.isascii():
        return run[:LONGEST_WORD]
    if FOREIGN.search(run) is None:
        return bigrams(run)
    return " ".join(bigrams(piece) if ideographs else piece for piece, ideographs in pieces(run))


def tokens(text: str) -> str:
    return tokens_of(spread(text))


def name(text: str) -> str:
    """How a title or creator stands in the list of names: folded, as written."""
    shown = " ".join(text[: LONGEST_NAME * 2].split())[:LONGEST_NAME]
    return f"{fold(shown)}{NAME_PART}{shown}"


def analyse(document: Document) -> Analysed:
    titles = [document.title, *document.alternatives]
    title_text, creator_text = PARTING.join(titles), PARTING.join(document.creators)
    spaced = spread(PARTING.join((title_text, creator_text, document.text[:LONGEST_TEXT])))
    first, second = len(title_text), len(title_text) + len(PARTING) + len(creator_text)
    title, creator = tokens_of(spaced[:first]), tokens_of(spaced[first:second])
    return Analysed(
        title=title,
        creator=creator,
        everything=f" {GAP} ".join(filter(None, (title, creator, tokens_of(spaced[second:])))),
        characters=spaced,
        sounds=[pinyin.sounds(pinyin.TITLE_START, one) for one in titles]
        + [pinyin.sounds(pinyin.CREATOR_START, one) for one in document.creators],
        title_names=[name(one) for one in titles if one.strip()],
        creator_names=[name(one) for one in document.creators if one.strip()],
        sort_title=pinyin.sort_title(document.sort_title or document.title),
    )
