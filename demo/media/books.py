"""Generated books: poems as EPUB 3, albums of pictures as PDF 1.4. The same input gives the same bytes."""

import io
import zipfile
from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import NamedTuple

from PIL import Image

_WHEN = (2026, 1, 1, 0, 0, 0)
_STYLE = "body{margin:6%;line-height:1.9}h1,h2{font-weight:normal;letter-spacing:.1em}p{margin:.2em 0}.by{color:#666}"
_CONTAINER = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
    '<rootfile full-path="OEBPS/book.opf" media-type="application/oebps-package+xml"/></rootfiles></container>'
)


class Poem(NamedTuple):
    title: str
    author: str
    lines: Sequence[str]


class Book(NamedTuple):
    """`language` as a BCP 47 tag; `note` stands on the title page and says where the text comes from."""

    key: str
    title: str
    creator: str
    language: str
    note: str
    poems: Sequence[Poem]


def write_epub(path: Path, book: Book, cover: Image.Image) -> None:
    target = io.BytesIO()
    cover.convert("RGB").save(target, "JPEG", quality=82)
    pages = [("title", _title_page(book))]
    pages += [(f"poem-{number:03}", _poem_page(book, poem)) for number, poem in enumerate(book.poems, 1)]
    with zipfile.ZipFile(path, "w") as archive:
        _add(archive, "mimetype", b"application/epub+zip", zipfile.ZIP_STORED)
        _add(archive, "META-INF/container.xml", _CONTAINER.encode())
        _add(archive, "OEBPS/book.opf", _package(book, [name for name, _ in pages]).encode())
        _add(archive, "OEBPS/nav.xhtml", _contents(book).encode())
        _add(archive, "OEBPS/style.css", _STYLE.encode())
        _add(archive, "OEBPS/cover.jpg", target.getvalue(), zipfile.ZIP_STORED)
        for name, page in pages:
            _add(archive, f"OEBPS/{name}.xhtml", page.encode())


def _add(archive: zipfile.ZipFile, name: str, content: bytes, how: int = zipfile.ZIP_DEFLATED) -> None:
    entry = zipfile.ZipInfo(name, _WHEN)
    entry.compress_type, entry.external_attr = how, 0o644 << 16
    archive.writestr(entry, content)


def _page(book: Book, title: str, body: str) -> str:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE html>\n<html xmlns="http://www.w3.org/1999/xhtml" '
        f'xmlns:epub="http://www.idpf.org/2007/ops" lang="{book.language}" xml:lang="{book.language}"><head>'
        f'<meta charset="utf-8"/><title>{escape(title)}</title><link rel="stylesheet" href="style.css"/></head>'
        f"<body>{body}</body></html>\n"
    )


def _title_page(book: Book) -> str:
    words = f"<h1>{escape(book.title)}</h1><p class='by'>{escape(book.creator)}</p><p>{escape(book.note)}</p>"
    return _page(book, book.title, words)


def _poem_page(book: Book, poem: Poem) -> str:
    by = f"<p class='by'>{escape(poem.author)}</p>" if poem.author else ""
    lines = "".join(f"<p>{escape(line)}</p>" for line in poem.lines)
    return _page(book, poem.title, f"<section><h2>{escape(poem.title)}</h2>{by}{lines}</section>")


def _contents(book: Book) -> str:
    entries = "".join(
        f'<li><a href="poem-{number:03}.xhtml">{escape(poem.title)}</a></li>'
        for number, poem in enumerate(book.poems, 1)
    )
    return _page(book, book.title, f'<nav epub:type="toc"><h1>{escape(book.title)}</h1><ol>{entries}</ol></nav>')


def _package(book: Book, names: Sequence[str]) -> str:
    items = "".join(f'<item id="{name}" href="{name}.xhtml" media-type="application/xhtml+xml"/>' for name in names)
    order = "".join(f'<itemref idref="{name}"/>' for name in names)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<package xmlns="http://www.idpf.org/2007/opf" version="3.0" '
        'unique-identifier="id"><metadata xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f'<dc:identifier id="id">urn:wenmai:demo:{escape(book.key)}</dc:identifier>'
        f"<dc:title>{escape(book.title)}</dc:title>"
        f"<dc:creator>{escape(book.creator)}</dc:creator><dc:language>{book.language}</dc:language>"
        f"<dc:description>{escape(book.note)}</dc:description>"
        '<meta property="dcterms:modified">2026-01-01T00:00:00Z</meta></metadata><manifest>'
        '<item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>'
        '<item id="cover" href="cover.jpg" media-type="image/jpeg" properties="cover-image"/>'
        f'<item id="style" href="style.css" media-type="text/css"/>{items}</manifest><spine>{order}</spine></package>\n'
    )


def write_pdf(path: Path, title: str, creator: str, sheets: Sequence[Image.Image]) -> None:
    """One sheet a page, 842 points wide and as high as its proportions ask."""
    kids = " ".join(f"{4 + 3 * number} 0 R" for number in range(len(sheets)))
    info = f"<</Title {_text(title)}/Author {_text(creator)}/CreationDate(D:20260101000000Z)>>"
    bodies = [
        b"<</Type/Catalog/Pages 2 0 R/Lang(zh-CN)/ViewerPreferences<</DisplayDocTitle true>>>>",
        f"<</Type/Pages/Count {len(sheets)}/Kids[{kids}]>>".encode(),
        info.encode(),
    ]
    for number, sheet in enumerate(sheets):
        bodies += _sheet(4 + 3 * number, sheet)
    content, places = b"%PDF-1.4\n%\xe6\x96\x87\xe8\x84\x89\n", []
    for number, body in enumerate(bodies, 1):
        places.append(len(content))
        content += f"{number} 0 obj\n".encode() + body + b"\nendobj\n"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    size = len(bodies) + 1
    tail = f"xref\n0 {size}\n0000000000 65535 f \n{table}trailer\n<</Size {size}/Root 1 0 R/Info 3 0 R>>\n"
    path.write_bytes(content + f"{tail}startxref\n{len(content)}\n%%EOF\n".encode())


def _sheet(number: int, sheet: Image.Image) -> list[bytes]:
    """Page, its drawing, its picture: three objects from `number` on."""
    target = io.BytesIO()
    sheet.convert("RGB").save(target, "JPEG", quality=80)
    width, height = 842, round(842 * sheet.height / sheet.width)
    drawing = f"{width} 0 0 {height} 0 0 cm /I Do".encode()
    head = (
        f"<</Type/XObject/Subtype/Image/Width {sheet.width}/Height {sheet.height}/ColorSpace/DeviceRGB"
        f"/BitsPerComponent 8/Filter/DCTDecode/Length {target.tell()}>>\nstream\n"
    )
    return [
        f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 {width} {height}]/Contents {number + 1} 0 R"
        f"/Resources<</XObject<</I {number + 2} 0 R>>>>>>".encode(),
        f"<</Length {len(drawing)}>>\nstream\n".encode() + drawing + b"\nendstream",
        head.encode() + target.getvalue() + b"\nendstream",
    ]


def _text(words: str) -> str:
    return f"<FEFF{words.encode('utf-16-be').hex().upper()}>"
