"""MP4 (ISO/IEC 14496-12): how long, how large, and whether there is a picture at all."""

from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

from wenmai.files.rules.measures import Measures, damaged, duration, sides, take

_BOXES = 20_000
_WITHIN = {b"moov", b"trak", b"mdia", b"mvex"}


class Box(NamedTuple):
    name: bytes
    start: int
    end: int
    depth: int


def measure_mp4(stream: BinaryIO, size: int) -> Measures:
    """Of the largest picture track; without one the type is audio/mp4. Refused `damaged` without a moov box."""
    scale = length = fragments = 0
    width = height = 0
    pending = (0, 0)
    kinds: set[bytes] = set()
    moov = False
    for box in _walk(stream, size):
        moov = moov or box.name == b"moov"
        if box.name == b"moof":
            break
        if box.name == b"mvhd":
            scale, length = _timing(stream, box)
        elif box.name == b"mehd":
            fragments = int.from_bytes(take(stream, box.start + 4, 8 if take(stream, box.start, 1)[0] else 4))
        elif box.name == b"tkhd":
            pending = _track_sides(stream, box)
        elif box.name == b"hdlr" and box.depth == 3:
            kind = take(stream, box.start + 8, 4)
            kinds.add(kind)
            if kind == b"vide":
                width, height = max((width, height), pending)
    if not moov or not kinds & {b"vide", b"soun"}:
        raise damaged("moov")
    milliseconds = duration(length or fragments, scale)
    if b"vide" not in kinds:
        return Measures(duration_ms=milliseconds, media_type="audio/mp4")
    return Measures(*sides(width, height), duration_ms=milliseconds)


def _walk(stream: BinaryIO, size: int) -> Iterator[Box]:
    """The boxes in order; those of `_WITHIN` are entered. Bounds of a box never leave those of its parent."""
    ends = [size]
    position = 0
    for _ in range(_BOXES):
        while position >= ends[-1]:
            ends.pop()
            if not ends:
                return
        box, position = _read_box(stream, position, ends[-1], len(ends) - 1)
        yield box
        if box.name in _WITHIN:
            ends.append(box.end)
        else:
            position = box.end
    raise damaged("boxes")


def first(stream: BinaryIO, name: bytes, start: int, end: int) -> tuple[int, int] | None:
    """(start, end) of the content of the first box of that name among those that stand side by side here."""
    for _ in range(_BOXES):
        if start >= end:
            return None
        box, content = _read_box(stream, start, end, 0)
        if box.name == name:
            return content, box.end
        start = box.end
    raise damaged("boxes")


def _read_box(stream: BinaryIO, position: int, end: int, depth: int) -> tuple[Box, int]:
    head = take(stream, position, 8)
    length, name, start = int.from_bytes(head[:4]), head[4:], position + 8
    if length == 1:
        length, start = int.from_bytes(take(stream, start, 8)), start + 8
    elif length == 0:
        length = end - position
    if length < start - position or position + length > end:
        raise damaged("truncated")
    return Box(name, start, position + length, depth), start


def _timing(stream: BinaryIO, box: Box) -> tuple[int, int]:
    """(units per second, units); all ones mean unknown (8.2.2)."""
    if take(stream, box.start, 1)[0] == 1:
        body = take(stream, box.start + 20, 12)
        scale, length, unknown = int.from_bytes(body[:4]), int.from_bytes(body[4:]), 2**64 - 1
    else:
        body = take(stream, box.start + 12, 8)
        scale, length, unknown = int.from_bytes(body[:4]), int.from_bytes(body[4:]), 2**32 - 1
    return scale, 0 if length == unknown else length


def _track_sides(stream: BinaryIO, box: Box) -> tuple[int, int]:
    """Sides as shown, 16.16 fixed point, exchanged where the matrix turns the picture by a quarter (8.3.2)."""
    body = take(stream, box.start, min(box.end - box.start, 96))
    at = 88 if body[:1] == b"\1" else 76
    if len(body) < at + 8:
        raise damaged("tkhd")
    width, height = int.from_bytes(body[at : at + 2]), int.from_bytes(body[at + 4 : at + 6])
    turned = body[at - 36 : at - 32] == b"\0\0\0\0"
    return (height, width) if turned else (width, height)
