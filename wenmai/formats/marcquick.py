"""MARC in XML as machines write it, read without building a tree: at a fifth of the price.

Only what is beyond doubt is read here, and just as `marcxml.read_marc_element` would read it (a test compares them):
one record, alone or as OAI-PMH and SRU wrap it, its elements in one prefix, plain attributes, no CDATA, no comment
inside a text, no entity but those of XML itself. For anything else the answer is None, and a real parser looks at it.

The text is cut at the end tags of its data fields. What stands before the first > of a cut is looked up among the
start tags met so far, for a file uses the same few over and over; the subfields are found by one pattern, and every <
of the cut must have been one of theirs.
"""

import re
from functools import lru_cache

from wenmai.formats.marc import Field, Marc, clean_subfield, link_of, make_field, needs_cleaning
from wenmai.formats.marcwraps import ATTRIBUTES, pairs, unwrap

_START = re.compile(r"<((?:[A-Za-z_][\w.-]*:)?)record(" + ATTRIBUTES + ")>")
_COMMENTS = re.compile(r"(?<=>)(?:\s*<!--(?:[^-]|-[^-])*-->)+")
_REFERENCE = re.compile("&([^;&]{0,8};?)")
_NAMED = {"amp;": "&", "lt;": "<", "gt;": ">", "quot;": '"', "apos;": "'"}
_CONTROLS = bytes(set(range(32)) - {9, 10})
_NOT_SORTED = (b"\xc2\x88", b"\xc2\x89", b"\xc2\x98", b"\xc2\x9c")
_KEPT = 8192


class _Doubt(Exception):
    """This is for a real parser."""


def read_marc_text(raw: bytes, family: str) -> tuple[str, Marc] | None:
    """Key and record, when these bytes are such a record in UTF-8; None when they are not, or hold nothing."""
    try:
        text = raw.decode()
        if len(raw.translate(None, _CONTROLS)) != len(raw) or "\ufffe" in text or "\uffff" in text:
            return None
        if "]" in text and "]]>" in text:
            return None
        if "!" in text and "<!--" in text:
            text = _COMMENTS.sub("", text)
        return _read_record(text, family, marked=not text.isascii() and _is_marked(raw))
    except (ValueError, _Doubt):
        return None


def _read_record(text: str, family: str, *, marked: bool) -> tuple[str, Marc]:
    key, text = unwrap(text) or ("", "")
    found, end = _START.match(text), text.rfind("<")
    if not found or pairs(found[2]) is None or text[end:].rstrip(" \t\n") != f"</{found[1]}record>":
        raise _Doubt
    body = _read(text[found.end() : end], _tags(found[1]), family, marked=marked)
    return key or body.control("001").strip(), body


def _is_marked(raw: bytes) -> bool:
    """Whether there may be a combining mark or a sign of what is not sorted."""
    return b"\xcc" in raw or b"\xcd" in raw or (b"\xc2" in raw and any(sign in raw for sign in _NOT_SORTED))


class _Tags(dict[str, tuple[str, str, str]]):
    """What stands before a > -> kind, tag and indicators of the element that begins there; all of one prefix."""

    def __init__(self, prefix: str) -> None:
        super().__init__()
        self._start = re.compile(rf"[ \t\n]*<{prefix}(leader|controlfield|datafield)({ATTRIBUTES})")
        self.ends = {name: f"</{prefix}{name}>" for name in ("leader", "controlfield", "datafield")}
        self.find_plain = re.compile(rf'<{prefix}subfield code="([^"<&\t\n]+)">([^<&\n]*)</{prefix}subfield>').findall
        self.find = re.compile(rf"<{prefix}subfield({ATTRIBUTES})>([^<]*)</{prefix}subfield>").findall

    def __missing__(self, before: str) -> tuple[str, str, str]:
        found = self._start.fullmatch(before)
        named = pairs(found[2]) if found else None
        if not found or named is None:
            raise _Doubt
        if len(self) > _KEPT:
            self.clear()
        indicators = (named.get("ind1") or " ")[:1] + (named.get("ind2") or " ")[:1]
        self[before] = start = (found[1], named.get("tag", ""), indicators)
        return start


@lru_cache(64)
def _tags(prefix: str) -> _Tags:
    return _Tags(re.escape(prefix))


def _read(text: str, tags: _Tags, family: str, *, marked: bool) -> Marc:
    """What stands between the tags of a record. A text without line end, reference or mark is taken as it is."""
    head, fields, counts = [""], list[Field](), dict[str, int]()
    *pieces, rest = text.split(tags.ends["datafield"])
    referring = "&" in text
    for piece in pieces:
        before, inside = piece.split(">", 1)
        kind, tag, indicators = tags[before]
        if kind != "datafield":
            before, inside = _read_controls(piece, tags, head, fields, counts).split(">", 1)
            kind, tag, indicators = tags[before]
        subfields = tags.find_plain(inside)
        if (
            2 * len(subfields) != inside.count("<")
            or (referring and "&" in inside)
            or (marked and not inside.isascii())
        ):
            subfields = _read_carefully(inside, tags)
        number = counts[tag] = counts.get(tag, 0) + 1
        if subfields:
            link, script = link_of(subfields, family) if subfields[0][0] in "67" else ("", "")
            fields.append(make_field((tag, indicators, subfields, "", number, link, script)))
    if _read_controls(rest, tags, head, fields, counts).strip(" \t\n") or not fields:
        raise _Doubt
    return Marc(head[0], fields, family)


def _read_controls(text: str, tags: _Tags, head: list[str], fields: list[Field], counts: dict[str, int]) -> str:
    """Leader and control fields up to a data field or the end; what stands behind them."""
    while text.strip(" \t\n"):
        before, inside = text.split(">", 1)
        kind, tag, _ = tags[before]
        if kind == "datafield":
            break
        inside, text = inside.split(tags.ends[kind], 1)
        if "<" in inside:
            raise _Doubt
        if kind == "leader":
            head[0] = _resolved(inside).ljust(24)[:24]
            continue
        number = counts[tag] = counts.get(tag, 0) + 1
        if value := _clean(inside):
            fields.append(make_field((tag, "", [], value, number, "", "")))
    return text


def _read_carefully(inside: str, tags: _Tags) -> list[tuple[str, str]]:
    """The subfields of a field whose texts need a look."""
    subfields = tags.find(inside)
    if 2 * len(subfields) != inside.count("<"):
        raise _Doubt
    if "&" in inside and inside.count("&") != sum([text.count("&") for _, text in subfields]):
        raise _Doubt
    return [(_code(attributes), _clean(text)) for attributes, text in subfields]


@lru_cache(_KEPT)
def _code(attributes: str) -> str:
    named = pairs(attributes)
    if named is None:
        raise _Doubt
    return named.get("code") or " "


def _clean(text: str) -> str:
    """As the tree's reader would give it."""
    if text.isascii() and "&" not in text and "\n" not in text:
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
