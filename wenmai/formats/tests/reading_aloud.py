"""Small records that tests write, and short ways to read them."""

import json
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

from wenmai.formats.crosswalk import Crosswalk, compile_crosswalk
from wenmai.formats.reading import read
from wenmai.formats.values import DEFAULT_LIMITS, Limits, Outcome, Parsed, Reject

CROSSWALKS = Path(__file__).parents[2] / "standards" / "crosswalks"

Subfields = Sequence[tuple[str, str]]
Fields = Sequence[tuple[str, str | tuple[str, Subfields]]]


def crosswalk(name: str) -> Crosswalk:
    return compile_crosswalk(json.loads((CROSSWALKS / f"{name}.json").read_text()))


def outcomes(format: str, raw: bytes, limits: Limits = DEFAULT_LIMITS, **more) -> list[Outcome]:
    return list(read(format, BytesIO(raw), limits=limits, **more))


def parsed(format: str, raw: bytes, **more) -> list[Parsed]:
    return [outcome for outcome in outcomes(format, raw, **more) if isinstance(outcome, Parsed)]


def rejects(format: str, raw: bytes, **more) -> list[Reject]:
    return [outcome for outcome in outcomes(format, raw, **more) if isinstance(outcome, Reject)]


def iso2709(fields: Fields, encoding: str = "utf-8", leader: str = "     nam a22     2a 4500") -> bytes:
    """A correct record: control fields are (tag, text), data fields (tag, (indicators, [(code, text)]))."""
    directory, body = b"", b""
    for tag, content in fields:
        if isinstance(content, str):
            field = content.encode(encoding)
        else:
            indicators, subfields = content
            field = indicators.encode() + b"".join(
                b"\x1f" + code.encode() + text.encode(encoding) for code, text in subfields
            )
        field += b"\x1e"
        directory += f"{tag}{len(field):04d}{len(body):05d}".encode()
        body += field
    base = 24 + len(directory) + 1
    length = base + len(body) + 1
    head = f"{length:05d}{leader[5:12]}{base:05d}{leader[17:]}".encode()
    return head + directory + b"\x1e" + body + b"\x1d"


def book(number: int, title: str = "春晓集", encoding: str = "utf-8") -> bytes:
    fields: Fields = [
        ("001", f"b{number}"),
        ("245", ("10", [("a", title)])),
        ("260", ("  ", [("b", "某社"), ("c", "2001")])),
    ]
    return iso2709(fields, encoding)


def cells(one: Outcome) -> dict[str, Any]:
    """What a row or an object holds, by name."""
    assert isinstance(one, Parsed)
    assert isinstance(one.body, dict)
    return one.body
