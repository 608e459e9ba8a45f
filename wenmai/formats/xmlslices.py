"""Cuts the records out of an XML document without parsing it, each with its own bytes at its own offset.

Every record is then parsed alone, so that one that is not well formed costs only itself. Names are compared
without their prefix; declarations of namespaces around the records are kept for them. Document types with
entity declarations are refused, and none is ever obeyed. The scan is linear in the length of the document.
"""

import re
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

from wenmai.formats.values import Limits, Reject, reject
from wenmai.formats.xmlwindow import Window

_PREFIX = rb"(?:[A-Za-z_][\w.\-]*:)?"
_MARKUP = re.compile(rb"<(?:!--|!\[CDATA\[|\?|!DOCTYPE|(/?)" + _PREFIX + rb"([A-Za-z_\x80-\xff][\w.\x80-\xff\-]*))")
_TAG_REST = re.compile(rb"""(?:[^<>"']|"[^"<]*"|'[^'<]*')*>""")
_NAMESPACE = re.compile(rb"""xmlns(?::([\w.\-]+))?\s*=\s*("[^"<]*"|'[^'<]*')""")
_INNER = re.compile(rb"<" + _PREFIX + rb"(?:metadata|recordData)[\s>]")
_SUBSET_END = re.compile(rb"\]\s*>")
_CLOSERS = {b"<!--": b"-->", b"<![CDATA[": b"]]>", b"<?": b"?>"}
_LONGEST = 1 << 16  # of a tag or a document type
_LONGEST_PREFIX = 4096
_LEAD = re.compile(rb"<(/?)" + _PREFIX)
_BEFORE_NAME, _AFTER_NAME, _SLASH = b"</:", b" \t\r\n/>", 0x2F


class Slice(NamedTuple):
    """The bytes of one record, as UTF-8, and the start tag that declares the namespaces around it."""

    raw: bytes
    position: int
    around: bytes


def cut(stream: BinaryIO, names: frozenset[str], limits: Limits, encoding: str = "") -> Iterator[Slice | Reject]:
    """The records of a document: the outermost elements that have one of the names."""
    window = Window(stream, limits, encoding)
    look_for = frozenset(name.encode() for name in names)
    inner = {name: _compile_inner(name) for name in look_for}
    namespaces: dict[bytes, bytes] = {}
    depth, found, rooted = 0, False, False
    while (markup := _next_markup(window)) is not None:
        window.cursor = markup.start()
        sign, local = markup.group(), markup[2]
        if local is None:
            if sign == b"<!DOCTYPE" and (refused := _read_doctype(window, limits)):
                yield refused
                return
            if sign in _CLOSERS and not _pass(window, _CLOSERS[sign], limits.record_bytes):
                break
            continue
        rest = _rest_of_tag(window, len(sign))
        rooted = True
        if local in look_for and not markup[1]:
            found = True
            around = _around(namespaces)
            offset = len(sign) + len(rest)
            yield _cut_plain(window, offset, rest, local, around) or _cut_record(
                window, offset, rest, inner[local], around, limits
            )
            continue
        depth += -1 if markup[1] else 0 if rest.endswith(b"/>") else 1
        namespaces.update(_NAMESPACE.findall(rest))
        window.cursor += len(sign) + len(rest)
    yield from _complain(window, depth, found, rooted, limits)


def wrap(piece: Slice) -> bytes:
    """The record inside an element that declares the namespaces around it."""
    return piece.around + piece.raw + b"</around>"


def _compile_inner(name: bytes) -> re.Pattern[bytes]:
    return re.compile(rb"<(?:!--|!\[CDATA\[|(/?)" + _PREFIX + re.escape(name) + rb"(?=[\s/>]))")


def _complain(window: Window, depth: int, found: bool, rooted: bool, limits: Limits) -> Iterator[Reject]:
    """What is wrong with the document as a whole, if anything."""
    length = window.place(len(window.text))
    if window.refused:
        yield window.refused
    elif not rooted:
        detail = "There is no XML here." if length else "The document is empty."
        yield reject(window.first, 0, "syntax", detail, limits=limits, length=length)
    elif depth > 0:
        detail = "The document ends before its elements do."
        yield reject(window.text[window.cursor :], window.position, "truncated", detail, limits=limits)
    elif not found and not window.is_empty_answer():
        detail = "The document holds no record of this format."
        yield reject(window.first, 0, "no_records", detail, limits=limits, length=length)


def _next_markup(window: Window) -> re.Match[bytes] | None:
    """The next piece of markup outside the records; reads on while its name could be cut."""
    while True:
        found = _MARKUP.search(window.text, window.cursor)
        if found and (found.end() < len(window.text) or not window.grow_from(found.start())):
            return found
        if not found:
            cut_at = window.text.rfind(b"<", max(window.cursor, len(window.text) - _LONGEST))
            if not window.grow_from(cut_at if cut_at >= 0 else len(window.text)):
                return None


def _rest_of_tag(window: Window, offset: int) -> bytes:
    """What stands between the name of the tag at the cursor and its end, the end included."""
    while not (found := _TAG_REST.match(window.text, window.cursor + offset)):
        if len(window.text) - window.cursor > _LONGEST or not window.grow():
            return b""
    return found.group()


def _pass(window: Window, sign: bytes, longest: int) -> bool:
    """Puts the cursor behind a sign; at the end of the text when it does not come."""
    end = window.find(sign, 0, longest)
    window.cursor = window.cursor + end if end >= 0 else len(window.text)
    return end >= 0


def _read_doctype(window: Window, limits: Limits) -> Reject | None:
    """Passes over a document type; refuses one that declares entities or does not end."""
    end = window.find(b">", 0, _LONGEST)
    subset = window.text.find(b"[", window.cursor, window.cursor + max(end, 0))
    if subset >= 0:
        window.find(b"]>", 0, _LONGEST)
        closed = _SUBSET_END.search(window.text, window.cursor)
        end = closed.end() - window.cursor if closed else -1
    raw = window.text[window.cursor : window.cursor + (end if end >= 0 else _LONGEST)]
    if end < 0 or b"<!ENTITY" in raw.upper():
        detail = "The document declares entities; such documents are not read."
        return reject(raw, window.position, "entities", detail, limits=limits)
    window.cursor += end
    return None


def _cut_plain(window: Window, offset: int, rest: bytes, local: bytes, around: bytes) -> Slice | None:
    """The record that begins at the cursor, if all of it has been read and it is plain: found by looking for its name.

    Plain: records inside it stand in `metadata` or `recordData`, comments have no tag of its name, there is no CDATA.
    """
    text, start = window.text, window.cursor + offset
    place, depth, tags = start, 0 if rest.endswith(b"/>") else 1, 0
    while depth:
        name = text.find(local, place)
        place = name + len(local)
        if name < 0 or place == len(text):
            return None
        if text[place] not in _AFTER_NAME or text[name - 1] not in _BEFORE_NAME:
            continue
        lead = text.rfind(b"<", max(name - _LONGEST_PREFIX, start), name)
        tag = _LEAD.fullmatch(text, lead, name) if lead >= 0 else None
        if lead >= 0 and not tag:
            continue
        if not tag or not (end := text.find(b">", place) + 1):
            return None
        tags += 1
        if tag[1]:
            depth -= 1
        elif depth == 1 and not _INNER.search(text, start, name):
            return None
        elif text[end - 2] != _SLASH:
            depth += 1
        place = end
    if tags and _has_secrets(text, start, end, tags):
        return None
    position = window.position
    return Slice(window.take(end if tags else start), position, around)


def _has_secrets(text: bytes, start: int, end: int, tags: int) -> bool:
    """Whether a comment or CDATA could hide tags of the name, or its end."""
    if text.find(b"!", start, end) < 0 or (last := text.rfind(b"<!", start, end)) < 0:
        return False
    return tags > 1 or text.find(b"<![", start, end) >= 0 or text.find(b"-->", last, end) < 0


def _cut_record(
    window: Window, offset: int, rest: bytes, inner: re.Pattern[bytes], around: bytes, limits: Limits
) -> Slice | Reject:
    """The record that begins at the cursor, to the end tag that belongs to it."""
    position = window.position
    depth = 0 if rest.endswith(b"/>") else 1
    while depth:
        found = inner.search(window.text, window.cursor + offset)
        start = found.start() - window.cursor if found else -1
        if found and (sign := found.group()) in _CLOSERS:
            end = window.find(_CLOSERS[sign], start, limits.record_bytes)
        elif found:
            if not found[1] and depth == 1 and not _INNER.search(window.text, window.cursor, window.cursor + start):
                raw = window.take(window.cursor + start)
                return reject(raw, position, "syntax", "The record is never closed.", limits=limits)
            end = window.find(b">", start, _LONGEST)
            closes_itself = window.text[window.cursor + end - 2 : window.cursor + end] == b"/>"
            depth += -1 if found[1] else 0 if closes_itself else 1
        else:
            end = max(offset, len(window.text) - window.cursor - 256)
            end = end if window.size() <= limits.record_bytes and window.grow() else -1
        if end < 0:
            return _give_up(window, inner, position, limits)
        offset = end
    return Slice(window.take(window.cursor + offset), position, around)


def _give_up(window: Window, inner: re.Pattern[bytes], position: int, limits: Limits) -> Reject:
    """The record does not end, or too late: passes over it, to the next end tag of its name."""
    if window.size() <= limits.record_bytes:
        raw = window.take(len(window.text))
        return reject(raw, position, "truncated", "The document ends inside a record.", limits=limits)
    first = window.text[window.cursor : window.cursor + limits.reject_bytes]
    while True:
        end = next((found for found in inner.finditer(window.text, window.cursor) if found[1]), None)
        if end:
            window.cursor = end.end()
            break
        if not window.grow_from(max(window.cursor, len(window.text) - 256)):
            window.cursor = len(window.text)
            break
    length = window.position - position
    return reject(first, position, "too_large", "The record is too long.", limits=limits, length=length)


def _around(namespaces: dict[bytes, bytes]) -> bytes:
    declared = b"".join(
        b" xmlns" + (b":" + prefix if prefix else b"") + b"=" + address for prefix, address in namespaces.items()
    )
    return b"<around" + declared + b">"
