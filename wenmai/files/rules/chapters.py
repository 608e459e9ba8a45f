"""A book as chapters that are safe to show: an allow-list of elements is written anew, nothing of the original passes.

Links lead inside the book only ("?chapter=3#b-note"), pictures to where this node serves them; scripts, styles, forms,
frames and whatever would ask another server are left out.
"""

import re
import zipfile
from collections.abc import Iterator
from html import escape
from typing import Any, NamedTuple
from urllib.parse import unquote, urldefrag, urlsplit

from lxml import etree, html

from wenmai.files.rules.epub import join, package_of, xml_of
from wenmai.files.rules.measures import damaged
from wenmai.lib.refusal import Refused

CHAPTERS = 3_000
LONGEST = 12 * 1024 * 1024
"""Characters of all chapters together; longer books are offered for download."""
_DEEPEST = 60
_XHTML = {"application/xhtml+xml", "text/html", "application/x-dtbook+xml"}
_HEADINGS = {"h1": "h2", "h2": "h3", "h3": "h4", "h4": "h5", "h5": "h6", "h6": "h6"}
_KEPT_NAMES = (
    "p div span em i b strong cite q blockquote br hr ul ol li dl dt dd pre code sub sup small ruby rt rp rb table"
    " thead tbody tfoot tr th td caption figure figcaption abbr del ins u s bdi bdo mark var kbd samp section"
)
_KEPT = frozenset(_KEPT_NAMES.split())
_EMPTY = frozenset({"br", "hr"})
_DROPPED_NAMES = (
    "script style head iframe frame frameset object embed applet form input button textarea select option audio video"
    " canvas link meta base template noscript math param source track title"
)
_DROPPED = frozenset(_DROPPED_NAMES.split())
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,4}")
_PLAIN_ID = re.compile(r"[^\w.:-]+")


class Chapter(NamedTuple):
    label: str
    html: str


class Book(NamedTuple):
    """`pictures` are names of entries, in the order of the numbers that chapters ask for them by."""

    title: str
    language: str
    chapters: list[Chapter]
    pictures: list[str]


def read(book: zipfile.ZipFile, base: str) -> Book:
    """`base` stands before the number of a picture. Refused: damaged, too_costly."""
    path, package = package_of(book)
    items = {one.get("id", ""): one for one in _all(package, "item")}
    spine = [items[one.get("idref", "")] for one in _all(package, "itemref") if one.get("idref", "") in items]
    names = [_name(path, one) for one in spine if one.get("media-type", "") in _XHTML]
    names = [name for name in dict.fromkeys(names) if name in book.namelist()]
    if not names:
        raise damaged("no chapters")
    if len(names) > CHAPTERS:
        raise Refused("too_costly", "chapters")
    pictures = pictures_of(book)
    labels = _labels(book, path, items)
    places = {name: number for number, name in enumerate(names, 1)}
    chapters, length = [], 0
    for name in names:
        writer = _Writer(name, places, {entry: at for at, entry in enumerate(pictures)}, base)
        text = "".join(writer.body(_tree(book, name)))
        length += len(text)
        if length > LONGEST:
            raise Refused("too_costly", "length")
        chapters.append(Chapter(labels.get(name) or writer.heading, text))
    return Book(_text(package, "title"), _language(_text(package, "language")), chapters, pictures)


def pictures_of(book: zipfile.ZipFile) -> list[str]:
    """The entries that the package names as pictures, in its order; drawings in SVG are not among them."""
    path, package = package_of(book)
    named = [_name(path, one) for one in _all(package, "item") if one.get("media-type", "").startswith("image/")]
    return [name for name in dict.fromkeys(named) if name in book.namelist() and not name.lower().endswith(".svg")]


class _Writer:
    """Writes one chapter; remembers its first heading."""

    def __init__(self, name: str, places: dict[str, int], pictures: dict[str, int], base: str) -> None:
        self._name, self._places, self._pictures, self._base = name, places, pictures, base
        self.heading = ""

    def body(self, root: etree._Element) -> Iterator[str]:
        body = next((one for one in root.iter() if _tag(one) == "body"), root)
        way = body.get("dir") or root.get("dir") or ""
        if way in ("ltr", "rtl"):
            yield f'<div dir="{way}">'
        yield from self._inside(body, 0)
        if way in ("ltr", "rtl"):
            yield "</div>"

    def _inside(self, element: etree._Element, depth: int) -> Iterator[str]:
        yield escape(element.text or "", quote=False)
        for child in element:
            yield from self._element(child, depth + 1)
            yield escape(child.tail or "", quote=False)

    def _element(self, element: etree._Element, depth: int) -> Iterator[str]:
        tag = _tag(element)
        if not tag or tag in _DROPPED:
            return
        if depth > _DEEPEST:
            yield escape(_words(element), quote=False)
        elif tag in ("img", "image"):
            yield self._picture(element)
        elif tag in _EMPTY:
            yield f"<{tag} />"
        elif tag == "a":
            yield from self._wrapped("a" if self._link(element) or _id(element) else "", element, depth)
        else:
            if tag in _HEADINGS and not self.heading:
                self.heading = " ".join(_words(element).split())[:200]
            yield from self._wrapped(_HEADINGS.get(tag) or (tag if tag in _KEPT else ""), element, depth)

    def _wrapped(self, tag: str, element: etree._Element, depth: int) -> Iterator[str]:
        if not tag:
            yield from self._inside(element, depth)
            return
        href = {"href": self._link(element)} if tag == "a" else {}
        said = "".join(f' {key}="{escape(value)}"' for key, value in (_kept(element) | href).items() if value)
        yield f"<{tag}{said}>"
        yield from self._inside(element, depth)
        yield f"</{tag}>"

    def _picture(self, element: etree._Element) -> str:
        source = next((value for key, value in element.attrib.items() if str(key).endswith(("src", "href"))), "")
        alt = escape(str(element.get("alt", ""))[:500])
        number = self._pictures.get(self._target(str(source))[0])
        if number is None:
            return alt and f"<span>{alt}</span>"
        return f'<img src="{escape(self._base)}{number}.webp" alt="{alt}" loading="lazy" decoding="async" />'

    def _link(self, element: etree._Element) -> str:
        if not element.get("href"):
            return ""
        name, fragment = self._target(str(element.get("href")))
        if name not in self._places:
            return ""
        mark = f"#{_mark(fragment)}" if fragment else ""
        return mark if name == self._name and mark else f"?chapter={self._places[name]}{mark}"

    def _target(self, address: str) -> tuple[str, str]:
        """The entry that an address names, and the place in it; nothing for what leads out of the book."""
        try:
            parts, (path, fragment) = urlsplit(address), urldefrag(address)
        except ValueError:
            return "", ""
        if parts.scheme or parts.netloc or path.startswith("/"):
            return "", ""
        return (join(self._name, unquote(path)) if path else self._name), unquote(fragment)


def _kept(element: etree._Element) -> dict[str, str]:
    """The attributes that pass: a mark, a language, a direction, spans of table cells."""
    language = str(element.get("{http://www.w3.org/XML/1998/namespace}lang") or element.get("lang") or "")
    spans = {key: str(element.get(key, "")) for key in ("colspan", "rowspan", "start")}
    return {
        "id": _id(element),
        "lang": _language(language),
        "dir": str(element.get("dir", "")) if element.get("dir") in ("ltr", "rtl", "auto") else "",
        **{key: value for key, value in spans.items() if re.fullmatch("[0-9]{1,3}", value)},
    }


def _id(element: etree._Element) -> str:
    name = element.get("id") or element.get("name") or ""
    return _mark(str(name)) if name else ""


def _mark(name: str) -> str:
    """With a letter of ours before it, so that no mark of a book takes the name of one of the page."""
    return f"b-{_PLAIN_ID.sub('_', name)[:100]}"


def _language(tag: str) -> str:
    return tag if _LANGUAGE.fullmatch(tag) else ""


def _tag(element: Any) -> str:
    """Without its namespace, in small letters; nothing for comments, entities and processing instructions."""
    return element.tag.rpartition("}")[2].lower() if isinstance(element.tag, str) else ""


def _words(element: etree._Element) -> str:
    return "".join(str(one) for one in element.itertext(with_tail=False))


def _all(root: etree._Element, tag: str) -> list[etree._Element]:
    return [one for one in root.iter() if _tag(one) == tag]


def _text(root: etree._Element, tag: str) -> str:
    return next((" ".join((one.text or "").split())[:500] for one in _all(root, tag) if one.text), "")


def _name(path: str, item: etree._Element) -> str:
    return join(path, unquote(item.get("href", "")))


def _labels(book: zipfile.ZipFile, path: str, items: dict[str, etree._Element]) -> dict[str, str]:
    """What the table of contents calls each entry: of EPUB 3, else of EPUB 2; the first name counts."""
    found: dict[str, str] = {}
    for item in items.values():
        kind = item.get("media-type", "")
        if "nav" not in item.get("properties", "").split() and kind != "application/x-dtbncx+xml":
            continue
        name = _name(path, item)
        if name not in book.namelist():
            continue
        for address, words in _contents(_tree(book, name)):
            found.setdefault(join(name, unquote(urldefrag(address)[0])), " ".join(words.split())[:200])
    return found


def _contents(root: etree._Element) -> Iterator[tuple[str, str]]:
    for one in root.iter():
        if _tag(one) == "a" and one.get("href"):
            yield str(one.get("href")), _words(one)
        elif _tag(one) == "navpoint":
            content = next((child for child in one if _tag(child) == "content"), None)
            label = next((child for child in one if _tag(child) == "navlabel"), None)
            if content is not None and label is not None:
                yield str(content.get("src", "")), _words(label)


def _tree(book: zipfile.ZipFile, name: str) -> etree._Element:
    """As XML; a chapter that is none, or uses the entities of HTML, is read as HTML."""
    try:
        return xml_of(book, name)
    except Refused:
        parser = html.HTMLParser(no_network=True, huge_tree=False, encoding="utf-8")
        try:
            root = etree.fromstring(book.read(name), parser)
        except (etree.XMLSyntaxError, ValueError) as fault:
            raise damaged(name[:80]) from fault
        if root is None:
            raise damaged(name[:80]) from None
        return root
