"""A window on a stream of text that knows the byte offset of its cursor."""

import codecs
from typing import BinaryIO

from wenmai.formats.characters import detect_encoding
from wenmai.formats.values import Limits, Reject, reject

_CHUNK = 1 << 20
_ERRORS = {"utf-8": "surrogateescape", "gb18030": "surrogateescape"}  # others cannot give every byte back
_SPACE = " \t\n\r"


class Window:
    """`text[cursor:]` is what has been read and not taken; `position` is the cursor's byte offset.

    Bytes that are no text in the encoding stand in `text` as lone surrogates (PEP 383), so that what is taken
    can be given back byte for byte.
    """

    def __init__(self, stream: BinaryIO, encoding: str, limits: Limits) -> None:
        first = stream.read(_CHUNK)
        detected, mark = detect_encoding(first[: 1 << 16])
        self.encoding = detected if mark else encoding or detected
        self.position = mark
        self.cursor = 0
        self.ended = False
        self.refused: Reject | None = None
        self._stream = stream
        self._limits = limits
        self._read = len(first)
        self._decoder = codecs.getincrementaldecoder(self.encoding)(errors=_ERRORS.get(self.encoding, "replace"))
        self.text = self._decoder.decode(first[mark:])

    def grow(self) -> bool:
        """Reads on; False at the end of the stream, and when more is held than a record may have."""
        if self.ended or len(self.text) - self.cursor > self._limits.record_bytes:
            return False
        chunk = self._stream.read(_CHUNK)
        self._read += len(chunk)
        if self._read > self._limits.document_bytes:
            detail = f"The document is longer than {self._limits.document_bytes} bytes."
            self.refused = reject(b"", self._limits.document_bytes, "too_large", detail)
            self.ended = True
            return False
        self.ended = not chunk
        more = self._decoder.decode(chunk, final=self.ended)
        self.text = self.text[self.cursor :] + more
        self.cursor = 0
        return bool(more)

    def pass_over(self) -> bool:
        """Drops all that was read (a lone backslash at its end stays) and reads on."""
        keep = 1 if self.text.endswith("\\") else 0
        self.advance(len(self.text) - keep - self.cursor)
        return self.grow()

    def skip_space(self) -> str:
        """Puts the cursor on the next character that is no blank and gives it; empty at the end."""
        while True:
            start = self.cursor
            while start < len(self.text) and self.text[start] in _SPACE:
                start += 1
            self.advance(start - self.cursor)
            if start < len(self.text):
                return self.text[start]
            if not self.grow():
                return ""

    def advance(self, count: int) -> None:
        """Moves the cursor by so many characters."""
        if count:
            self.take(self.cursor + count)

    def take(self, end: int) -> tuple[bytes, bool]:
        """The bytes from the cursor to a place in the text, which it moves to, and whether they are text."""
        piece = self.text[self.cursor : end]
        try:
            raw, clean = piece.encode(self.encoding), True
        except UnicodeEncodeError:
            raw, clean = piece.encode(self.encoding, "surrogateescape"), False
        self.cursor = end
        self.position += len(raw)
        return raw, clean

    def take_rest(self, code: str, detail: str) -> Reject:
        """Everything to the end of the stream as one reject; its first bytes are kept, the rest counted."""
        position = self.position
        first, _ = self.take(len(self.text))
        while self.grow():
            self.take(len(self.text))
        return reject(first, position, code, detail, limits=self._limits, length=self.position - position)
