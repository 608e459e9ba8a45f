"""A window on the bytes of an XML document, as UTF-8, that knows the byte offset of its cursor."""

import codecs
import re
from typing import BinaryIO

from wenmai.formats.characters import decodes, detect_encoding, looks_like_gb18030
from wenmai.formats.values import Limits, Reject, reject

_CHUNK = 1 << 18
_DECLARED = re.compile(rb"""^\s*<\?xml[^>]*?encoding\s*=\s*["']([\w.\-]+)["']""")
_SAME = ("utf-8", "utf8", "us-ascii", "ascii")
_EMPTY_ANSWER = re.compile(
    rb"<(?:[\w.\-]+:)?(?:collection|records|ListRecords|ListIdentifiers|searchRetrieveResponse|error)[\s/>]"
)


class Window:
    """`text[cursor:]` is what has been read and not taken.

    Documents that are not UTF-8 are recoded as they are read; offsets then count bytes of the recoded text. A
    character that is none in the encoding of the document stays as it is, so that only its record is rejected.
    """

    def __init__(self, stream: BinaryIO, limits: Limits, encoding: str = "") -> None:
        self.first = stream.read(_CHUNK)
        self.encoding, mark = choose_encoding(self.first, encoding)
        self._decoder = None
        if self.encoding not in _SAME:
            self._decoder = codecs.getincrementaldecoder(self.encoding)(errors="replace")
        self.text = self._recode(self.first[mark:])
        self.cursor = 0
        self.refused: Reject | None = None
        self._stream = stream
        self._limits = limits
        self._dropped = mark
        self._read = len(self.first)
        self._ended = False
        self._missing: dict[bytes, tuple[int, int]] = {}

    @property
    def position(self) -> int:
        """Byte offset of the cursor."""
        return self._dropped + self.cursor

    def place(self, index: int) -> int:
        """Byte offset of a place in the text."""
        return self._dropped + index

    def take(self, end: int) -> bytes:
        """The bytes from the cursor to a place; the cursor moves there."""
        raw = self.text[self.cursor : end]
        self.cursor = end
        return raw

    def grow(self) -> bool:
        """Reads on; what lies before the cursor is dropped. False at the end of the stream."""
        if self._ended:
            return False
        chunk = self._stream.read(_CHUNK)
        self._read += len(chunk)
        if self._read > self._limits.document_bytes:
            detail = f"The document is longer than {self._limits.document_bytes} bytes."
            self.refused = reject(b"", self._limits.document_bytes, "too_large", detail)
            chunk = b""
        self._ended = not chunk
        self._dropped += self.cursor
        self.text = self.text[self.cursor :] + self._recode(chunk)
        self.cursor = 0
        return bool(chunk)

    def grow_from(self, index: int) -> bool:
        """Puts the cursor on a place and reads on; False at the end of the stream."""
        self.cursor = index
        return self.grow()

    def size(self) -> int:
        """How much has been read and not taken."""
        return len(self.text) - self.cursor

    def find(self, sign: bytes, offset: int, longest: int) -> int:
        """How far behind the cursor a sign ends, searched from an offset on; -1 when it does not come in time.

        Where a sign was not found is remembered: nothing is searched twice for it.
        """
        while True:
            start = self.place(self.cursor + offset)
            missing_from, missing_to = self._missing.get(sign, (0, 0))
            known = missing_from <= start <= missing_to
            begin = max(start, missing_to - len(sign) + 1) if known else start
            index = self.text.find(sign, begin - self._dropped)
            if index >= 0:
                return index + len(sign) - self.cursor
            self._missing[sign] = (missing_from if known else start, self.place(len(self.text)))
            if self.size() - offset > longest or not self.grow():
                return -1

    def is_empty_answer(self) -> bool:
        """Whether the document is one that may hold no record at all."""
        return bool(_EMPTY_ANSWER.search(self.first))

    def _recode(self, chunk: bytes) -> bytes:
        if self._decoder is None:
            return chunk
        return self._decoder.decode(chunk, final=not chunk).encode("utf-8", "replace")


def to_utf8(raw: bytes, encoding: str = "") -> bytes:
    """A whole document as UTF-8, without its byte order mark; what is no text in its encoding stays as it is."""
    encoding, mark = choose_encoding(raw, encoding)
    if encoding in _SAME:
        return raw[mark:]
    return raw[mark:].decode(encoding, "replace").encode("utf-8", "replace")


def choose_encoding(first: bytes, encoding: str = "") -> tuple[str, int]:
    """The encoding and the length of the byte order mark: the caller's word, the mark, the declaration."""
    detected, mark = detect_encoding(first[:4096])
    if encoding or mark:
        return detected if mark else encoding.lower(), mark
    if first[:2] in (b"<\x00", b"\x00<"):
        return "utf-16-le" if first[0] else "utf-16-be", 0
    found = _DECLARED.match(first)
    declared = found[1].decode("ascii").lower() if found else "utf-8"
    if declared in ("gb2312", "gbk"):
        declared = "gb18030"
    if not _is_text_encoding(declared):
        declared = "utf-8"
    if declared == "utf-8" and not decodes(first, "utf-8") and looks_like_gb18030(first):
        declared = "gb18030"
    return declared, 0


def _is_text_encoding(name: str) -> bool:
    try:
        b"<".decode(name)
    except (LookupError, UnicodeDecodeError):
        return False
    return True
