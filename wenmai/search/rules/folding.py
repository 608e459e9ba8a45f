"""One character to one character: offsets in the folded text are offsets in the original."""

import re
import unicodedata
from pathlib import Path

TABLES = Path(__file__).parent / "tables"
KEPT = 60_000
SPACE, LOST = 0x20, 0xFFFD
GAP = "|"  # stands between runs and is dropped by the engine, which keeps its position: no phrase spans a comma
# what is written without spaces: ideographs, kana, Yi, hangul, private-use characters of official names
CJK = "\u2e80-\ua4cf\uac00-\ud7ff\ue000-\ufaff\U0001b000-\U0001b2ff\U00020000-\U0003ffff\U000f0000-\U0010ffff"
RUNS = re.compile(f"[{CJK}]+|[^{CJK} ]+")
FOREIGN = re.compile(f"[^{CJK} ]")


def read_folds() -> dict[int, int]:
    table = {}
    for line in (TABLES / "fold.tsv").read_text(encoding="utf-8").splitlines():
        target, sources = line.split("\t")
        table.update(dict.fromkeys(map(ord, sources), ord(target)))
    return table


class Folds(dict[int, int]):
    """For str.translate: knows the table and learns, up to a limit, which characters stay as they are."""

    def __missing__(self, code: int) -> int:
        target = self.other(code)
        if len(self) < KEPT:
            self[code] = target
        return target

    def other(self, code: int) -> int:
        return LOST if 0xD800 <= code < 0xE000 else code


class Words(Folds):
    """The same, and whatever is neither letter, mark nor number becomes a space."""

    def __init__(self) -> None:
        super().__init__({code: self.other(target) for code, target in read_folds().items()})

    def other(self, code: int) -> int:
        character = chr(super().other(code))
        category = unicodedata.category(character)
        return code if category[0] in "LMN" or category == "Co" else SPACE


FOLDS = Folds(read_folds())
WORDS = Words()


def fold(text: str) -> str:
    """Width, case, Latin accents, traditional and old forms taken away; exactly as long as `text`."""
    return text.translate(FOLDS)


def spread(text: str) -> str:
    """Folded, with every character that separates words or runs turned into a space; as long as `text`."""
    return text.translate(WORDS)
