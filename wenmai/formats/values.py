"""The values that readers give and crosswalks make.

A reader turns a stream of bytes into `Parsed` and `Reject` values, in the order of the stream, one for
each record: nothing is skipped in silence. `map_record` (crosswalk.py) turns a `Parsed` into `Elements`.

Text inside a `body` is free of what PostgreSQL and XML cannot hold: NUL, other control characters except
tab and line ends, lone surrogates. A reader that had to replace some says so in `notes`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple


class Value(NamedTuple):
    """One value of one element of the canonical record.

    `source` is its path in the native record: `245$a`, `200[2]$a`, `880[1]$a`, `dc:title[1]`, `$.paragraphs`,
    or `crosswalk:<name>` for a constant that the crosswalk supplies. `lang` is a BCP 47 tag or empty.
    """

    text: str
    source: str
    lang: str = ""


Elements = dict[str, list[Value]]
Packed = dict[str, list[list[str]]]


class Naming(NamedTuple):
    """What a record is called here: its key, its persistent name, and the address that this name (or it) has.

    `grade`: what it is graded here, such as 3B, by which version of which profile (text/1.1).
    """

    key: str = ""
    name: str = ""
    address: str = ""
    grade: str = ""
    graded_by: str = ""


UNNAMED = Naming()


class Unwritable(ValueError):
    """A record that a format cannot hold, in one English sentence that says what to do."""


class Note(NamedTuple):
    """Something a reader put right; `code` is one of a fixed set, `detail` is for people, in English."""

    code: str
    detail: str


@dataclass(frozen=True, slots=True)
class Parsed:
    """A record that was read.

    key       the record's own key (001, OAI identifier, id of the crosswalk); empty when it has none
    raw       the record's own bytes, exactly as they stood in the stream
    body      what the crosswalk reads: `marc.Marc`, `dublin.DublinCore`, or a decoded JSON value or row
    position  byte offset of `raw` in the stream; the row number in tables (the header is row 1)
    notes     what was put right while reading
    deleted   the source says that this record is gone
    """

    key: str
    raw: bytes
    body: object
    position: int
    notes: tuple[Note, ...] = ()
    deleted: bool = False


@dataclass(frozen=True, slots=True)
class Reject:
    """A piece of the stream that is no readable record.

    raw       its first bytes, at most `Limits.reject_bytes`; `length` is how many it had
    position  as in `Parsed`
    code      one of `REJECT_CODES`
    detail    one English sentence for whoever mends the source
    """

    raw: bytes
    position: int
    code: str
    detail: str
    key: str = ""
    length: int = 0


Outcome = Parsed | Reject

REJECT_CODES = frozenset(
    {
        "columns",  # a row has more cells than the header
        "directory",  # ISO 2709: no field can be found
        "empty",  # a record without any content
        "encoding",  # bytes that are no text in the encoding of the stream
        "entities",  # a document type with entity declarations
        "leader",  # ISO 2709: no leader
        "no_records",  # a document that holds no record of the format
        "not_a_record",  # well formed, but something else
        "syntax",  # not well formed
        "too_deep",
        "too_large",
        "too_many_fields",
        "truncated",  # the stream ends inside a record or before the document does
        "workbook",  # XLSX that cannot or may not be opened
    }
)


class Limits(NamedTuple):
    """What a reader accepts; a record beyond it becomes a `Reject`, a document beyond it ends with one."""

    record_bytes: int = 8 * 1024 * 1024
    document_bytes: int = 16 * 1024 * 1024 * 1024
    depth: int = 64
    fields: int = 20_000
    reject_bytes: int = 64 * 1024
    unpacked_bytes: int = 512 * 1024 * 1024  # XLSX: sum of the uncompressed parts
    columns: int = 1_000


DEFAULT_LIMITS = Limits()


def reject(
    raw: bytes,
    position: int,
    code: str,
    detail: str,
    *,
    limits: Limits = DEFAULT_LIMITS,
    key: str = "",
    length: int = -1,
) -> Reject:
    """A `Reject` with `raw` cut at the limit and its full length kept (`length` when more was skipped)."""
    size = len(raw) if length < 0 else length
    return Reject(raw[: limits.reject_bytes], position, code, detail, key, size)


def pack(elements: Mapping[str, Sequence[Value]]) -> Packed:
    """The compact JSON of a record: `{"title": [["春晓", "200$a"]]}`; a third item is the language."""
    return {
        name: [[text, source, lang] if lang else [text, source] for text, source, lang in values]
        for name, values in elements.items()
        if values
    }


def unpack(packed: Mapping[str, Sequence[Sequence[str]]]) -> Elements:
    """The opposite of `pack`."""
    return {name: [Value(*items) for items in values] for name, values in packed.items()}
