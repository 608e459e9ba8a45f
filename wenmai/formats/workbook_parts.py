"""What an XLSX file is made of, looked at before it is opened: nothing in it may cost more than it is worth.

The library that opens it builds a tree of every row, every shared string, and of all the styles at once. A few
megabytes can hold millions of these; how many there are is counted here, in flat memory and without a parser.
"""

import re
import zipfile
from typing import BinaryIO

from wenmai.formats.values import Limits, Reject, reject

_PARTS = 2_000
_SHEETS = 1_000
_STRINGS = 2_000_000
# Between the ends of two rows, or of two shared strings; in a part that has neither, in all of it.
_TAGS, _BYTES = 400_000, 32 * 1024 * 1024
_RATIO = 400  # a part may unpack to so many times its size: deflate's own limit is 1,032
_CHUNK, _OVERLAP = 1 << 20, 64
_DOCTYPE = re.compile(rb"<!(?:DOCTYPE|ENTITY)")
_SHEET = re.compile(rb"<(?:[\w.-]{1,40}:)?sheet\s")
_END = re.compile(rb"</(?:[\w.-]{1,40}:)?(?:row|(si))\s{0,9}>")
_LARGE = "Save the rows alone in a new workbook, or in several, or as CSV."


def refusal(stream: BinaryIO, limits: Limits) -> Reject | None:
    """Why the workbook may not be opened; the stream must be seekable, and is left at its beginning."""
    try:
        with zipfile.ZipFile(stream) as archive:
            refused = _of_archive(archive, limits) or _of_parts(archive)
    except Exception as error:
        return unreadable(error)
    stream.seek(0)
    return refused


def unreadable(error: Exception) -> Reject:
    return reject(b"", 0, "workbook", f"The workbook cannot be read: {error}"[:300])


def _of_archive(archive: zipfile.ZipFile, limits: Limits) -> Reject | None:
    """By what the archive declares, before anything is unpacked."""
    parts = archive.infolist()
    if len(parts) > _PARTS:
        return reject(b"", 0, "workbook", f"The workbook has more than {_PARTS} parts.")
    if "[Content_Types].xml" not in archive.namelist():
        return reject(b"", 0, "workbook", "The file is no XLSX workbook.")
    if sum(part.file_size for part in parts) > limits.unpacked_bytes or any(map(_explodes, parts)):
        return reject(b"", 0, "too_large", f"The workbook is too large when it is unpacked. {_LARGE}")
    return None


def _explodes(part: zipfile.ZipInfo) -> bool:
    return part.file_size > 1 << 20 and part.file_size > _RATIO * max(part.compress_size, 1)


def _of_parts(archive: zipfile.ZipFile) -> Reject | None:
    sheets = strings = 0
    for part in archive.infolist():
        if not part.filename.endswith((".xml", ".rels")):
            continue
        seen = _Part(archive, part)
        if seen.refused:
            return seen.refused
        sheets, strings = sheets + seen.sheets, strings + seen.strings
        if sheets > _SHEETS:
            return reject(b"", 0, "too_large", f"The workbook has more than {_SHEETS} sheets. {_LARGE}")
        if strings > _STRINGS:
            return reject(b"", 0, "too_large", f"The workbook has more than {_STRINGS} different texts. {_LARGE}")
    return None


class _Part:
    """One part, read through once. `strings` and `sheets` are how many it has."""

    def __init__(self, archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
        self.name = part.filename
        self.sheets = self.strings = 0
        self.refused: Reject | None = None
        self._tags = self._bytes = self._at = 0
        self._plain = True
        with archive.open(part) as stream:
            before = b""
            while not self.refused and (chunk := stream.read(_CHUNK)):
                self._look(before, chunk)
                self._at += len(chunk)
                before = (before + chunk)[-_OVERLAP:]

    def _look(self, before: bytes, chunk: bytes) -> None:
        """`before`: the bytes in front of it, which were counted already."""
        text, done = before + chunk, len(before)
        if not before and (_DOCTYPE.search(chunk[:4096]) or b"\0" in chunk[:4096]):
            what = "a document type" if b"\0" not in chunk[:4096] else "text in two bytes a character"
            self.refused = reject(b"", 0, "entities", f"{self.name} has {what}. Save the workbook again.")
            return
        # the end of a row in a comment would be none; at the very beginning, behind a mark, stands `<?xml`
        first = max(0, 4 - (self._at - done))
        self._plain = self._plain and b"<!" not in text and text.find(b"<?", first) < 0
        self.sheets += sum(found.end() > done for found in _SHEET.finditer(text))
        for found in _END.finditer(text) if self._plain else ():
            if found.end() > done:
                self._count(text, done, found.end())
                done, self._tags, self._bytes = found.end(), 0, 0
                self.strings += bool(found[1])
        self._count(text, done, len(text))

    def _count(self, text: bytes, start: int, end: int) -> None:
        self._tags += text.count(b"<", start, end)
        self._bytes += end - start
        if self._tags > _TAGS or self._bytes > _BYTES:
            detail = f"{self.name} holds more in one piece than a sheet of records needs. {_LARGE}"
            self.refused = self.refused or reject(b"", 0, "too_large", detail)
