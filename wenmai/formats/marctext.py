"""In which encoding the text of an ISO 2709 record is: what its leader says, if its bytes agree."""

from collections.abc import Callable, Iterable

from wenmai.formats.characters import looks_like_gb18030
from wenmai.formats.iso5426 import decode_iso5426
from wenmai.formats.values import Note

Decode = Callable[[bytes], str]

_FOLDED = b" " * 128 + b"x" * 128
_CYRILLIC = ("cp866", "cp1251")


class Decoder:
    """Decodes the fields of one record and remembers what it met."""

    def __init__(self, encoding: str, note: str = "") -> None:
        self.encoding = encoding
        self.unknown = 0
        self._note = note
        self.decode: Decode = {"marc8": self._marc8, "iso5426": decode_iso5426, "mixed": self._mixed}.get(
            encoding, self._plain
        )

    def decode_all(self, contents: list[bytes]) -> list[str]:
        """The texts of all fields; in one go where that is possible."""
        if self.encoding in ("ascii", "utf-8", "gb18030"):
            texts = b"\x1e".join(contents).decode(self.encoding, "replace").split("\x1e")
            if len(texts) == len(contents) and not any("\ufffd" in text for text in texts):
                return texts
        if self.encoding == "marc8":
            texts = b"\x1e".join(contents).decode("latin-1").split("\x1e")
            return [
                text if text.isascii() and "\x1b" not in text else self._marc8(content)
                for text, content in zip(texts, contents, strict=True)
            ]
        return [self.decode(content) for content in contents]

    def notes(self) -> list[Note]:
        """What is to be said about the record's encoding."""
        notes = [Note("encoding", self._note)] if self._note else []
        if self.unknown:
            notes.append(Note("characters", f"{self.unknown} characters have no meaning in their set."))
        return notes

    def _plain(self, raw: bytes) -> str:
        try:
            return raw.decode(self.encoding)
        except UnicodeDecodeError:
            self.unknown += 1
            return raw.decode(self.encoding, "replace")

    def _marc8(self, raw: bytes) -> str:
        if raw.isascii() and b"\x1b" not in raw:
            return raw.decode("ascii")
        from wenmai.formats import marc8  # its tables take a quarter of a second: only where somebody has MARC-8

        texts = []
        for part in raw.split(b"\x1f"):
            if part.isascii() and b"\x1b" not in part:
                texts.append(part.decode("ascii"))
                continue
            text, unknown = marc8.decode(part)
            self.unknown += unknown
            texts.append(text)
        return "\x1f".join(texts)

    def _mixed(self, raw: bytes) -> str:
        """A record that is UTF-8 for the most part: other fields are MARC-8, or hold bytes without meaning."""
        try:
            return raw.decode("utf-8")
        except UnicodeDecodeError:
            text = raw.decode("utf-8", "replace")
            if any(char > "\x7f" and char != "\ufffd" for char in text):
                self.unknown += text.count("\ufffd")
                return text
            return self._marc8(raw)


def choose_decoder(raw: bytes, leader: str, pieces: Iterable[tuple[str, bytes]], family: str, encoding: str) -> Decoder:
    """The decoder for a record, by the operator's word, its bytes, its leader or field 100, in this order."""
    if encoding:
        return Decoder(encoding)
    if raw.isascii():
        return Decoder("marc8" if b"\x1b" in raw and family == "marc21" else "ascii")
    return _choose_for_unimarc(raw, pieces) if family == "unimarc" else _choose_for_marc21(raw, leader)


def _choose_for_marc21(raw: bytes, leader: str) -> Decoder:
    says_utf8 = leader[9:10] == "a"
    if _is_utf8(raw):
        return Decoder("utf-8", "" if says_utf8 else "The leader says MARC-8, the record is UTF-8.")
    if _is_wide(raw) and looks_like_gb18030(raw):
        return Decoder("gb18030", "The record is GB18030; its leader cannot say so.")
    if says_utf8 and _has_wide(raw):
        return Decoder("mixed", "The leader says UTF-8, but some bytes are not.")
    return _choose_eight_bit(raw, says_utf8)


def _choose_for_unimarc(raw: bytes, pieces: Iterable[tuple[str, bytes]]) -> Decoder:
    """UTF-8, GB18030, Cyrillic or, what the standard presumes, ISO 5426 (field 100 $a/26-29 often says otherwise)."""
    declared = _declared_sets(pieces)
    if _is_utf8(raw):
        return Decoder("utf-8", "" if declared.startswith("50") else "Field 100 does not say that it is UTF-8.")
    note = "Field 100 says UTF-8, the record is {}." if declared.startswith("50") else ""
    if _is_wide(raw) and looks_like_gb18030(raw):
        return Decoder("gb18030", note.format("GB18030"))
    if cyrillic := _cyrillic(raw):
        return Decoder(cyrillic, f"The record is in {cyrillic}.")
    if note and _has_wide(raw):
        return Decoder("mixed", "Field 100 says UTF-8, but some bytes are not.")
    return Decoder("iso5426", note.format("ISO 5426"))


def _declared_sets(pieces: Iterable[tuple[str, bytes]]) -> str:
    for tag, content in pieces:
        if tag == "100":
            start = content.find(b"\x1fa")
            return content[start + 28 : start + 32].decode("ascii", "replace") if start >= 0 else ""
    return ""


def _choose_eight_bit(raw: bytes, says_utf8: bool) -> Decoder:
    says = "The leader says UTF-8" if says_utf8 else "The leader says MARC-8"
    if b"\x1b" not in raw and (cyrillic := _cyrillic(raw)):
        return Decoder(cyrillic, f"{says}, the record is in {cyrillic}.")
    return Decoder("marc8", f"{says}, the record is MARC-8." if says_utf8 else "")


def _is_utf8(raw: bytes) -> bool:
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _has_wide(raw: bytes) -> bool:
    """Whether any characters of several bytes are good UTF-8."""
    return any(char > "\x7f" and char != "\ufffd" for char in raw.decode("utf-8", "replace"))


def _is_wide(raw: bytes) -> bool:
    """Whether the bytes that are not ASCII stand together: an accent in Latin text stands alone."""
    words = raw.translate(_FOLDED).split()
    return sum(len(word) for word in words if len(word) > 1) * 10 >= sum(map(len, words)) * 8


def _cyrillic(raw: bytes) -> str:
    """A Cyrillic code page in which nearly all that is not ASCII are letters in words, and most of them small."""
    if not _is_wide(raw):
        return ""
    for encoding in _CYRILLIC:
        wide = [char for char in raw.decode(encoding, "replace") if char > "\x7f"]
        small = sum("а" <= char <= "я" for char in wide)
        letters = sum("А" <= char <= "ё" for char in wide)
        if len(wide) >= 8 and letters * 100 >= len(wide) * 95 and small * 10 >= len(wide) * 6:
            return encoding
    return ""
