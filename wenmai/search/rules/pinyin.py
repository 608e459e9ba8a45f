"""Readings of characters, and what letters that somebody typed may stand for. Tones are only used for sorting."""

import functools
import re
from collections.abc import Iterator

from wenmai.search.rules.folding import GAP, KEPT, TABLES, fold

LONGEST_SOUNDED = 40
LONGEST_TYPED = 30
SORTED_CHARACTERS = 24
MOST_SEGMENTATIONS = 4
FIRST_UNIT = 0xE002
TITLE_START, CREATOR_START = "\ue000", "\ue001"  # take the first position, so that a beginning can be asked for
INITIALS = frozenset("abcdefghjklmnopqrstwxyz")
BLENDS = {"zh": "z", "ch": "c", "sh": "s"}
_LETTERS = re.compile(r"[a-z]+")

Units = tuple[str, ...]


def spellings(syllable: str) -> tuple[str, ...]:
    """ü is typed as v or u."""
    return (syllable, syllable.replace("v", "u")) if "v" in syllable else (syllable,)


@functools.cache
def readings() -> dict[str, tuple[str, ...]]:
    """Folded character -> its readings with tone digit, the usual one first."""
    table = {}
    for line in (TABLES / "readings.tsv").read_text(encoding="utf-8").splitlines():
        values, characters = line.split("\t")
        table.update(dict.fromkeys(characters, tuple(values.split(","))))
    return table


@functools.cache
def syllables() -> frozenset[str]:
    return frozenset(
        spelling for values in set(readings().values()) for value in values for spelling in spellings(value[:-1])
    )


@functools.lru_cache(maxsize=30_000)
def units_of(character: str) -> Units:
    """Everything a folded character may be typed as: each reading in full, and its first letter."""
    full = [spelling for value in readings().get(character, ()) for spelling in spellings(value[:-1])]
    return tuple(dict.fromkeys([*full, *(spelling[0] for spelling in full)]))


@functools.cache
def units() -> dict[str, str]:
    """Unit -> the one private-use character that stands for it in the index, so that a word of the index holds all
    that a character may be typed as and the engine can split it without leaving the position."""
    known = sorted(syllables() | INITIALS)
    return {unit: chr(FIRST_UNIT + number) for number, unit in enumerate(known)}


def coded(units_: Units) -> list[str]:
    known = units()
    return [known[unit] for unit in units_]


class Sounds(dict[int, str]):
    """For str.translate: a character, folded or not, becomes its units and a space, or a silent place."""

    def __missing__(self, code: int) -> str:
        value = "".join(coded(units_of(fold(chr(code))))) + " " if fold(chr(code)) in readings() else f"{GAP} "
        if len(self) < KEPT:
            self[code] = value
        return value


SOUNDS = Sounds()


def sounds(start: str, text: str) -> str:
    """The start, then words of units for the first 40 characters; what has no reading is a silent position."""
    return f"{start} {text[:LONGEST_SOUNDED].translate(SOUNDS)}"


class Order(dict[int, str]):
    """For str.translate: a character, folded or not, becomes its usual reading with tone; letters and digits stay."""

    def __missing__(self, code: int) -> str:
        character = fold(chr(code))
        known = readings().get(character)
        value = f"{known[0]} " if known else character if character.isalnum() or character == " " else ""
        if len(self) < KEPT:
            self[code] = value
        return value


ORDER = Order()


def sort_title(title: str) -> str:
    """A key in the order of pinyin, then tone; letters and digits as they are."""
    return title[:SORTED_CHARACTERS].translate(ORDER).strip()


@functools.cache
def _syllables_only() -> re.Pattern[str]:
    return re.compile(f"(?:{'|'.join(sorted(syllables(), key=len, reverse=True))})+")


def is_syllables(typed: str) -> bool:
    """Whether letters can be read as whole syllables."""
    return len(typed) <= LONGEST_TYPED and _syllables_only().fullmatch(typed) is not None


def segmentations(typed: str) -> list[Units]:
    """The ways to read letters as syllables and first letters, fewest first letters first, at most four.

    "menghaoran" -> meng·hao·ran; "liqzhao" -> li·q·zhao; "xian" -> xian, xi·an; [] where there is none.
    """
    if not _LETTERS.fullmatch(typed) or len(typed) > LONGEST_TYPED:
        return []
    best = _best_ends(typed)[0]
    if not best:
        return []
    fewest = best[0][0]
    return [units for letters, _count, units in best if letters == fewest]


def _best_ends(typed: str) -> list[list[tuple[int, int, Units]]]:
    """For every start, the best (first letters, units, the units) that reach the end."""
    ends: list[list[tuple[int, int, Units]]] = [[] for _ in typed] + [[(0, 0, ())]]
    for start in range(len(typed) - 1, -1, -1):
        found = {
            (letters + cost, count + 1, (unit, *units))
            for length, unit, cost in _units_at(typed, start)
            for letters, count, units in ends[start + length]
        }
        ends[start] = sorted(found)[:MOST_SEGMENTATIONS]
    return ends


def _units_at(typed: str, start: int) -> Iterator[tuple[int, str, int]]:
    """(length, unit, 1 for a first letter) of what may begin here."""
    for length in range(1, 7):
        part = typed[start : start + length]
        if len(part) == length and part in syllables():
            yield length, part, 0
    if typed[start] in INITIALS:
        yield 1, typed[start], 1
    if typed[start : start + 2] in BLENDS:
        yield 2, BLENDS[typed[start : start + 2]], 1


def spans(folded: str, units: Units) -> Iterator[tuple[int, int]]:
    """Where a folded text can be read as these units."""
    heard = [units_of(character) for character in folded]
    for start in range(len(heard) - len(units) + 1):
        if all(unit in heard[start + step] for step, unit in enumerate(units)):
            yield start, start + len(units)
