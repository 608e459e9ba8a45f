"""Records in JSON: a list of objects, one object, objects one after another, or one on each line (jsonl).

The document is decoded a piece at a time, so memory stays flat however long the list is, and `raw` is the
record's own bytes at their own offset. A record that is not well formed costs only itself.
"""

import json
import math
import re
from collections.abc import Iterator
from typing import Any, BinaryIO, cast

from wenmai.formats.characters import clean_deep, detect_encoding
from wenmai.formats.jsonwindow import Window
from wenmai.formats.mapping_paths import Nested, Step, parse_path
from wenmai.formats.values import Limits, Note, Outcome, Parsed, Reject, reject


class _NotJson(ValueError):
    """NaN and Infinity, which Python reads and JSON does not have."""


def _refuse_constant(name: str) -> Any:
    raise _NotJson(f"{name} is no JSON")


def _number(text: str) -> float:
    value = float(text)
    if math.isinf(value):
        raise _NotJson(f"{text[:40]} is too large a number")
    return value


_DECODER = json.JSONDecoder(parse_constant=_refuse_constant, parse_float=_number)
_SUSPECT = re.compile(rb"\\u(?:00[01]|d[89a-f]|fff[ef])", re.I)
_LIST = re.compile(rb"\s*\[\s*(?:\{|\Z)")
_OPENING = re.compile(r"[\[{]")
_BOUNDARY = re.compile(r"[}\]]\s*,?\s*(?=\{)")
_TOKEN = re.compile(r'\\.|["{}\[\]]', re.S)


def read_json(stream: BinaryIO, limits: Limits, *, encoding: str = "", records: str = "") -> Iterator[Outcome]:
    """The records of a JSON document; `records` is the path to them inside it (crosswalk.py)."""
    steps = parse_path("$." + records, "records")[1] if records else ()
    window = Window(stream, encoding, limits)
    in_list = window.skip_space() == "["
    if in_list:
        window.advance(1)
    while (char := window.skip_space()) and char != "]":
        if char == ",":
            window.advance(1)
            continue
        for outcome in _read_value(window, limits):
            yield from _explode(outcome, steps)
    if window.refused:
        yield window.refused
    elif in_list and char != "]":
        yield reject(b"", window.position, "truncated", "The document ends before its list does.", limits=limits)
    elif char == "]":
        window.advance(1)
        if window.skip_space():
            yield window.take_rest("syntax", "There is more text after the end of the list.")


def read_jsonl(stream: BinaryIO, limits: Limits, *, encoding: str = "", records: str = "") -> Iterator[Outcome]:
    """The records of a stream with one JSON object on each line; blank lines do not count.

    In two or four bytes a character lines cannot be told apart: such objects are read one after another. A file that
    begins as a list of objects is read as one, whatever it is called.
    """
    steps = parse_path("$." + records, "records")[1] if records else ()
    position, line = 0, stream.readline(limits.record_bytes + 1)
    while line.isspace() and position < limits.record_bytes:
        position += len(line)
        line = stream.readline(limits.record_bytes + 1)
    detected, mark = detect_encoding(line[: 1 << 16])
    encoding = detected if mark else encoding or detected
    if encoding.startswith(("utf-16", "utf-32")) or _LIST.match(line, mark):
        begun = _Begun(b" " * position + line, stream)
        yield from read_json(cast("BinaryIO", begun), limits, encoding=encoding, records=records)
        return
    while line:
        start, position = position, position + len(line)
        if len(line) > limits.record_bytes:
            while not line.endswith(b"\n") and (more := stream.readline(limits.record_bytes)):
                position += len(more)
                line = line[: limits.reject_bytes] + more[-1:]
            yield reject(line, start, "too_large", "The line is too long.", limits=limits, length=position - start)
        elif text := line.strip().removeprefix(b"\xef\xbb\xbf"):
            yield from _explode(read_one(text, start + line.find(text), limits, encoding), steps)
        line = stream.readline(limits.record_bytes + 1)


class _Begun:
    """A stream of which the beginning has been read."""

    def __init__(self, first: bytes, rest: BinaryIO) -> None:
        self.first, self.rest = first, rest

    def read(self, size: int) -> bytes:
        first, self.first = self.first, b""
        return first or self.rest.read(size)


def read_one(raw: bytes, position: int, limits: Limits, encoding: str = "utf-8") -> Outcome:
    """The one record that these bytes are."""
    try:
        text = raw.decode(encoding)
    except UnicodeDecodeError as error:
        return reject(raw, position, "encoding", f"Byte {error.start} is no {encoding} text.", limits=limits)
    try:
        value, end = _DECODER.raw_decode(text, len(text) - len(text.lstrip()))
    except (ValueError, RecursionError) as error:
        return reject(raw, position, _code_of(error), _sentence_of(error), limits=limits)
    if text[end:].strip():
        return reject(raw, position, "syntax", f"There is more text after character {end}.", limits=limits)
    return _accept(raw, position, value, limits)


def _read_value(window: Window, limits: Limits) -> Iterator[Outcome]:
    """The value at the window's cursor; reads on until it is whole or cannot be."""
    while True:
        try:
            value, end = _DECODER.raw_decode(window.text, window.cursor)
        except (ValueError, RecursionError) as error:
            if _may_be_cut(error, window) and window.grow():
                continue
            yield _skip_bad(window, error, limits)
            return
        if end == len(window.text) and window.grow():
            continue
        position = window.position
        raw, clean = window.take(end)
        if not clean:
            yield reject(
                raw,
                position,
                "encoding",
                f"The record holds bytes that are no {window.encoding}.",
                limits=limits,
            )
        elif len(raw) > limits.record_bytes:
            yield reject(raw, position, "too_large", "The record is too long.", limits=limits)
        else:
            yield _accept(raw, position, value, limits)
        return


def _accept(raw: bytes, position: int, value: Any, limits: Limits) -> Outcome:
    if type(value) is not dict:
        return reject(raw, position, "not_a_record", "The value is no object.", limits=limits)
    if not value:
        return reject(raw, position, "empty", "The object is empty.", limits=limits)
    brackets = raw.count(b"{") + raw.count(b"[")
    if brackets > limits.depth and _depth(value, limits.depth) > limits.depth:
        return reject(raw, position, "too_deep", f"More than {limits.depth} levels.", limits=limits)
    if brackets + raw.count(b",") > limits.fields and _count(value) > limits.fields:
        return reject(raw, position, "too_many_fields", f"More than {limits.fields} values.", limits=limits)
    if b"\\u" in raw and _SUSPECT.search(raw):
        clean = clean_deep(value)
        if clean != value:
            return Parsed("", raw, clean, position, (Note("characters", "Control characters were replaced."),))
    return Parsed("", raw, value, position)


def _depth(value: Any, enough: int) -> int:
    """Levels of a value, counted level by level until there are more than enough."""
    level, depth = [value], 0
    while level and depth <= enough:
        depth += 1
        level = [
            item
            for above in level
            for item in (above.values() if type(above) is dict else above)
            if type(item) in (dict, list)
        ]
    return depth


def _count(value: Any) -> int:
    """Values inside a value."""
    count, left = 0, [value]
    while left:
        items = left.pop()
        count += len(items)
        left.extend(item for item in (items.values() if type(items) is dict else items) if type(item) in (dict, list))
    return count


def _may_be_cut(error: Exception, window: Window) -> bool:
    """Whether more text could mend the error: it stands at the end of what was read, or a string is open."""
    if not isinstance(error, json.JSONDecodeError):
        return False
    return error.pos >= len(window.text) - 12 or error.msg.startswith("Unterminated string")


def _skip_bad(window: Window, error: Exception, limits: Limits) -> Reject:
    """Rejects the value at the cursor and puts the cursor behind it."""
    code, detail = _code_of(error), _sentence_of(error)
    fault = getattr(error, "pos", window.cursor)
    position = window.position
    while True:
        end = _balanced_end(window.text, window.cursor)
        if end < 0 and (boundary := _BOUNDARY.search(window.text, fault)):
            end = boundary.start() + 1
        if end > 0:
            raw, _ = window.take(end)
            return reject(raw, position, code, detail, limits=limits)
        if not window.grow():
            break
    if window.ended:
        return window.take_rest("truncated" if _may_be_cut(error, window) else code, detail)
    return _skip_long(window, limits)


def _balanced_end(text: str, start: int) -> int:
    """Where the value ends by its brackets, if a comma, a bracket or the end follows; -1 otherwise."""
    depth, in_string = 0, False
    for token in _TOKEN.finditer(text, start):
        char = token.group()
        if char == '"':
            in_string = not in_string
        elif not in_string and char in "{[":
            depth += 1
        elif not in_string and char in "}]":
            depth -= 1
            if depth <= 0:
                follows = text[token.end() : token.end() + 80].lstrip()[:1]
                return token.end() if depth == 0 and follows in (",", "]", "{", "") else -1
    return -1


def _skip_long(window: Window, limits: Limits) -> Reject:
    """Passes over a value that is longer than a record may be, keeping nothing but its first bytes."""
    position, start = window.position, window.cursor
    first = window.text[start : start + limits.reject_bytes].encode("utf-8", "replace")
    depth, in_string = 0, False
    while True:
        for token in _TOKEN.finditer(window.text, window.cursor):
            char = token.group()
            if char == '"':
                in_string = not in_string
            elif not in_string and char in "{[}]":
                depth += 1 if char in "{[" else -1
                if depth == 0:
                    window.advance(token.end() - window.cursor)
                    return _too_long(first, position, window, limits)
        if not window.pass_over():
            return _too_long(first, position, window, limits)


def _too_long(first: bytes, position: int, window: Window, limits: Limits) -> Reject:
    length = window.position - position
    return reject(first, position, "too_large", "The record is too long.", limits=limits, length=length)


def _explode(outcome: Outcome, steps: tuple[Step, ...]) -> Iterator[Outcome]:
    """The records inside a document, each with what stands above it; the document itself without steps."""
    if not steps or isinstance(outcome, Reject):
        yield outcome
        return
    found = False
    for nested in _descend(outcome.body, steps, ()):
        found = True
        yield Parsed("", _own_bytes(nested), nested, outcome.position, outcome.notes)
    if not found:
        yield reject(outcome.raw, outcome.position, "no_records", "The document has none at the crosswalk's path.")


def _descend(value: Any, steps: tuple[Step, ...], above: tuple[Any, ...]) -> Iterator[Nested]:
    if not steps:
        if isinstance(value, dict):
            yield Nested(value, above)
    elif steps[0] is None:
        for item in value if isinstance(value, list) else ():
            yield from _descend(item, steps[1:], above)
    elif isinstance(steps[0], str) and isinstance(value, dict):
        yield from _descend(value.get(steps[0]), steps[1:], (value, *above))
    elif isinstance(steps[0], int) and isinstance(value, list) and steps[0] < len(value):
        yield from _descend(value[steps[0]], steps[1:], above)


def _own_bytes(nested: Nested) -> bytes:
    """A record inside a document has no bytes of its own: it is written with the plain values above it."""
    above = [{key: item for key, item in level.items() if not isinstance(item, list | dict)} for level in nested.above]
    return json.dumps({"record": nested.value, "above": above}, ensure_ascii=False).encode("utf-8")


def _code_of(error: Exception) -> str:
    return "too_deep" if isinstance(error, RecursionError) else "syntax"


def _sentence_of(error: Exception) -> str:
    if isinstance(error, RecursionError):
        return "The value has too many levels."
    if isinstance(error, json.JSONDecodeError):
        return f"{error.msg} (line {error.lineno}, column {error.colno} of what was read)."
    if not isinstance(error, _NotJson):
        return "A number has too many digits: write it as text, in quotation marks."
    return f"{error}."[:300]
