"""The types that are kept, and what a declared type has to agree with."""

from typing import NamedTuple

from wenmai.lib.refusal import Refused

MIB = 1024 * 1024
UPLOAD_LIMIT = 2048 * MIB
"""Bytes; the default where a caller says nothing else."""
PIXEL_LIMIT = 100_000_000
"""An A3 page at 600 dpi has 70 million."""
WIDTHS = (320, 960)
FILMS = ("video/mp4", "video/webm")
STILLS = 1
"""Rises when stills are found in more kinds of films: those without one are looked at again."""


class MediaType(NamedTuple):
    """`shown`: browsers show it inside their own sandbox; others are offered for download."""

    name: str
    kind: str
    extension: str
    shown: bool
    aliases: frozenset[str] = frozenset()


def _type(name: str, kind: str, extension: str, shown: bool = True, aliases: str = "") -> MediaType:
    return MediaType(name, kind, extension, shown, frozenset(aliases.split()))


TYPES = {
    one.name: one
    for one in (
        _type("image/jpeg", "image", "jpg", aliases="image/jpg image/pjpeg"),
        _type("image/png", "image", "png", aliases="image/x-png image/apng"),
        _type("image/gif", "image", "gif"),
        _type("image/webp", "image", "webp"),
        _type("image/tiff", "image", "tif", False, "image/tif image/x-tiff"),
        _type("audio/mpeg", "audio", "mp3", aliases="audio/mp3 audio/mpeg3 audio/x-mpeg audio/x-mp3"),
        _type("audio/wav", "audio", "wav", aliases="audio/x-wav audio/wave audio/vnd.wave audio/x-pn-wav"),
        _type("audio/flac", "audio", "flac", aliases="audio/x-flac"),
        _type("audio/ogg", "audio", "ogg", aliases="application/ogg video/ogg audio/vorbis audio/opus"),
        _type("audio/mp4", "audio", "m4a", aliases="audio/x-m4a audio/m4a audio/aac video/mp4 video/x-m4v"),
        _type("video/mp4", "video", "mp4", aliases="video/x-m4v audio/mp4 application/mp4"),
        _type("audio/webm", "audio", "weba", aliases="video/webm"),
        _type("video/webm", "video", "webm", aliases="audio/webm"),
        _type("application/pdf", "pdf", "pdf", aliases="application/x-pdf"),
        _type("application/epub+zip", "ebook", "epub", False, "application/epub application/zip"),
        _type("text/vtt", "captions", "vtt", False, "text/plain text/srt application/x-subrip application/srt"),
    )
}
UNDECLARED = {"", "application/octet-stream", "binary/octet-stream"}


def check_declared(declared: str, found: str) -> None:
    """Refused `type_differs` when somebody says one type and the bytes say another; no word is no lie."""
    said = declared.partition(";")[0].strip().lower()
    if said not in UNDECLARED and said != found and said not in TYPES[found].aliases:
        raise Refused("type_differs", f"{said[:60]} / {found}")


def clean_name(name: str, media_type: str) -> str:
    """A file's name for people: without folders and control characters, at most 200, its ending that of the type.

    >>> clean_name("../春晓.html", "image/png")
    '春晓.png'
    """
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    kept = "".join(one for one in last if one.isprintable() and one not in '<>:"|?*').strip(" .")
    stem = kept.rsplit(".", 1)[0] if "." in kept else kept
    extension = TYPES[media_type].extension
    return f"{stem[: 199 - len(extension)].strip(' .')}.{extension}" if stem.strip(" .") else ""
