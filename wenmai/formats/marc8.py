"""MARC-8 to Unicode (Library of Congress, MARC 21 Specifications, Character Sets), with pymarc's code tables.

East Asian characters (EACC) are three bytes each; a mark stands before the letter that it belongs to.
"""

import re
import unicodedata
from codecs import charmap_decode
from functools import lru_cache
from typing import NamedTuple

from pymarc.marc8_mapping import CODESETS, ODD_MAP

from wenmai.formats.characters import resolve_references

_LATIN, _ANSEL, _EACC = 0x42, 0x45, 0x31
_ESCAPE = re.compile(rb"\x1b(?:(\$)?([(,)\-])!?([\x31-\x34\x42\x45\x4e\x51\x53])|(\$)(\x31)|([bgps]))")
_PLAIN = re.compile(rb"[\x20-\x7e]+")
_JOINERS = {0x8D: "\u200d", 0x8E: "\u200c", 0x88: "", 0x89: ""}  # the last two mark what is not sorted
_UNKNOWN = "\ufffd"


class Decoded(NamedTuple):
    """The text, in normal form C, and how many characters have no meaning in the set in force (U+FFFD)."""

    text: str
    unknown: int


class _Sets:
    """The two sets in force, and what was decoded so far."""

    def __init__(self) -> None:
        self.left, self.right = _LATIN, _ANSEL
        self.text: list[str] = []
        self.marks: list[str] = []
        self.unknown = 0

    def put(self, text: str) -> None:
        """Adds text; marks that wait go behind its first character."""
        if self.marks:
            text = text[:1] + "".join(self.marks) + text[1:]
            self.marks.clear()
        self.text.append(text)

    def put_code(self, code: int, in_set: int) -> None:
        """Adds the character with that code in the set; a mark waits for its letter."""
        found = CODESETS[in_set].get(code)
        if found is None:
            odd = ODD_MAP.get(code)
            self.unknown += odd is None
            self.put(_UNKNOWN if odd is None else chr(odd))
        elif found[1]:
            self.marks.append(chr(found[0]))
        else:
            self.put(chr(found[0]))


def decode(raw: bytes) -> Decoded:
    """Decodes one subfield; the basic sets are in force at its start. What is clear between two escapes is decoded in
    one go, the rest character by character."""
    sets = _Sets()
    position = 0
    while position < len(raw):
        end = raw.find(b"\x1b", position)
        end = len(raw) if end < 0 else end
        if end == position:
            position = _escape(sets, raw, position)
        elif _decode_clear(sets, raw[position:end]):
            position = end
        else:
            position = _decode_each(sets, raw, position, end)
    if sets.marks:
        sets.put("")
    return Decoded(unicodedata.normalize("NFC", "".join(sets.text)), sets.unknown)


def _decode_clear(sets: _Sets, raw: bytes) -> bool:
    """Adds bytes that all have a meaning in the sets in force; False, and nothing added, when some have none."""
    if sets.left == _EACC:
        words = [
            "".join([_WIDE.get(word[place : place + 3], "\0") for place in range(0, len(word), 3)])
            for word in raw.split(b" ")
        ]
        text = " ".join(words)
        if "\0" in text:
            return False
    elif b"&#" in raw:
        return False
    else:
        table = _table(sets.left, sets.right)
        try:
            text = charmap_decode(raw, "strict", table.characters)[0]
        except UnicodeDecodeError:
            return False
        if table.marked and (found := table.marked.search(text)):
            if text[-1] in table.marks:
                return False
            text = text[: found.start()] + table.marked.sub(_turn, text[found.start() :])
    sets.put(text)
    return True


# Three bytes of EACC -> the character, for those that are no marks.
_WIDE = {code.to_bytes(3, "big"): chr(found) for code, (found, mark) in CODESETS[_EACC].items() if not mark}


class _Table(NamedTuple):
    """Two sets together: a character for each byte (U+FFFE: none), and marks with the letter behind them."""

    characters: str
    marks: str
    marked: re.Pattern[str] | None


@lru_cache(64)
def _table(left: int, right: int) -> _Table:
    characters, marks = ["\ufffe"] * 256, ""
    for in_set, codes in ((left, range(0x21, 0x7F)), (right, range(0xA1, 0xFF))):
        for code in codes:
            found = CODESETS[in_set].get(code) if in_set != _EACC else None
            if found:
                characters[code] = chr(found[0])
                marks += chr(found[0]) if found[1] else ""
    characters[0x20] = " "
    if left == _LATIN:
        characters[0x21:0x7F] = map(chr, range(0x21, 0x7F))
    return _Table("".join(characters), marks, re.compile(f"([{marks}]+)([^{marks}]|$)") if marks else None)


def _turn(found: re.Match[str]) -> str:
    return found[2] + found[1]


def _decode_each(sets: _Sets, raw: bytes, position: int, end: int) -> int:
    """Adds the characters before the end, where an escape stands; gives the place behind the last of them."""
    while position < end:
        byte = raw[position]
        if byte == 0x20:
            sets.put(" ")
            position += 1
        elif byte < 0x80 and sets.left == _LATIN:
            run = _PLAIN.match(raw, position)
            sets.put(resolve_references(run.group().decode("ascii")) if run else "")
            position = run.end() if run else position + 1
        else:
            position = _coded(sets, raw, position)
    return position


def _escape(sets: _Sets, raw: bytes, position: int) -> int:
    """Changes a set; an escape that means nothing is dropped and counted."""
    found = _ESCAPE.match(raw, position)
    if not found:
        sets.unknown += 1
        return position + 1
    _, side, final, wide, _, technique = found.groups()
    if wide:
        sets.left = _EACC
    elif technique:
        sets.left = _LATIN if technique == b"s" else technique[0]
    elif side in b"(,":
        sets.left = final[0]
    else:
        sets.right = final[0]
    return found.end()


def _coded(sets: _Sets, raw: bytes, position: int) -> int:
    """Adds the character at the position and gives the next position."""
    byte = raw[position]
    right = byte >= 0x80
    in_set = sets.right if right else sets.left
    if byte in _JOINERS:
        sets.put(_JOINERS[byte]) if _JOINERS[byte] else None
        return position + 1
    if byte < 0x20 or 0x80 <= byte < 0xA0:
        return position + 1
    if in_set == _EACC:
        code = int.from_bytes(raw[position : position + 3], "big") & (0x7F7F7F if right else 0xFFFFFF)
        if position + 3 > len(raw) or code not in CODESETS[_EACC]:
            return _broken_wide(sets, raw, position, code)
        sets.put_code(code, _EACC)
        return position + 3
    sets.put_code(byte, in_set)
    return position + 1


def _broken_wide(sets: _Sets, raw: bytes, position: int, code: int) -> int:
    """Three bytes that are no East Asian character: most often the way back to Latin letters was forgotten."""
    if position + 3 <= len(raw) and code in ODD_MAP:
        sets.put(chr(ODD_MAP[code]))
        return position + 3
    sets.unknown += 1
    sets.put(_UNKNOWN)
    for skip in (1, 2):  # a byte is missing or too many: go on where two characters follow each other
        if all(
            int.from_bytes(raw[place : place + 3], "big") in CODESETS[_EACC]
            for place in (position + skip, position + skip + 3)
        ):
            return position + skip
    return min(position + 3, len(raw))
