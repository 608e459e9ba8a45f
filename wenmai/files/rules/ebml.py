"""WebM (RFC 8794, RFC 9559): how long, how large, and whether there is a picture at all."""

import struct
from collections.abc import Iterator, Set
from typing import BinaryIO

from wenmai.files.rules.measures import Measures, damaged, duration, sides, take

_ELEMENTS = 20_000
_SEGMENT, CLUSTER = 0x18538067, 0x1F43B675
_INFO, _SCALE, _DURATION = 0x1549A966, 0x2AD7B1, 0x4489
_TRACKS, ENTRY, _KIND, _VIDEO, _WIDTH, _HEIGHT = 0x1654AE6B, 0xAE, 0x83, 0xE0, 0xB0, 0xBA
WITHIN = frozenset({_SEGMENT, _INFO, _TRACKS, ENTRY, _VIDEO})
_WANTED = {_SCALE, _DURATION, _KIND, _WIDTH, _HEIGHT}


def measure_webm(stream: BinaryIO, size: int) -> Measures:
    """Reads up to the first cluster. Refused `damaged` without tracks, or when the segment ends after the file."""
    found = _first_values(stream, size)
    kinds = found.get(_KIND, [])
    if not kinds:
        raise damaged("tracks")
    milliseconds = _milliseconds(found[_DURATION][0], _scale(found)) if _DURATION in found else None
    if b"\x01" not in kinds:
        return Measures(duration_ms=milliseconds, media_type="audio/webm")
    if _WIDTH not in found or _HEIGHT not in found:
        raise damaged("sides")
    return Measures(
        *sides(int.from_bytes(found[_WIDTH][0]), int.from_bytes(found[_HEIGHT][0])), duration_ms=milliseconds
    )


def _milliseconds(value: bytes, scale: int) -> int | None:
    """The duration is a float of 4 or 8 bytes, in units of `scale` nanoseconds."""
    if len(value) not in {4, 8}:
        raise damaged("duration")
    units = struct.unpack(">f" if len(value) == 4 else ">d", value)[0]
    if not 0 <= units < 1e18:
        raise damaged("duration")
    return duration(int(units * scale), 1_000_000_000)


def scale(stream: BinaryIO, size: int) -> int:
    """Nanoseconds of one unit of time."""
    return _scale(_first_values(stream, size))


def _scale(found: dict[int, list[bytes]]) -> int:
    return max(int.from_bytes(found[_SCALE][0]), 1) if _SCALE in found else 1_000_000


def _first_values(stream: BinaryIO, size: int) -> dict[int, list[bytes]]:
    """Values of the wanted elements in the order of the file, up to the first cluster."""
    found: dict[int, list[bytes]] = {}
    for name, start, end in walk(stream, size, WITHIN, _ELEMENTS):
        if name == CLUSTER:
            break
        if name in _WANTED:
            found.setdefault(name, []).append(take(stream, start, min(end - start, 8)))
    return found


def walk(stream: BinaryIO, size: int, within: Set[int], most: int) -> Iterator[tuple[int, int, int]]:
    """(name, start, end) of the elements in order; those of `within` are entered, whatever their length.

    The end of one whose length is not known yet is the end of the file. Refused `damaged` after so many, and for
    one that ends after the file; a cluster may: a film that was cut off is still played up to there.
    """
    position = 0
    for _ in range(most):
        if position >= size:
            return
        name, position = number(stream, position, keep_marker=True)
        length, position = number(stream, position, keep_marker=False)
        if length >= 0 and position + length > size and name != CLUSTER:
            raise damaged("truncated")
        yield name, position, position + length if length >= 0 else size
        if name in within:
            continue
        if length < 0:
            raise damaged("length")
        position += length
    raise damaged("elements")


def number(stream: BinaryIO, position: int, *, keep_marker: bool) -> tuple[int, int]:
    """(a variable-length number, where it ends); -1 for a length that is not known yet."""
    first = take(stream, position, 1)[0]
    width = 9 - first.bit_length()
    if width > (4 if keep_marker else 8):
        raise damaged("number")
    value = int.from_bytes(take(stream, position, width))
    if keep_marker:
        return value, position + width
    bits = 7 * width
    value &= (1 << bits) - 1
    return (-1 if value == (1 << bits) - 1 else value), position + width
