"""A small WebM writer (RFC 9559). A lossy WebP picture is one VP8 key frame (RFC 9649, 2.5): a film is a row of them.

So that the demonstration has short films that every browser plays, without a video encoder among its dependencies.
"""

import io
import struct
from collections.abc import Iterable
from pathlib import Path

from PIL import Image

_CLUSTER_MS = 5000


def write_webm(path: Path, pictures: Iterable[Image.Image], per_second: int, quality: int = 60) -> int:
    """Writes the film; returns its milliseconds. All pictures have the same size."""
    frames: list[bytes] = []
    size = (0, 0)
    for picture in pictures:
        size = picture.size
        frames.append(key_frame(picture, quality))
    step = 1000 // per_second
    clusters = _clusters(frames, step)
    head = _element("1549a966", _info(len(frames) * step)) + _element("1654ae6b", _track(size, step))
    # Positions count from behind the segment's own head; the cues' own length does not depend on them.
    length = len(_cues(clusters, 0))
    body = head + _cues(clusters, len(head) + length) + b"".join(content for _, content in clusters)
    path.write_bytes(_element("1a45dfa3", _ebml()) + _element("18538067", body))
    return len(frames) * step


def key_frame(picture: Image.Image, quality: int) -> bytes:
    """The VP8 frame within the WebP file that Pillow writes."""
    target = io.BytesIO()
    picture.convert("RGB").save(target, "WEBP", quality=quality, method=2)
    content = target.getvalue()
    assert content[12:16] == b"VP8 "
    return content[20 : 20 + int.from_bytes(content[16:20], "little")]


def _clusters(frames: list[bytes], step: int) -> list[tuple[int, bytes]]:
    """(milliseconds, cluster): blocks of track 1, all key frames, each at its time within the cluster."""
    count = _CLUSTER_MS // step
    return [
        (
            start * step,
            _element(
                "1f43b675",
                _number("e7", start * step)
                + b"".join(
                    _element("a3", b"\x81" + struct.pack(">h", index * step) + b"\x80" + frame)
                    for index, frame in enumerate(frames[start : start + count])
                ),
            ),
        )
        for start in range(0, len(frames), count)
    ]


def _cues(clusters: list[tuple[int, bytes]], position: int) -> bytes:
    points = b""
    for moment, content in clusters:
        place = _number("f7", 1) + _element("f1", position.to_bytes(8))
        points += _element("bb", _element("b3", moment.to_bytes(8)) + _element("b7", place))
        position += len(content)
    return _element("1c53bb6b", points)


def _ebml() -> bytes:
    numbers = b"".join(_number(name, value) for name, value in (("4286", 1), ("42f7", 1), ("42f2", 4), ("42f3", 8)))
    return numbers + _element("4282", b"webm") + _number("4287", 2) + _number("4285", 2)


def _info(milliseconds: int) -> bytes:
    names = _element("4d80", b"wenmai demo") + _element("5741", b"wenmai demo")
    return _number("2ad7b1", 1_000_000) + _element("4489", struct.pack(">d", milliseconds)) + names


def _track(size: tuple[int, int], step: int) -> bytes:
    sides = _number("b0", size[0]) + _number("ba", size[1])
    entry = b"".join(_number(name, value) for name, value in (("d7", 1), ("73c5", 1), ("9c", 0), ("83", 1)))
    entry += _number("23e383", step * 1_000_000) + _element("86", b"V_VP8") + _element("e0", sides)
    return _element("ae", entry)


def _number(name: str, value: int) -> bytes:
    return _element(name, value.to_bytes(max((value.bit_length() + 7) // 8, 1)))


def _element(name: str, content: bytes) -> bytes:
    return bytes.fromhex(name) + (len(content) | 1 << 56).to_bytes(8) + content
