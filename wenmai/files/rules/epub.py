"""EPUB (OCF 3.3): an archive that neither explodes nor climbs out of its folder, and what its cover is."""

import stat
import zipfile
import zlib
from pathlib import PurePosixPath
from typing import BinaryIO
from urllib.parse import unquote

from lxml import etree

from wenmai.files.rules.measures import damaged
from wenmai.lib.refusal import Refused

ENTRIES = 10_000
OPENED = 1024 * 1024 * 1024
"""Bytes of all entries together."""
RATIO = 200
"""Opened to packed, over the whole archive; running text packs to a fifth, blank pictures to a hundredth."""
COVER = 20 * 1024 * 1024
_SMALL = 1024 * 1024
_PACKED = 4 * 1024 * 1024
_NAMES = {
    "c": "urn:oasis:names:tc:opendocument:xmlns:container",
    "o": "http://www.idpf.org/2007/opf",
}


def unsafe(what: str) -> Refused:
    return Refused("unsafe_archive", what)


def open_book(stream: BinaryIO, size: int) -> zipfile.ZipFile:
    """Checks the list of entries and reads each to its end. Refused: unsafe_archive, damaged, encrypted."""
    try:
        book = zipfile.ZipFile(stream)
        _check_entries(book.infolist(), size)
        for entry in book.infolist():
            with book.open(entry) as opened:
                while opened.read(_SMALL):
                    pass
    except zipfile.BadZipFile as fault:
        if "overlap" in str(fault).lower():
            raise unsafe("overlapping entries") from fault
        raise damaged("archive") from fault
    except (zlib.error, EOFError, NotImplementedError, ValueError) as fault:
        raise damaged("archive") from fault
    return book


def _check_entries(entries: list[zipfile.ZipInfo], size: int) -> None:
    if len(entries) > ENTRIES:
        raise unsafe("too many entries")
    opened = sum(entry.file_size for entry in entries)
    if opened > OPENED or opened > max(RATIO * size, _PACKED):
        raise unsafe("opens to too much")
    if sum(entry.compress_size for entry in entries) > size:
        raise unsafe("overlapping entries")
    seen: set[str] = set()
    for entry in entries:
        _check_name(entry.orig_filename)
        if stat.S_ISLNK(entry.external_attr >> 16):
            raise unsafe("a link")
        if entry.flag_bits & 0x1:
            raise Refused("encrypted", entry.filename[:80])
        if entry.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
            raise unsafe("compression")
        if entry.filename in seen:
            raise unsafe("the same name twice")
        seen.add(entry.filename)


def _check_name(name: str) -> None:
    parts = PurePosixPath(name).parts
    if name.startswith("/") or ".." in parts or "\\" in name or "\0" in name or name[1:2] == ":" or len(name) > 1000:
        raise unsafe("a name that leads out")


def cover(book: zipfile.ZipFile) -> bytes:
    """The bytes of the cover picture, b"" without one. Refused `damaged` without container or package document."""
    path, package = package_of(book)
    items = {item.get("id", ""): item for item in package.iterfind(".//o:manifest/o:item", _NAMES)}
    chosen = [item for item in items.values() if "cover-image" in item.get("properties", "").split()]
    named = [meta.get("content", "") for meta in package.iterfind(".//o:metadata/o:meta[@name='cover']", _NAMES)]
    chosen += [items[name] for name in named if name in items]
    for item in chosen:
        name = join(path, unquote(item.get("href", "")))
        if name in book.namelist() and book.getinfo(name).file_size <= COVER:
            return book.read(name)
    return b""


def package_of(book: zipfile.ZipFile) -> tuple[str, etree._Element]:
    """Name and content of the package document. Refused `damaged` without it."""
    root = xml_of(book, "META-INF/container.xml").find(".//c:rootfile", _NAMES)
    path = root.get("full-path", "") if root is not None else ""
    return path, xml_of(book, path)


def join(package: str, target: str) -> str:
    """Where a relative address leads from the entry that says it; never out of the archive."""
    parts: list[str] = []
    for part in (*PurePosixPath(package).parent.parts, *PurePosixPath(target).parts):
        if part == ".." and parts:
            parts.pop()
        elif part not in {"..", "."}:
            parts.append(part)
    return "/".join(parts)


def xml_of(book: zipfile.ZipFile, name: str) -> etree._Element:
    if name not in book.namelist() or book.getinfo(name).file_size > _PACKED:
        raise damaged(name[:80] or "container.xml")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        return etree.fromstring(book.read(name), parser)
    except (etree.XMLSyntaxError, ValueError) as fault:
        raise damaged(name[:80]) from fault
