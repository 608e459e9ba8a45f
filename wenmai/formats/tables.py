"""Records in tables of text: CSV with comma, semicolon, tab or bar.

The first row that is not empty names the columns.
"""

import codecs
import csv
from collections import deque
from collections.abc import Iterator, Sequence
from typing import BinaryIO, NamedTuple

from wenmai.formats.characters import FORBIDDEN, clean_text, detect_encoding
from wenmai.formats.values import Limits, Note, Outcome, Parsed, reject

_DELIMITERS = (",", "\t", ";", "|")
_CHARACTERS = (Note("characters", "Control characters were replaced."),)
_OPEN_QUOTE = "unexpected end of data"
_CHUNK = 1 << 16
_SHORT = 20  # lines of a row that are all looked at
_AGAIN = 16  # times a file's bytes may be read in search of the end of quotations, and bytes more:
_CREDIT = 1 << 26

csv.field_size_limit(1 << 26)  # `Limits.record_bytes` is the limit that counts


class _Layout(NamedTuple):
    header: list[str]
    delimiter: str
    encoding: str
    limits: Limits


def read_csv(stream: BinaryIO, limits: Limits, *, encoding: str = "") -> Iterator[Outcome]:
    """Rows as `{heading: text}`; `position` is the number of the row's first line, the header's being 1.

    A row whose quotation marks never close is rejected alone: reading goes on with the next line.
    """
    first = stream.read(_CHUNK)
    detected, mark = detect_encoding(first)
    encoding = detected if mark else encoding or detected
    chunks = _narrow(first[mark:], stream, encoding)
    lines = _Lines(_split_lines(chunks, limits.record_bytes), limits)
    encoding = "utf-8" if _is_wide(encoding) else encoding
    layout = None
    while (line := lines.next()) is not None:
        if line.length > limits.record_bytes:
            detail = "The row is too long."
            yield reject(line.raw, lines.number, "too_large", detail, limits=limits, length=line.length)
            continue
        try:
            text = line.raw.decode(encoding)
        except UnicodeDecodeError as error:
            detail = f"Byte {error.start} of the row is no {encoding} text."
            yield reject(line.raw, lines.number, "encoding", detail, limits=limits)
            continue
        if not text.strip('\r\n\t ,;|"'):
            continue
        if layout:
            yield _read_row(lines, line, text, layout)
            continue
        try:
            layout = _read_header(text, encoding, limits)
        except csv.Error as error:
            detail = f"The row cannot be read as the names of the columns: {error}."
            yield reject(line.raw, lines.number, "syntax", detail, limits=limits)


def row_record(header: list[str], cells: Sequence[str], raw: bytes, number: int, limits: Limits) -> Outcome:
    """A row as a record; cells missing at its end are left out, more cells than columns are a reject."""
    if len(cells) > len(header) and any(cells[len(header) :]):
        detail = f"The row has {len(cells)} cells, the header {len(header)}."
        return reject(raw, number, "columns", detail, limits=limits)
    body = dict(zip(header, cells, strict=False))
    if FORBIDDEN.search("".join(cells)):
        return Parsed("", raw, {key: clean_text(cell) for key, cell in body.items()}, number, _CHARACTERS)
    return Parsed("", raw, body, number)


def headings(cells: Sequence[str], limits: Limits) -> list[str]:
    """Names of the columns, trimmed; one that is empty or stands there twice gets its number."""
    names: list[str] = []
    for number, cell in enumerate(cells[: limits.columns], 1):
        name = clean_text(cell).strip()
        names.append(name if name and name not in names else f"{name}#{number}")
    return names


def _read_header(text: str, encoding: str, limits: Limits) -> _Layout:
    delimiter = max(_DELIMITERS, key="".join(text.split('"')[0::2]).count)
    cells = next(csv.reader([text], delimiter=delimiter))
    return _Layout(headings(cells, limits), delimiter, encoding, limits)


def _read_row(lines: "_Lines", line: "_Line", text: str, layout: _Layout) -> Outcome:
    """The row that begins with the line; while a quotation mark is open, the lines after it belong to it."""
    number, taken, limits = lines.number, [line], layout.limits
    while True:
        try:
            cells = next(csv.reader([text], delimiter=layout.delimiter, strict=True))
        except csv.Error as error:
            more = lines.until_quote(len(text), len(taken)) if str(error) == _OPEN_QUOTE else []
            taken += more
            if more and (after := _decode(more, layout.encoding)):
                text += after
                continue
            lines.give_back(taken[1:])
            return reject(line.raw, number, "syntax", f"The row cannot be read: {error}.", limits=limits)
        return row_record(layout.header, cells, b"".join([each.raw for each in taken]), number, limits)


def _decode(lines: "list[_Line]", encoding: str) -> str:
    try:
        return b"".join([line.raw for line in lines]).decode(encoding)
    except UnicodeDecodeError:
        return ""


class _Line(NamedTuple):
    raw: bytes
    length: int  # more than `raw` when the line is longer than a row may be


class _Lines:
    """Lines and the number of the last one; lines that were taken too many can be given back."""

    def __init__(self, lines: Iterator[_Line], limits: Limits) -> None:
        self.number = 0
        self._credit = _CREDIT
        self._limits = limits
        self._coming = lines
        self._waiting: deque[_Line] = deque()

    def next(self) -> _Line | None:
        if self._waiting:
            line: _Line | None = self._waiting.popleft()
        elif line := next(self._coming, None):
            self._credit += _AGAIN * len(line.raw)
        self.number += line is not None
        return line

    def until_quote(self, size: int, count: int) -> list[_Line]:
        """Lines up to one with a quotation mark; none when there is none, or the row would grow too long.

        `size` and `count` say how much of the row there is. In a long row an even number of marks is taken for text.
        What is read again for it is bounded by what the whole file has: marks without end cost no more than others.
        """
        taken: list[_Line] = []
        while size <= self._limits.record_bytes and self._credit > 0 and (line := self.next()):
            taken.append(line)
            size += line.length
            self._credit -= len(line.raw)
            marks = line.raw.count(b'"')
            if marks % 2 or (marks and count + len(taken) <= _SHORT):
                self._credit -= size
                return taken
        self.give_back(taken)
        return []

    def give_back(self, lines: list[_Line]) -> None:
        self._waiting.extendleft(reversed(lines))
        self.number -= len(lines)


def _is_wide(encoding: str) -> bool:
    return encoding.lower().startswith(("utf-16", "utf-32"))


def _narrow(first: bytes, stream: BinaryIO, encoding: str) -> Iterator[bytes]:
    """The stream in chunks; text of two or four bytes a character as UTF-8, where a line end is one byte."""
    chunk = first
    if not _is_wide(encoding):
        while chunk:
            yield chunk
            chunk = stream.read(_CHUNK)
        return
    decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
    while chunk:
        yield decoder.decode(chunk).encode("utf-8", "replace")
        chunk = stream.read(_CHUNK)


def _split_lines(chunks: Iterator[bytes], longest: int) -> Iterator[_Line]:
    """Lines end with \n; with \r in a file whose beginning has only these."""
    rest, dropped, end = b"", 0, b""
    for chunk in chunks:
        end = end or (b"\r" if b"\r" in chunk[:-1] and b"\n" not in chunk else b"\n")
        if len(rest) >= longest:
            start = chunk.find(end)
            dropped += start if start >= 0 else len(chunk)
            lines = (rest + chunk[start:]).split(end) if start >= 0 else [rest]
        else:
            lines = (rest + chunk).split(end)
        rest = lines.pop()
        for line in lines:
            yield _Line(line + end, dropped + len(line) + 1)
            dropped = 0
        if len(rest) > longest:  # keep its beginning, count the others
            dropped += len(rest) - longest
            rest = rest[:longest]
    if rest:
        yield _Line(rest, dropped + len(rest))
