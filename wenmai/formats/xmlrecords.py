"""Records in XML: MARCXML and UNIMARC XML, simple and qualified Dublin Core; alone, in a list, or in an OAI answer."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import BinaryIO

from lxml import etree

from wenmai.formats import xmlslices
from wenmai.formats.dublin import WRAPPERS, read_dublin
from wenmai.formats.marc import Marc
from wenmai.formats.marcquick import read_marc_text
from wenmai.formats.marcxml import read_marc_element
from wenmai.formats.values import Limits, Outcome, Parsed, Reject, reject

Element = etree._Element
_FIELDS = ("leader", "controlfield", "datafield")  # what stands first in a MARC record
_NO_NAMESPACE = 201  # XML_NS_ERR_UNDEFINED_NAMESPACE of libxml2
_UNDECLARED = b'"urn:x-wenmai:undeclared"'

Read = Callable[[Element], tuple[str, object] | None]  # key and body, or nothing when it is no such record

_READS: dict[str, Read] = {
    "marcxml": lambda element: read_marc_element(element, "marc21"),
    "unimarcxml": lambda element: read_marc_element(element, "unimarc"),
    "oai_dc": read_dublin,
    "qdc": read_dublin,
}
_FAMILIES = {"marcxml": "marc21", "unimarcxml": "unimarc"}
_NAMES = {
    "marcxml": frozenset({"record"}),
    "unimarcxml": frozenset({"record"}),
    "oai_dc": frozenset({"record"}) | WRAPPERS,
    "qdc": frozenset({"record"}) | WRAPPERS,
}


def safe_parser() -> etree.XMLParser:
    """A parser that fetches nothing, expands nothing, and keeps libxml2's limits on depth and size."""
    return etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        encoding="utf-8",
    )


def local_name(element: Element) -> str:
    """Name of an element without its namespace."""
    tag = str(element.tag)
    return tag[tag.rfind("}") + 1 :]


def child_of(element: Element, name: str) -> Element | None:
    """The first child of that name, whatever its namespace."""
    return next((child for child in element.iterchildren(tag=etree.Element) if local_name(child) == name), None)


def text_of(element: Element | None) -> str:
    """Text of an element, trimmed; empty without one."""
    return (element.text or "").strip() if element is not None else ""


def is_deleted(header: Element) -> bool:
    """Whether the header of an OAI-PMH record says that the record is gone."""
    return (header.get("status") or "").strip().lower() == "deleted"


def read_xml(stream: BinaryIO, limits: Limits, *, format: str, encoding: str = "") -> Iterator[Outcome]:
    """The records of an XML document."""
    parser = safe_parser()
    family = _FAMILIES.get(format)
    for piece in xmlslices.cut(stream, _NAMES[format], limits, encoding):
        if isinstance(piece, xmlslices.Slice):
            if family and (found := _read_quickly(piece.raw, family, limits)):
                yield Parsed(found[0], piece.raw, found[1], piece.position)
                continue
            element = parse_slice(piece, limits, parser)
            if isinstance(element, Reject):
                yield element
            else:
                yield read_element(element, piece.raw, piece.position, format, limits, "")
        else:
            yield piece


def _read_quickly(raw: bytes, family: str, limits: Limits) -> tuple[str, Marc] | None:
    if len(raw) > limits.record_bytes or raw.count(b"<") > 4 * limits.fields:
        return None
    return read_marc_text(raw, family)


def parse_one(raw: bytes, *, format: str, limits: Limits, key: str = "", position: int = 0) -> Outcome:
    """The one record that these bytes are, their namespaces declared inside."""
    element = parse_slice(xmlslices.Slice(raw, position, b""), limits, safe_parser())
    if isinstance(element, Reject):
        return replace(element, key=key)
    return read_element(element, raw, position, format, limits, key)


def parse_slice(piece: xmlslices.Slice, limits: Limits, parser: etree.XMLParser) -> Element | Reject:
    """The element of a record, parsed alone."""
    raw, position, around = piece
    if len(raw) > limits.record_bytes:
        return reject(raw, position, "too_large", "The record is too long.", limits=limits)
    if raw.count(b"<") > 4 * limits.fields:
        return reject(raw, position, "too_many_fields", f"More than {limits.fields} fields.", limits=limits)
    if b"<!ENTITY" in raw:
        return reject(raw, position, "entities", "The record declares entities.", limits=limits)
    try:
        root = etree.fromstring(xmlslices.wrap(piece) if around else raw, parser)
    except etree.XMLSyntaxError as error:
        if getattr(error, "code", 0) == _NO_NAMESPACE and b"=" + _UNDECLARED not in around:
            return parse_slice(_declare(piece), limits, parser)
        return reject(raw, position, _code_of(error), _sentence_of(error), limits=limits)
    return root[0] if around else root


def read_element(element: Element, raw: bytes, position: int, format: str, limits: Limits, key: str) -> Outcome:
    """The record in an element: an OAI or SRU record is opened; what it holds, or the element itself, is read."""
    first = next(element.iterchildren(tag=etree.Element), None)
    if first is not None and local_name(first) in _FIELDS:
        found = _READS[format](element)
        return (
            Parsed(key or found[0], raw, found[1], position) if found else _foreign(raw, position, format, limits, key)
        )
    header = child_of(element, "header")
    if header is not None:
        key = key or text_of(child_of(header, "identifier"))
        if is_deleted(header):
            return Parsed(key, raw, None, position, (), True)
    for inner in _inside(element, format):
        found = _READS[format](inner)
        if found:
            return Parsed(key or found[0], raw, found[1], position)
    return _foreign(raw, position, format, limits, key)


def _foreign(raw: bytes, position: int, format: str, limits: Limits, key: str) -> Reject:
    detail = f"The element holds no {format} record."
    return reject(raw, position, "not_a_record", detail, limits=limits, key=key)


def _declare(piece: xmlslices.Slice) -> xmlslices.Slice:
    """The same record with every prefix in it declared: a prefix that nobody declared is not worth a record."""
    known = set(re.findall(rb"xmlns:([\w.\-]+)", piece.around + piece.raw))
    missing = set(re.findall(rb"[</\s]([A-Za-z_][\w.\-]*):[A-Za-z_]", piece.raw)) - known - {b"xml"}
    declared = b"".join(b" xmlns:" + prefix + b"=" + _UNDECLARED for prefix in sorted(missing))
    return piece._replace(around=(piece.around or b"<around>")[:-1] + declared + b">")


def _inside(element: Element, format: str) -> Iterator[Element]:
    """Where the record may stand: inside metadata or recordData, or here."""
    names = _NAMES[format]
    for name in ("metadata", "recordData"):
        holder = child_of(element, name)
        if holder is not None:
            yield from (inner for inner in holder.iter(tag=etree.Element) if local_name(inner) in names)
            yield from holder.iterchildren(tag=etree.Element)
            return
    yield element
    yield from (inner for inner in element.iterdescendants(tag=etree.Element) if local_name(inner) in names)


def _code_of(error: etree.XMLSyntaxError) -> str:
    text = str(error)
    if "encoding" in text.lower() or "utf-8" in text.lower():
        return "encoding"
    if "depth" in text.lower():
        return "too_deep"
    return "too_large" if "huge" in text.lower() else "syntax"


def _sentence_of(error: etree.XMLSyntaxError) -> str:
    return f"Not well formed: {error.msg} (counted from the record's first line)."[:400]
