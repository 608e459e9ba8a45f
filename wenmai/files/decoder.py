"""A program of its own: opens one picture, book or film from standard input, within limits; answers on standard output.

    python -m wenmai.files.decoder measure|320|960 <media type>      of a film: its still
    python -m wenmai.files.decoder chapters:<address>|picture:<number> application/epub+zip

The answer is a line of JSON (measures, or `refused`), then the picture as WebP where one was asked for, or the chapters
of a book as JSON, with the address before the number of each picture. After its imports it can open no
further file or socket; memory, processor time and output are bounded by the kernel.
"""

import codecs
import contextlib
import io
import json
import resource
import sys
import zipfile
from typing import Any, BinaryIO

from lxml import html
from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from wenmai.files.rules import chapters, epub, stills
from wenmai.files.rules.kinds import FILMS, PIXEL_LIMIT, WIDTHS
from wenmai.files.rules.measures import damaged
from wenmai.lib.refusal import Refused

MEMORY = 1024 * 1024 * 1024
SECONDS = 20
OUTPUT = 16 * 1024 * 1024
_FORMATS = {
    "image/jpeg": ["JPEG"],
    "image/png": ["PNG"],
    "image/gif": ["GIF"],
    "image/webp": ["WEBP"],
    "image/tiff": ["TIFF"],
}
_ANY = sorted({name for names in _FORMATS.values() for name in names} - {"TIFF"})


class Input(io.RawIOBase):
    """Standard input without its number, so that no library duplicates or maps it."""

    def __init__(self) -> None:
        self._file = io.FileIO(0)

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._file.seek(offset, whence)

    def readinto(self, buffer: Any) -> int | None:
        return self._file.readinto(buffer)


def main() -> None:
    task, media_type = sys.argv[1:]
    _shut_in()
    payload = b""
    try:
        answer, payload = _answer(task, media_type)
    except Refused as refused:
        answer = {"refused": refused.code, "detail": refused.detail}
    except MemoryError:
        answer = {"refused": "too_costly", "detail": "memory"}
    except Image.DecompressionBombError:
        answer = {"refused": "too_many_pixels", "detail": ""}
    except Exception as fault:  # whatever a codec raises over a bad file, the file is bad
        answer = {"refused": "damaged", "detail": f"{type(fault).__name__}: {fault}"[:200]}
    sys.stdout.buffer.write(json.dumps(answer).encode() + b"\n" + payload)


def _shut_in() -> None:
    Image.init()
    _warm_up()
    Image.MAX_IMAGE_PIXELS = PIXEL_LIMIT
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (OUTPUT, OUTPUT))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))


def _warm_up() -> None:
    """Uses every codec once: what it imports on first use could not be opened later."""
    for name in ("JPEG", "PNG", "GIF", "WEBP", "TIFF"):
        sample = io.BytesIO()
        Image.new("RGB", (8, 8)).save(sample, name)
        image = Image.open(sample, formats=[name])
        image.load()
        image.seek(0)
        ImageOps.exif_transpose(image).convert("RGBA").resize((4, 4))
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("META-INF/container.xml", "<none/>")
    with contextlib.suppress(Refused):
        epub.cover(epub.open_book(archive, archive.tell()))
    html.fromstring("<p>&nbsp;</p>", parser=html.HTMLParser(encoding="utf-8"))
    codecs.lookup("cp437")
    _in_srgb(Image.new("RGB", (1, 1)), ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())


def _answer(task: str, media_type: str) -> tuple[dict[str, Any], bytes]:
    stream = io.BufferedReader(Input())
    size = stream.seek(0, 2)
    stream.seek(0)
    if media_type == "application/epub+zip":
        return _of_book(task, stream, size)
    if media_type in FILMS:
        return _within(stills.still(stream, size, media_type), task)
    image = _open(stream, _FORMATS[media_type])
    if task != "measure":
        return {}, _picture(image, int(task))
    pages = getattr(image, "n_frames", 1) if media_type == "image/tiff" else None
    image.seek(0)
    turned = image.getexif().get(0x0112, 1) in {5, 6, 7, 8}
    width, height = image.size[::-1] if turned else image.size
    image.draft(None, (1, 1))
    image.load()
    return {"width": width, "height": height, "pages": pages, "has_picture": True}, b""


def _of_book(task: str, stream: BinaryIO, size: int) -> tuple[dict[str, Any], bytes]:
    book = epub.open_book(stream, size)
    what, _colon, rest = task.partition(":")
    if what == "chapters":
        return {}, json.dumps(chapters.read(book, rest)._asdict(), ensure_ascii=False).encode()
    if what == "picture":
        return {}, _picture(_open(io.BytesIO(_entry(book, int(rest))), _ANY), max(WIDTHS))
    return _within(epub.cover(book), task)


def _within(picture: bytes, task: str) -> tuple[dict[str, Any], bytes]:
    """Of a file that is no picture but may hold one."""
    if task != "measure":
        return {}, _picture(_open(io.BytesIO(picture), _ANY), int(task))
    return {"has_picture": bool(picture) and _can_open(picture)}, b""


def _entry(book: zipfile.ZipFile, number: int) -> bytes:
    names = chapters.pictures_of(book)
    if number >= len(names) or book.getinfo(names[number]).file_size > epub.COVER:
        raise damaged("picture")
    return book.read(names[number])


def _can_open(cover: bytes) -> bool:
    try:
        _open(io.BytesIO(cover), _ANY).load()
    except (OSError, ValueError, Refused, Image.DecompressionBombError):
        return False
    return True


def _open(stream: Any, formats: list[str]) -> Image.Image:
    try:
        image = Image.open(stream, formats=formats)
    except UnidentifiedImageError as fault:
        raise damaged("picture") from fault
    if image.width * image.height > PIXEL_LIMIT:
        raise Refused("too_many_pixels", f"{image.width} × {image.height}")
    return image


def _picture(image: Image.Image, width: int) -> bytes:
    """At most so wide and three times so high, upright, in sRGB, without anything of the original's metadata."""
    image.seek(0)
    box = (width, 3 * width)
    image.draft(None, (2 * width, 2 * width))
    profile = image.info.get("icc_profile")
    small = _plain(image)
    small.thumbnail((3 * width, 3 * width), Image.Resampling.LANCZOS, reducing_gap=3.0)
    upright = ImageOps.exif_transpose(small)
    upright.thumbnail(box, Image.Resampling.LANCZOS, reducing_gap=3.0)
    target = io.BytesIO()
    _in_srgb(upright, profile).save(target, "WEBP", quality=80, method=4, exif=b"", icc_profile=b"", xmp=b"")
    return target.getvalue()


def _plain(image: Image.Image) -> Image.Image:
    """In a mode that can be resized and kept as WebP; wide greys are stretched between their extremes."""
    if image.mode in {"RGB", "RGBA", "L", "CMYK", "LAB"}:
        image.load()
        return image
    if image.mode.startswith(("I", "F")):
        low, high = image.convert("F").getextrema()
        assert isinstance(low, float)
        assert isinstance(high, float)
        scale = 255 / (high - low) if high > low else 0.0
        return image.convert("F").point(lambda value: value * scale - low * scale).convert("L")
    transparent = image.mode in {"LA", "PA", "La", "RGBa"} or "transparency" in image.info
    plain = image.convert("RGBA" if transparent else "RGB")
    plain.info.pop("transparency", None)
    return plain


def _in_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    mode = "RGBA" if image.mode == "RGBA" else "RGB"
    try:
        if image.mode == "LAB":
            source = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB"))
        elif profile:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        else:
            return image.convert(mode)
        if mode == "RGBA":
            colours = ImageCms.profileToProfile(image.convert("RGB"), source, ImageCms.createProfile("sRGB"))
            assert colours is not None
            colours.putalpha(image.getchannel("A"))
            return colours
        turned = ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
        assert turned is not None
        return turned
    except ImageCms.PyCMSError:
        return image.convert(mode)


if __name__ == "__main__":
    main()
