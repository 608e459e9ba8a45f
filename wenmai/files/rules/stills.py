"""A still of a film, without a decoder of films: one whole picture that the film already holds.

A key frame of VP8 is a picture of WebP (RFC 6386, 9.1; RFC 9649, 2.5), so WebM in VP8 gives one of its own. MP4 may
carry a cover as JPEG or PNG (`moov/udta/meta/ilst/covr/data`). Other codecs give none.
"""

import contextlib
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

from wenmai.files.rules import boxes, ebml
from wenmai.files.rules.measures import take
from wenmai.lib.refusal import Refused

LARGEST = 16 * 1024 * 1024
"""Bytes of one still."""
_SHARE = 3
"""A film begins in the dark or with an empty sheet: the still is taken after a third of it."""
_ELEMENTS = 200_000
_CODEC, _NUMBER, _TIME, _SIMPLE, _GROUP, _BLOCK = 0x86, 0xD7, 0xE7, 0xA3, 0xA0, 0xA1
_WITHIN = ebml.WITHIN | {ebml.CLUSTER, _GROUP}
_COVER = (b"moov", b"udta", b"meta", b"ilst", b"covr", b"data")


class Block(NamedTuple):
    """`moment` in units of the segment, as the clusters count."""

    moment: int
    start: int
    end: int


def still(stream: BinaryIO, size: int, media_type: str) -> bytes:
    """A picture in a format for pictures, or nothing. Refused `damaged` for a film that ends before it says."""
    return _of_webm(stream, size) if media_type == "video/webm" else _of_mp4(stream, size)


def _of_webm(stream: BinaryIO, size: int) -> bytes:
    aim = _aim(stream, size)
    chosen: Block | None = None
    with contextlib.suppress(Refused):  # cut off, or too long to be looked through: what was found until there
        for block in _blocks(stream, size):
            if chosen and block.moment > aim:
                break
            if _is_key_frame(take(stream, block.start, min(10, block.end - block.start))):
                chosen = block
    return _as_webp(take(stream, chosen.start, chosen.end - chosen.start)) if chosen else b""


def _aim(stream: BinaryIO, size: int) -> int:
    measured = ebml.measure_webm(stream, size)
    return (measured.duration_ms or 0) * 1_000_000 // ebml.scale(stream, size) // _SHARE


def _blocks(stream: BinaryIO, size: int) -> Iterator[Block]:
    """Of the first track in VP8, in the order of the file, without those in lacing (RFC 9559, 10)."""
    tracks: list[dict[int, bytes]] = []
    moment = 0
    for name, start, end in ebml.walk(stream, size, _WITHIN, _ELEMENTS):
        length = end - start
        if name == ebml.ENTRY:
            tracks.append({})
        elif name in {_NUMBER, _CODEC} and tracks:
            tracks[-1][name] = take(stream, start, min(length, 8))
        elif name == _TIME:
            moment = int.from_bytes(take(stream, start, min(length, 8)))
        elif name in {_SIMPLE, _BLOCK} and 4 < length <= LARGEST:
            track, after = ebml.number(stream, start, keep_marker=False)
            head = take(stream, after, 3)
            wanted = next((one.get(_NUMBER, b"\1") for one in tracks if one.get(_CODEC) == b"V_VP8"), b"")
            if track == int.from_bytes(wanted) and not head[2] & 0x06:
                yield Block(moment + int.from_bytes(head[:2], signed=True), after + 3, end)


def _is_key_frame(head: bytes) -> bool:
    return len(head) == 10 and not head[0] & 1 and head[3:6] == b"\x9d\x01\x2a"


def _as_webp(frame: bytes) -> bytes:
    body = b"WEBPVP8 " + len(frame).to_bytes(4, "little") + frame + b"\0" * (len(frame) % 2)
    return b"RIFF" + len(body).to_bytes(4, "little") + body


def _of_mp4(stream: BinaryIO, size: int) -> bytes:
    start, end = 0, size
    for depth, name in enumerate(_COVER):
        found = boxes.first(stream, name, start, end)
        if not found:
            return b""
        start, end = found
        if name == b"meta" and depth:
            start += 4  # its version and flags
    return take(stream, start + 8, end - start - 8) if 8 < end - start <= LARGEST else b""
