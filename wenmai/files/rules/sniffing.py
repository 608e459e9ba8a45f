"""What a file is, by its first bytes. Nothing that a browser could run as a page is ever recognised."""

import re
from collections.abc import Callable

from wenmai.files.rules import captions
from wenmai.files.rules.sound import is_mp3

HEAD = 4096
"""How many bytes `sniff` wants to see."""

_OGG_SOUND = (b"\x01vorbis", b"OpusHead", b"\x7fFLAC", b"Speex   ")
_BRANDS = {b"M4A ", b"M4B ", b"mp41", b"mp42", b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"avc1", b"dash", b"M4V "}
# The document type, its length 4 written in any of the eight widths (RFC 8794, 4).
_LENGTHS = b"|".join(re.escape((4 | 1 << 7 * width).to_bytes(width)) for width in range(1, 9))
_WEBM = re.compile(rb"\x42\x82(?:" + _LENGTHS + rb")webm")
_EPUB = b"application/epub+zip"


def sniff(head: bytes) -> str:
    """The media type, or "" for everything that is not kept. `head`: the first `HEAD` bytes, or all there are.

    SubRip is text/vtt: that is what it is kept as.
    """
    for prefix, recognise in _PREFIXES:
        if head.startswith(prefix):
            return recognise(head)
    if head[4:8] == b"ftyp":
        return _mp4(head)
    return captions.TYPE if captions.is_captions(head) else _mp3(head)


def _always(name: str) -> Callable[[bytes], str]:
    return lambda head: name


def _riff(head: bytes) -> str:
    return {b"WEBP": "image/webp", b"WAVE": "audio/wav"}.get(head[8:12], "")


def _webm(head: bytes) -> str:
    return "video/webm" if _WEBM.search(head[:256]) else ""


def _ogg(head: bytes) -> str:
    return "audio/ogg" if any(mark in head[28:80] for mark in _OGG_SOUND) else ""


def _mp3(head: bytes) -> str:
    return "audio/mpeg" if is_mp3(head) else ""


def _mp4(head: bytes) -> str:
    size = int.from_bytes(head[:4])
    brands = {head[at : at + 4] for at in (8, *range(16, min(size, len(head)), 4))}
    return "video/mp4" if brands & _BRANDS else ""


def _book(head: bytes) -> str:
    """OCF 3.3, 4.2.2: the first entry is `mimetype`, stored plainly. Some writers add an extra field; it is skipped."""
    method, name, extra = (int.from_bytes(head[at : at + 2], "little") for at in (8, 26, 28))
    start = 38 + extra
    said = method == 0 and name == 8 and head[30:38] == b"mimetype" and head[start : start + len(_EPUB)] == _EPUB
    return "application/epub+zip" if said else ""


_PREFIXES: tuple[tuple[bytes, Callable[[bytes], str]], ...] = (
    (b"\xff\xd8\xff", _always("image/jpeg")),
    (b"\x89PNG\r\n\x1a\n", _always("image/png")),
    (b"GIF87a", _always("image/gif")),
    (b"GIF89a", _always("image/gif")),
    (b"II*\0", _always("image/tiff")),
    (b"MM\0*", _always("image/tiff")),
    (b"II+\0\x08\0\0\0", _always("image/tiff")),
    (b"MM\0+\0\x08\0\0", _always("image/tiff")),
    (b"fLaC\0", _always("audio/flac")),
    (b"fLaC\x80", _always("audio/flac")),
    (b"%PDF-", _always("application/pdf")),
    (b"RIFF", _riff),
    (b"RF64", _riff),
    (b"\x1aE\xdf\xa3", _webm),
    (b"OggS", _ogg),
    (b"PK\x03\x04", _book),
)
