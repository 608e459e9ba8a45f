"""A photo as it looks, without what a telephone writes beside it: where it was taken, with what, by whom, previews.

Pixels are not touched: segments and chunks are left out, nothing is packed again. Of a JPEG's Exif only which side is
up stays. Sources: ITU-T T.81 annex B, Exif 2.32 §4.5, PNG 3rd edition §5, WebP container specification.
"""

import re
import struct

from wenmai.lib.refusal import Refused

_MARKER = re.compile(rb"\xff+[^\x00\xff\xd0-\xd7]")
_ORIENTATION = 0x0112
_PNG = b"\x89PNG\r\n\x1a\n"
_PNG_KEPT = frozenset(
    b"IHDR PLTE IDAT IEND tRNS cHRM gAMA iCCP sBIT sRGB cICP bKGD hIST pHYs acTL fcTL fdAT".split()
)  # fmt: skip
_WEBP_KEPT = frozenset({b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF", b"ICCP"})
_WEBP_FLAGS = 0x08 | 0x04
"""Exif and XMP in the flags of VP8X."""


def bare(whole: bytes) -> bytes:
    """Refused: photo_kind (neither JPEG, PNG nor WebP), damaged."""
    try:
        if whole.startswith(b"\xff\xd8\xff"):
            return _jpeg(whole)
        if whole.startswith(_PNG):
            return _png(whole)
        if whole[:4] == b"RIFF" and whole[8:12] == b"WEBP":
            return _webp(whole)
    except (struct.error, IndexError) as error:
        raise Refused("damaged") from error
    raise Refused("photo_kind")


def _jpeg(whole: bytes) -> bytes:
    """Up to the end of the first picture: what telephones hang behind it has its own Exif."""
    kept, at = [b"\xff\xd8"], 2
    turned = 1
    while True:
        found = _MARKER.search(whole, at)
        if found is None:
            raise Refused("damaged")
        code, start = whole[found.end() - 1], found.end()
        if code == 0xD9:
            break
        (size,) = struct.unpack_from(">H", whole, start)
        body = whole[start + 2 : start + size]
        if size < 2 or len(body) != size - 2:
            raise Refused("damaged")
        if code == 0xE1 and body.startswith(b"Exif\0\0") and turned == 1:
            turned = _side_up(body[6:])
        if _stays(code, body):
            kept.append(bytes((0xFF, code)) + whole[start : start + size])
        at = start + size
        if code == 0xDA:
            end = _MARKER.search(whole, at)
            if end is None:
                raise Refused("damaged")
            kept.append(whole[at : end.start()])
            at = end.start()
    if turned != 1:
        kept.insert(1, _exif_of(turned))
    return b"".join(kept) + b"\xff\xd9"


def _stays(code: int, body: bytes) -> bool:
    """Of what is for applications: the size of a dot, the colours; no words."""
    if code == 0xE2:
        return body.startswith(b"ICC_PROFILE\0")
    if code == 0xE0:
        return body.startswith(b"JFIF\0")
    return code == 0xEE or (code not in range(0xE1, 0xF0) and code != 0xFE)


def _side_up(tiff: bytes) -> int:
    """1 where it does not say, or nothing that is known."""
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    if order is None or len(tiff) < 10:
        return 1
    (first,) = struct.unpack_from(f"{order}I", tiff, 4)
    if first + 2 > len(tiff):
        return 1
    (count,) = struct.unpack_from(f"{order}H", tiff, first)
    for number in range(count):
        where = first + 2 + 12 * number
        if where + 12 > len(tiff):
            break
        tag, kind = struct.unpack_from(f"{order}HH", tiff, where)
        if tag == _ORIENTATION and kind == 3:
            (value,) = struct.unpack_from(f"{order}H", tiff, where + 8)
            return value if 1 <= value <= 8 else 1
    return 1


def _exif_of(turned: int) -> bytes:
    tiff = b"MM\0*\0\0\0\x08\0\x01" + struct.pack(">HHIHH", _ORIENTATION, 3, 1, turned, 0) + b"\0\0\0\0"
    body = b"Exif\0\0" + tiff
    return b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body


def _png(whole: bytes) -> bytes:
    kept, at = [_PNG], len(_PNG)
    while True:
        (size,) = struct.unpack_from(">I", whole, at)
        name, end = whole[at + 4 : at + 8], at + 12 + size
        if end > len(whole):
            raise Refused("damaged")
        if name in _PNG_KEPT:
            kept.append(whole[at:end])
        if name == b"IEND":
            return b"".join(kept)
        at = end


def _webp(whole: bytes) -> bytes:
    (total,) = struct.unpack_from("<I", whole, 4)
    kept, at, limit = [], 12, 8 + total
    if limit > len(whole):
        raise Refused("damaged")
    while at + 8 <= limit:
        (size,) = struct.unpack_from("<I", whole, at + 4)
        name, end = whole[at : at + 4], at + 8 + size
        if end > limit:
            raise Refused("damaged")
        body = whole[at + 8 : end]
        if name == b"VP8X":
            body = bytes((body[0] & ~_WEBP_FLAGS,)) + body[1:]
        if name in _WEBP_KEPT:
            kept.append(name + struct.pack("<I", size) + body + b"\0" * (size % 2))
        at = end + size % 2
    chunks = b"".join(kept)
    return b"RIFF" + struct.pack("<I", len(chunks) + 4) + b"WEBP" + chunks
