"""What was quarantined goes back to its provider as a file of the kind it came in, with the reason beside each piece.

MARC in ISO 2709 has no room for a reason that would not alter the record: the bytes come back exactly as they were, and
the reasons in a table of their own, in the same order. XML carries the reason as a comment before the record, JSON as
members beginning with an underscore, tables as their first columns.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

import orjson
from django.utils.translation import gettext as _
from lxml import etree

from wenmai.formats.characters import detect_encoding
from wenmai.harvest.rules.words import REJECTS, words
from wenmai.lib import sheets

_COLLECTION = (
    b'<?xml version="1.0" encoding="UTF-8"?>\n<collection xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    b' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/"'
    b' xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/" xmlns:marc="http://www.loc.gov/MARC21/slim">\n'
)


class Line(NamedTuple):
    """One quarantined piece."""

    location: str
    position: int
    key: str
    code: str
    detail: str
    raw: bytes
    heading: bytes = b""

    @property
    def reason(self) -> str:
        """In the reader's language; the detail stays as the readers say it."""
        sentence = words(REJECTS, self.code)
        return f"{sentence} {self.detail}".strip()


Lines = Iterable[Line]
START = 200


def start_of(raw: bytes, limit: int = START) -> str:
    """The beginning of a piece as text, in the encoding that it seems to have; never half a character."""
    encoding, mark = detect_encoding(raw[:limit])
    text = raw[mark:limit].decode(encoding, "replace")
    return text.rstrip("\ufffd") + "…" if len(raw) > limit else text


class Kind(NamedTuple):
    suffix: str
    media_type: str
    write: Callable[[Lines], Iterator[bytes]]


def reasons(lines: Lines) -> Iterator[bytes]:
    """A table of all pieces: file, position, key, code, reason, beginning of the content. UTF-8 with its mark."""
    yield sheets.MARK + sheets.row([_("文件"), _("位置"), _("编号"), _("代码"), _("原因"), _("内容开头")])
    for line in lines:
        start = start_of(line.raw).replace("\0", "")
        cells = [line.location, str(line.position), line.key, line.code, line.reason, start]
        yield sheets.row(map(sheets.harmless, cells))


def _marc(lines: Lines) -> Iterator[bytes]:
    """A piece that was cut off gets a record terminator, lest it swallow the next one."""
    for line in lines:
        yield line.raw if line.raw.endswith(b"\x1d") else line.raw + b"\x1d"


def _xml(lines: Lines) -> Iterator[bytes]:
    yield _COLLECTION
    for line in lines:
        place = f"{line.code} {line.location} {line.position} {line.key}: {line.reason}"
        yield b"<!-- " + _comment(place.encode()) + b" -->\n"
        yield (line.raw if _is_well_formed(line.raw) else b"<!-- " + _comment(line.raw) + b" -->") + b"\n"
    yield b"</collection>\n"


def _comment(raw: bytes) -> bytes:
    text = raw.decode("utf-8", "replace").replace("--", "- -")
    return "".join(c if c in "\t\n" or (c >= " " and c not in "\ufffe\uffff") else "\ufffd" for c in text).encode()


def _is_well_formed(raw: bytes) -> bool:
    """Whether the bytes can stand inside our element as they are."""
    if b"<!" in raw or b"<?" in raw:
        return False
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        return len(etree.fromstring(_COLLECTION + raw + b"</collection>", parser)) == 1
    except etree.XMLSyntaxError:
        return False


def _json_object(line: Line) -> dict[str, Any]:
    told = {"_code": line.code, "_reason": line.reason, "_file": line.location, "_position": line.position}
    try:
        value = orjson.loads(line.raw)
    except orjson.JSONDecodeError:
        value = None
    if isinstance(value, dict):
        return {**told, **value}
    return {**told, "_raw": line.raw.decode("utf-8", "replace")}


def _json(lines: Lines) -> Iterator[bytes]:
    mark = b"[\n"
    for line in lines:
        yield mark + orjson.dumps(_json_object(line))
        mark = b",\n"
    yield b"\n]\n" if mark == b",\n" else b"[]\n"


def _jsonl(lines: Lines) -> Iterator[bytes]:
    for line in lines:
        yield orjson.dumps(_json_object(line)) + b"\n"


def _csv(lines: Lines) -> Iterator[bytes]:
    """In the file's own encoding and with its own cells; two columns come before them, so that a row with too many
    cells or an open quotation mark does not hide its reason. A new heading wherever the file changes.
    """
    heading = None
    encoding, mark, delimiter = "utf-8", 0, ","
    for line in lines:
        if line.heading != heading:
            heading = line.heading
            encoding, mark = detect_encoding(heading)
            text = heading[mark:].decode(encoding, "replace")
            delimiter = max((",", "\t", ";", "|"), key=text.count)
            own = _cells([_("原因"), _("代码")], delimiter, encoding)
            yield heading[:mark] + own + heading[mark:].rstrip(b"\r\n") + b"\r\n"
        yield _cells([line.reason, line.code], delimiter, encoding) + line.raw.rstrip(b"\r\n") + b"\r\n"


def _cells(cells: list[str], delimiter: str, encoding: str) -> bytes:
    quoted = ('"' + cell.replace('"', '""') + '"' + delimiter for cell in cells)
    return "".join(quoted).encode(encoding, "replace")


def _xlsx(lines: Lines) -> Iterator[bytes]:
    """Columns are those of the first piece that can be read; others follow in the order they appear."""
    rows = [(line, _json_object(line)) for line in lines]
    columns = list(dict.fromkeys(name for _line, row in rows for name in row if not name.startswith("_")))
    yield from sheets.workbook(
        _("未收入的记录"), [_("原因"), _("代码"), _("行号"), *columns],
        ([line.reason, line.code, line.position, *(row.get(name, "") for name in columns)] for line, row in rows),
    )  # fmt: skip


_MARC = Kind("mrc", "application/marc", _marc)
_IN_XML = Kind("xml", "application/xml", _xml)
KINDS: dict[str, Kind] = {
    "marc21": _MARC,
    "unimarc": _MARC,
    "marcxml": _IN_XML,
    "unimarcxml": _IN_XML,
    "oai_dc": _IN_XML,
    "qdc": _IN_XML,
    "json": Kind("json", "application/json", _json),
    "jsonl": Kind("jsonl", "application/x-ndjson", _jsonl),
    "csv": Kind("csv", "text/csv", _csv),
    "xlsx": Kind("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", _xlsx),
    "reasons": Kind("csv", "text/csv; charset=utf-8", reasons),
}
