"""MARC in XML as machines write it, read without building a tree: at a third of the price.

Only what is beyond doubt is read here, and just as `marcxml.read_marc_element` would read it (a test compares them):
one record, its elements in one prefix, plain attributes, no CDATA, no comment inside a text, no entity but those of
XML itself. For anything else the answer is None, and a real parser looks at it.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from wenmai.formats.marc import Field, Marc, clean_subfield, link_of, make_field, needs_cleaning

_NAME = re.compile(r"((?:[A-Za-z_][\w.-]*:)?)record(\s.*)?", re.DOTALL)
_ATTRIBUTES = re.compile(r"""(?:\s+[A-Za-z_][\w.:-]*\s*=\s*(?:"[^"<&\t\r\n]*"|'[^'<&\t\r\n]*'))*\s*""")
_ATTRIBUTE = re.compile(r"""\s([A-Za-z_][\w.:-]*)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_COMMENTS = re.compile(r"(?<=>)(?:\s*<!--(?:[^-]|-[^-])*-->)+")
_REFERENCE = re.compile("&([^;&]{0,8};?)")
_NAMED = {"amp;": "&", "lt;": "<", "gt;": ">", "quot;": '"', "apos;": "'"}
_CONTROLS = bytes(set(range(32)) - {9, 10})
# Where one of these is, there may be a combining mark or a sign of what is not sorted.
_MARKS = (b"\xcc", b"\xcd", b"\xc2\x88", b"\xc2\x89", b"\xc2\x98", b"\xc2\x9c")
_KEPT = 8192


class _Doubt(Exception):
    """This is for a real parser."""


def read_marc_text(raw: bytes, family: str) -> tuple[str, Marc] | None:
    """Key and record, when these bytes are such a record in UTF-8; None when they are not, or hold nothing."""
    if len(raw.translate(None, _CONTROLS)) != len(raw) or b"\xef\xbf" in raw or b"]]>" in raw:
        return None
    try:
        text = raw.decode()
        if "<!--" in text:
            text = _COMMENTS.sub("", text)
        nothing, start, *parts = text.split("<")
        found = _NAME.fullmatch(start.partition(">")[0])
        if nothing or not found or _pairs(found[2] or "") is None or not _is_blank(start.partition(">")[2]):
            return None
        tags = _tags(found[1])
        if not parts or parts.pop().rstrip() != f"/{found[1]}record>":
            return None
        return _read(parts, tags, family, clean=any(sign in raw for sign in _MARKS))
    except (ValueError, _Doubt):
        return None


class _Tags(dict[str, tuple[str, str, str]]):
    """What stands between < and > -> kind, tag or code, indicators. A file uses the same few over and over."""

    def __init__(self, prefix: str) -> None:
        super().__init__()
        self.prefix = prefix
        self.names = ("subfield", "datafield", "controlfield", "leader")
        self.ends = {name: f"/{prefix}{name}>" for name in self.names}
        self.last_end = self.last_start = ""

    def __missing__(self, inside: str) -> tuple[str, str, str]:
        if len(self) > _KEPT:
            self.clear()
        name = next((name for name in self.names if inside.startswith(self.prefix + name)), "")
        rest = inside[len(self.prefix) + len(name) :]
        if inside == f"/{self.prefix}datafield":
            kind = ("end", "", "")
        elif (pairs := _pairs(rest)) is None or not name:
            raise _Doubt
        elif name == "subfield":
            kind = (name, pairs.get("code") or " ", "")
        else:
            kind = (name, pairs.get("tag", ""), (pairs.get("ind1") or " ")[:1] + (pairs.get("ind2") or " ")[:1])
        self[inside] = kind
        return kind


_tags = lru_cache(64)(_Tags)


def _read(parts: list[str], tags: _Tags, family: str, *, clean: bool) -> tuple[str, Marc]:
    leader, fields, counts = "", list[Field](), dict[str, int]()
    rest = iter(parts)
    for part in rest:
        inside, _, text = part.partition(">")
        kind, tag, indicators = tags[inside]
        if kind == "datafield" and (text == tags.last_start or _is_blank(text)):
            tags.last_start = text
            number = counts[tag] = counts.get(tag, 0) + 1
            if subfields := _read_subfields(rest, tags, clean=clean):
                link, script = link_of(subfields, family) if subfields[0][0] in "67" else ("", "")
                fields.append(make_field((tag, indicators, subfields, "", number, link, script)))
        elif kind == "controlfield":
            number = counts[tag] = counts.get(tag, 0) + 1
            if value := _plain(_ended(rest, tags, kind, text), clean=clean):
                fields.append(make_field((tag, "", [], value, number, "", "")))
        elif kind == "leader":
            leader = _resolved(_ended(rest, tags, kind, text)).ljust(24)[:24]
        else:
            raise _Doubt
    if not fields:
        raise _Doubt
    body = Marc(leader, fields, family)
    return body.control("001").strip(), body


def _read_subfields(rest: Iterator[str], tags: _Tags, *, clean: bool) -> list[tuple[str, str]]:
    """To the end of the field. The end tags are compared whole: most have the same blanks behind them."""
    subfields: list[tuple[str, str]] = []
    end, last = tags.ends["subfield"], ""
    for part in rest:
        inside, _, text = part.partition(">")
        kind, code, _ = tags[inside]
        if kind == "subfield":
            closing = next(rest, "")
            if closing != last:
                if not closing.startswith(end) or not _is_blank(closing[len(end) :]):
                    raise _Doubt
                last = closing
            subfields.append((code, _plain(text, clean=clean) if clean or "&" in text or "\n" in text else text))
        elif kind == "end" and (part == tags.last_end or _is_blank(text)):
            tags.last_end = part
            return subfields
        else:
            break
    raise _Doubt


def _ended(rest: Iterator[str], tags: _Tags, kind: str, text: str) -> str:
    """The text, if the element of that kind ends behind it."""
    end = tags.ends[kind]
    closing = next(rest, "")
    if not closing.startswith(end) or not _is_blank(closing[len(end) :]):
        raise _Doubt
    return text


def _is_blank(text: str) -> bool:
    """As far as XML goes: a non-breaking space is a text."""
    return not text.strip(" \t\n")


def _plain(text: str, *, clean: bool) -> str:
    """As the tree's reader would give it. Without marks in the record, only references and line ends matter."""
    if not clean and "&" not in text and "\n" not in text:
        return text
    text = _resolved(text)
    return clean_subfield(text) if needs_cleaning(text) else text


def _resolved(text: str) -> str:
    return _REFERENCE.sub(_character, text) if "&" in text else text


def _character(found: re.Match[str]) -> str:
    name = found[1]
    if name in _NAMED:
        return _NAMED[name]
    raise _Doubt


@lru_cache(_KEPT)
def _pairs(attributes: str) -> dict[str, str] | None:
    """None for what is no list of attributes, or names one twice."""
    if not _ATTRIBUTES.fullmatch(attributes):
        return None
    found = _ATTRIBUTE.findall(attributes)
    pairs = {name: double or single for name, double, single in found}
    return pairs if len(pairs) == len(found) else None
