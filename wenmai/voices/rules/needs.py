"""What somebody says that they need, as plain values."""

import hashlib
import json
import re
import unicodedata
from typing import NamedTuple

from wenmai.lib import masks
from wenmai.lib.refusal import Refused

WORDS, SHORT, TOPIC, ANSWER, REASON = 1_000, 60, 60, 1_000, 300
MOST_A_DAY, MOST_FROM_ADDRESS, MOST_IN_HOUR = 5, 10, 300
"""Needs of one person on a day, from one address and in the whole node within an hour. Ours."""
MOST_LINES = 100
"""Of a paper list that is typed in at once."""
PERSON, CONTACT, FILE = "voices.person", "voices.contact", "voices.file"
"""What the vault indexes and seals for."""
NUMBER = 40
"""Of a hotline's number."""
REVIEWED = "voices.answer"
_ODD = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")
_PHONES = re.compile(r"(?<!\d)(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?!\d)|(?<!\d)\d{17}[\dXx](?!\d)")


def plain(text: str, most: int, *, lines: bool = False) -> str:
    """Without signs that nobody sees, spaces folded, cut where it is too long; `lines`: they stay lines."""
    whole = _ODD.sub(" ", unicodedata.normalize("NFC", text[: most * 4]).replace("\r\n", "\n").replace("\r", "\n"))
    parts = [" ".join(line.split()) for line in whole.split("\n")]
    return ("\n" if lines else " ").join(part for part in parts if part)[:most].strip()


def names_a_person(text: str) -> bool:
    """Whether a telephone or the number of a document stands in it; what stands in public has none."""
    return _PHONES.search(unicodedata.normalize("NFKC", text)) is not None


def without_numbers(text: str) -> str:
    """The same with a mark where a telephone or the number of a document stands; for lists that leave the desk."""
    return _PHONES.sub(masks.HIDDEN, unicodedata.normalize("NFKC", text)) if names_a_person(text) else text


class Wish(NamedTuple):
    """`kind`: of the vocabulary `need_kind`; `spot`: village or street; `whom`, `wished`: for whom and when."""

    words: str
    kind: str
    spot: str = ""
    whom: str = ""
    wished: str = ""

    def checked(self) -> "Wish":
        """Refused: words_missing, words_long (detail: most)."""
        words = plain(self.words, WORDS + 1, lines=True)
        if len(words) < 2:
            raise Refused("words_missing")
        if len(words) > WORDS:
            raise Refused("words_long", str(WORDS))
        short = {name: plain(getattr(self, name), SHORT) for name in ("spot", "whom", "wished")}
        return self._replace(words=words, **short)


class Face(NamedTuple):
    """What stands in public of a need: what it is about, and the answer, if there is one yet."""

    topic: str
    answer: str = ""

    def checked(self) -> "Face":
        """Refused: topic_missing, names_a_person."""
        topic, answer = plain(self.topic, TOPIC), plain(self.answer, ANSWER, lines=True)
        if not topic:
            raise Refused("topic_missing")
        if names_a_person(topic) or names_a_person(answer):
            raise Refused("names_a_person")
        return Face(topic, answer)

    def written(self) -> dict[str, str]:
        return self._asdict()

    @property
    def hash(self) -> bytes:
        text = json.dumps(self.written(), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).digest()


def checked_reason(text: str) -> str:
    """Refused: reason_missing."""
    kept = plain(text, REASON)
    if not kept:
        raise Refused("reason_missing")
    return kept
