"""PDF (ISO 32000): is it whole? Nothing in it is run or drawn."""

import re
from typing import BinaryIO

from wenmai.files.rules.measures import Measures, damaged, take

_TAIL = 4096
_WINDOW = 1024 * 1024
_LOCATION = re.compile(rb"startxref\s{1,8}(\d{1,12})\s")
_NODE = re.compile(rb"/Type\s{0,4}/Pages\b")
_COUNT = re.compile(rb"/Count\s{1,4}(\d{1,7})\b")
_NODES = 5000
_REACH = 1000
_TABLE = re.compile(rb"\s{0,8}(?:xref|\d{1,10}\s{1,4}\d{1,5}\s{1,4}obj)\b")


def measure_pdf(stream: BinaryIO, size: int) -> Measures:
    """The end names the cross-reference table, and the table is where it says. Pages where the tree is in plain text.

    Refused `damaged` otherwise.
    """
    start = max(size - _TAIL, 0)
    tail = take(stream, start, size - start)
    if b"%%EOF" not in tail:
        raise damaged("truncated")
    named = _LOCATION.findall(tail)
    if not named or int(named[-1]) >= size:
        raise damaged("startxref")
    stream.seek(int(named[-1]))
    if not _TABLE.match(stream.read(64)):
        raise damaged("xref")
    return Measures(pages=_pages(stream))


def _pages(stream: BinaryIO) -> int | None:
    """The largest count beside a node of the page tree; windows overlap, so that none is cut in two."""
    most, seen, kept = 0, 0, b""
    stream.seek(0)
    while piece := stream.read(_WINDOW):
        window = kept + piece
        for node in _NODE.finditer(window):
            seen += 1
            if seen > _NODES:
                return None
            most = max(most, _count(window, node.start()))
        kept = window[-2 * _REACH :]
    return most or None


def _count(window: bytes, at: int) -> int:
    """Within the same dictionary: between the brackets around the node's type."""
    start = max(window.rfind(b"<<", max(at - _REACH, 0), at), 0)
    end = window.find(b">>", at, at + _REACH)
    found = _COUNT.search(window, start, end if end > 0 else at + _REACH)
    return int(found[1]) if found else 0
