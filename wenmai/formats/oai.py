"""Answers of OAI-PMH 2.0 servers, read for what they are.

Each record of a page is cut out and parsed alone: one that is not well formed becomes a `Reject` and the others
stay. A page that is no OAI-PMH answer, or not all of one, is a `Reject` as a whole, so that nobody takes its end
for the end of the list. Names are compared without namespaces: some servers forget them.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import NamedTuple

from lxml import etree

from wenmai.formats import xmlslices
from wenmai.formats.values import DEFAULT_LIMITS, Limits, Outcome, Reject, reject
from wenmai.formats.xmlrecords import child_of, is_deleted, local_name, parse_slice, read_element, safe_parser, text_of
from wenmai.formats.xmlwindow import to_utf8

_NAMES = frozenset({"record", "header"})
_ROOT = re.compile(rb"<(?:[\w.\-]+:)?OAI-PMH[\s>]")
_VERBS = ("ListRecords", "ListIdentifiers", "GetRecord", "Identify", "ListSets", "ListMetadataFormats")


class Header(NamedTuple):
    """What the server says about a record; `datestamp` as it stands, a day or a second."""

    identifier: str
    datestamp: str
    sets: tuple[str, ...]
    deleted: bool


class Record(NamedTuple):
    """A record of a page.

    metadata  its metadata element, standing alone with its namespaces; empty when it is deleted
    position  byte offset of the record in the page
    outcome   the metadata read in the format that was asked for; None when none was
    """

    header: Header
    metadata: bytes
    position: int
    outcome: Outcome | None = None


class Token(NamedTuple):
    """A resumption token; an empty `value` ends the list. Numbers are None when the server does not tell them."""

    value: str
    cursor: int | None = None
    complete_size: int | None = None
    expires: str = ""


class Fault(NamedTuple):
    """An error of the protocol: badResumptionToken, noRecordsMatch, …"""

    code: str
    text: str


class MetadataFormat(NamedTuple):
    prefix: str
    schema: str
    namespace: str


class SetEntry(NamedTuple):
    spec: str
    name: str


class Identity(NamedTuple):
    """What a server says about itself (verb Identify); texts as they stand, empty when missing."""

    name: str
    base_url: str
    version: str
    earliest: str
    deleted_record: str
    granularity: str
    emails: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """One answer.

    verb       the verb that was answered, by the element in the answer; empty for an answer of errors only
    arguments  what the server says it was asked (attributes of `request`)
    records    of ListRecords and GetRecord, in order; a Reject for one that cannot be read
    headers    of ListIdentifiers
    token      None when the answer has none: the list is whole
    """

    verb: str
    response_date: str
    request_url: str
    arguments: dict[str, str]
    records: tuple[Record | Reject, ...] = ()
    headers: tuple[Header, ...] = ()
    token: Token | None = None
    errors: tuple[Fault, ...] = ()
    sets: tuple[SetEntry, ...] = ()
    formats: tuple[MetadataFormat, ...] = ()
    identity: Identity | None = None


def parse_page(raw: bytes, *, format: str = "", limits: Limits = DEFAULT_LIMITS, encoding: str = "") -> Page | Reject:
    """The answer that these bytes are, or why they are none (codes syntax, truncated, entities, encoding, …).

    With a `format` (marcxml, unimarcxml, oai_dc, qdc) each record's metadata is read in it at once, with the
    identifier as its key. `encoding` is the one that the HTTP header names, if it does.
    """
    if len(raw) > limits.document_bytes:
        return reject(raw, 0, "too_large", "The answer is too long.", limits=limits)
    text = to_utf8(raw, encoding)
    if not _ROOT.search(text, 0, 1 << 16):
        what = "an HTML page" if b"<html" in text[:4096].lower() else "something else" if text.strip() else "empty"
        return reject(raw, 0, "not_a_record", f"The answer is no OAI-PMH page but {what}.", limits=limits)
    pieces: list[xmlslices.Slice | Reject] = []
    skeleton, end = [], 0
    for piece in xmlslices.cut(BytesIO(text), _NAMES, limits, "utf-8"):
        if isinstance(piece, Reject) and piece.code in ("truncated", "entities"):
            return piece
        if isinstance(piece, Reject) and piece.code in ("no_records", "syntax") and piece.length == len(text):
            continue
        pieces.append(piece)
        skeleton.append(text[end : piece.position])
        end = piece.position + (piece.length if isinstance(piece, Reject) else len(piece.raw))
    skeleton.append(text[end:])
    return _read_page(b"".join(skeleton), pieces, raw, format, limits)


def _read_page(
    skeleton: bytes, pieces: list[xmlslices.Slice | Reject], raw: bytes, format: str, limits: Limits
) -> Page | Reject:
    parser = safe_parser()
    try:
        root = etree.fromstring(skeleton.lstrip(), parser)
    except etree.XMLSyntaxError as error:
        code = "encoding" if "encoding" in str(error).lower() or "utf-8" in str(error).lower() else "syntax"
        return reject(raw, 0, code, f"The answer is not well formed: {error.msg}."[:300], limits=limits)
    if local_name(root) != "OAI-PMH":
        detail = f"The answer is no OAI-PMH but {local_name(root)}."[:200]
        return reject(raw, 0, "not_a_record", detail, limits=limits)
    request = child_of(root, "request")
    answer = next((child for child in _children(root) if local_name(child) in _VERBS), None)
    records = tuple(_records(pieces, format, limits, parser))
    return Page(
        verb=local_name(answer) if answer is not None else "",
        response_date=text_of(child_of(root, "responseDate")),
        request_url=text_of(request),
        arguments={str(key): str(value) for key, value in request.attrib.items()} if request is not None else {},
        records=tuple(one for one in records if not isinstance(one, Header)),
        headers=tuple(one for one in records if isinstance(one, Header)),
        token=_token(child_of(answer, "resumptionToken")) if answer is not None else None,
        errors=tuple(Fault(one.get("code", ""), text_of(one)) for one in _children(root) if local_name(one) == "error"),
        sets=tuple(_sets(answer)),
        formats=tuple(_formats(answer)),
        identity=_identity(answer) if answer is not None and local_name(answer) == "Identify" else None,
    )


def _records(
    pieces: list[xmlslices.Slice | Reject], format: str, limits: Limits, parser: etree.XMLParser
) -> Iterator[Record | Header | Reject]:
    for piece in pieces:
        element = piece if isinstance(piece, Reject) else parse_slice(piece, limits, parser)
        if isinstance(element, Reject) or isinstance(piece, Reject):
            assert isinstance(element, Reject)
            yield element
        elif local_name(element) == "header":
            yield _header(element)
        else:
            yield _record(element, piece, format, limits)


def _record(element: etree._Element, piece: xmlslices.Slice, format: str, limits: Limits) -> Record | Reject:
    found = child_of(element, "header")
    if found is None:
        return reject(piece.raw, piece.position, "not_a_record", "The record has no header.", limits=limits)
    header = _header(found)
    if not header.identifier:
        return reject(piece.raw, piece.position, "not_a_record", "The record has no identifier.", limits=limits)
    holder = child_of(element, "metadata")
    content = next(_children(holder), None) if holder is not None else None
    if header.deleted:
        return Record(header, b"", piece.position)
    if content is None:
        detail = "The record is not deleted, but has no metadata."
        return reject(piece.raw, piece.position, "empty", detail, limits=limits, key=header.identifier)
    metadata = etree.tostring(content, encoding="utf-8", with_tail=False)
    outcome = None
    if format:
        outcome = read_element(content, metadata, piece.position, format, limits, header.identifier)
    return Record(header, metadata, piece.position, outcome)


def _header(element: etree._Element) -> Header:
    return Header(
        text_of(child_of(element, "identifier")),
        text_of(child_of(element, "datestamp")),
        tuple(text_of(child) for child in _children(element) if local_name(child) == "setSpec"),
        is_deleted(element),
    )


def _children(element: etree._Element) -> Iterator[etree._Element]:
    return element.iterchildren(tag=etree.Element)


def _token(element: etree._Element | None) -> Token | None:
    if element is None:
        return None
    return Token(
        text_of(element),
        _number(element.get("cursor")),
        _number(element.get("completeListSize")),
        (element.get("expirationDate") or "").strip(),
    )


def _number(text: str | None) -> int | None:
    text = (text or "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None


def _sets(answer: etree._Element | None) -> Iterator[SetEntry]:
    for child in _children(answer) if answer is not None else ():
        if local_name(child) == "set":
            yield SetEntry(text_of(child_of(child, "setSpec")), text_of(child_of(child, "setName")))


def _formats(answer: etree._Element | None) -> Iterator[MetadataFormat]:
    for child in _children(answer) if answer is not None else ():
        if local_name(child) == "metadataFormat":
            names = ("metadataPrefix", "schema", "metadataNamespace")
            yield MetadataFormat(*(text_of(child_of(child, name)) for name in names))


def _identity(answer: etree._Element) -> Identity:
    return Identity(
        name=text_of(child_of(answer, "repositoryName")),
        base_url=text_of(child_of(answer, "baseURL")),
        version=text_of(child_of(answer, "protocolVersion")),
        earliest=text_of(child_of(answer, "earliestDatestamp")),
        deleted_record=text_of(child_of(answer, "deletedRecord")),
        granularity=text_of(child_of(answer, "granularity")),
        emails=tuple(text_of(child) for child in _children(answer) if local_name(child) == "adminEmail"),
    )
