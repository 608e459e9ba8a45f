"""Where one ISO 2709 record ends and the next begins: by the sign at its end, by its length when that fits.

The length in the leader is often wrong (it counts characters, it overflowed, a tool cut the record); the end
sign 1D never stands inside text of any encoding in use. Records that are put apart by line ends are read too.
"""

import re
from collections.abc import Iterator
from typing import BinaryIO

from wenmai.formats.iso2709 import parse_record
from wenmai.formats.values import Limits, Note, Outcome, Reject, reject

_BETWEEN = b"\r\n\t \x00\x1a\xef\xbb\xbf"
_LEADER = re.compile(rb"[0-9 ]{5}[a-z ][a-z ][a-z #][a-z0-9 #|\-].22[0-9]{5}[^\x1e\x1f]{3}45[0 ][0 ]")
_CHUNK = 1 << 18
_LENGTH = Note("length", "The leader gives a wrong length.")
_NO_END = Note("terminator", "The record has no end sign.")


def read_marc(stream: BinaryIO, limits: Limits, *, family: str, encoding: str = "") -> Iterator[Outcome]:
    """The records of a stream of ISO 2709."""
    source = _Source(stream, limits)
    while source.skip_between():
        start, position = source.cursor, source.position
        end, notes = _find_end(source, start, limits)
        if end < 0:
            yield source.pass_record(position)
            continue
        raw = source.take(end)
        if len(raw) > limits.record_bytes:
            yield reject(raw, position, "too_large", "The record is too long.", limits=limits)
        else:
            yield _parse(raw, position, limits, family, encoding, notes, source.at_end())
    if source.refused:
        yield source.refused


def _parse(
    raw: bytes, position: int, limits: Limits, family: str, encoding: str, notes: tuple[Note, ...], last: bool
) -> Outcome:
    outcome = parse_record(raw, position, limits, family=family, encoding=encoding, notes=notes)
    if isinstance(outcome, Reject) and last and _NO_END in notes:
        return reject(raw, position, "truncated", f"The stream ends inside a record. {outcome.detail}", limits=limits)
    return outcome


def _find_end(source: "_Source", start: int, limits: Limits) -> tuple[int, tuple[Note, ...]]:
    """Place behind the record that begins at the start; -1 when it is longer than a record may be."""
    declared = source.declared(start)
    source.want(max(declared, 24) + 40)
    end_sign = source.find_end_sign()
    if declared > 25 and end_sign == source.cursor + declared - 1:
        return end_sign + 1, ()
    while end_sign < 0:
        if declared > 25 and _LEADER.match(source.text, source.cursor + declared):
            return source.cursor + declared, (_NO_END,)
        if len(source.text) - source.cursor > limits.record_bytes:
            return -1, ()
        if not source.grow():
            break
        end_sign = source.find_end_sign()
    return _reconcile(source.text, source.cursor, declared, end_sign)


def _reconcile(text: bytes, start: int, declared: int, end_sign: int) -> tuple[int, tuple[Note, ...]]:
    """The end when length and end sign disagree."""
    end = end_sign + 1 if end_sign >= 0 else len(text)
    told = start + declared
    told_ends = declared > 25 and end < told <= len(text) and text[told - 1] == 0x1D
    if told_ends and not _LEADER.search(text, end, told):
        return told, (Note("signs", "An end sign stands inside the record."),)
    if declared > 25 and told < end and _LEADER.match(text, told):
        return told, (_NO_END,)
    if other := _LEADER.search(text, start + 24, end):  # the record was cut and the next one follows
        return other.start(), (_LENGTH, _NO_END)
    return end, (_LENGTH,) if end_sign >= 0 else (_NO_END,)


class _Source:
    """`text[cursor:]` is what has been read and not taken; `position` is the cursor's byte offset."""

    def __init__(self, stream: BinaryIO, limits: Limits) -> None:
        self.text = b""
        self.cursor = 0
        self.refused: Reject | None = None
        self._offset = 0
        self._sign = -1
        self._searched = 0
        self._stream = stream
        self._limits = limits
        self._ended = False

    @property
    def position(self) -> int:
        return self._offset + self.cursor

    def grow(self) -> bool:
        """Reads on; what was taken is dropped. False at the end of the stream."""
        if self._ended:
            return False
        chunk = self._stream.read(_CHUNK)
        self._offset += self.cursor
        self.text = self.text[self.cursor :] + chunk
        self.cursor = 0
        self._ended = not chunk
        if self._offset + len(self.text) > self._limits.document_bytes:
            detail = f"The document is longer than {self._limits.document_bytes} bytes."
            self.refused = reject(b"", self._limits.document_bytes, "too_large", detail)
            self.text, self._ended = b"", True
        return bool(chunk)

    def find_end_sign(self) -> int:
        """Where the record's end sign stands, -1 when it has not been read; what was searched is remembered."""
        if self._sign < self.position:
            searched = max(self._searched, self.position)
            found = self.text.find(b"\x1d", searched - self._offset)
            self._sign = self._offset + found if found >= 0 else -1
            self._searched = self._offset + (found if found >= 0 else len(self.text))
        return self._sign - self._offset if self._sign >= 0 else -1

    def want(self, count: int) -> None:
        """Reads on until so many bytes wait, if there are."""
        while len(self.text) - self.cursor < count and self.grow():
            pass

    def declared(self, start: int) -> int:
        """Length in the leader, 0 when it is none or longer than a record may be."""
        digits = self.text[start : start + 5]
        return int(digits) if digits.isdigit() and len(digits) == 5 and int(digits) < self._limits.record_bytes else 0

    def skip_between(self) -> bool:
        """Puts the cursor on the next byte of a record; False at the end."""
        while True:
            rest = self.text[self.cursor : self.cursor + 64].lstrip(_BETWEEN)
            if rest:
                self.cursor += len(self.text[self.cursor : self.cursor + 64]) - len(rest)
                self.want(64)
                self._take_back_blanks()
                return True
            self.cursor = min(self.cursor + 64, len(self.text))
            if self.cursor == len(self.text) and not self.grow():
                return False

    def _take_back_blanks(self) -> None:
        """A length may be missing: then its five characters are blanks, and they belong to the leader."""
        for back in range(1, 6):
            if self.text[self.cursor - back : self.cursor] != b" " * back:
                return
            if _LEADER.match(self.text, self.cursor - back):
                self.cursor -= back
                return

    def take(self, end: int) -> bytes:
        raw = self.text[self.cursor : end]
        self.cursor = end
        return raw

    def at_end(self) -> bool:
        """Whether nothing is left."""
        return self.cursor == len(self.text) and not self.grow()

    def pass_record(self, position: int) -> Reject:
        """Passes over a record without an end, keeping its first bytes."""
        first = self.text[self.cursor : self.cursor + self._limits.reject_bytes]
        while (end := self.text.find(b"\x1d", self.cursor)) < 0:
            self.cursor = len(self.text)
            if not self.grow():
                break
        self.cursor = end + 1 if end >= 0 else len(self.text)
        length = self.position - position
        return reject(first, position, "too_large", "The record is too long.", limits=self._limits, length=length)
