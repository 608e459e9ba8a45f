"""Range requests (RFC 9110, 14)."""

import re
from typing import NamedTuple

_ONE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})", re.I | re.A)


class Part(NamedTuple):
    """Bytes from `start` up to and without `end`. `status`: 200 whole, 206 part, 416 no such part."""

    status: int
    start: int
    end: int


def part(header: str, size: int) -> Part:
    """One range is answered; what cannot be read, and several at once, get the whole file, as the RFC allows.

    >>> part("bytes=-2", 10)
    Part(status=206, start=8, end=10)
    """
    found = _ONE.fullmatch(header.strip())
    if found is None or found.groups() == ("", ""):
        return Part(200, 0, size)
    first, last = found.groups()
    if not first:
        return Part(206, max(size - int(last), 0), size) if int(last) else Part(416, 0, 0)
    start, end = int(first), min(int(last or size), size - 1) + 1
    if last and int(last) < start:
        return Part(200, 0, size)
    return Part(206, start, end) if start < size else Part(416, 0, 0)
