"""One way in for every format."""

from collections.abc import Iterator
from dataclasses import replace
from typing import BinaryIO

from wenmai.formats import iso2709, jsontext, marcstream, tables, workbooks, xmlrecords
from wenmai.formats.characters import encoding_name
from wenmai.formats.crosswalk import Crosswalk
from wenmai.formats.values import DEFAULT_LIMITS, Limits, Outcome, Parsed

FORMATS = ("marc21", "marcxml", "unimarc", "unimarcxml", "oai_dc", "qdc", "json", "jsonl", "csv", "xlsx")

XML_FORMATS = ("marcxml", "unimarcxml", "oai_dc", "qdc")


def read(
    format: str,
    stream: BinaryIO,
    *,
    limits: Limits = DEFAULT_LIMITS,
    crosswalk: Crosswalk | None = None,
    encoding: str = "",
) -> Iterator[Outcome]:
    """The records of a stream, in order, one `Parsed` or `Reject` for each; memory stays flat.

    A crosswalk gives what the format leaves open: where the records stand inside a JSON document, the encoding, the
    key of a record. Raises ValueError for an unknown format or encoding and nothing else: bad input becomes a `Reject`.
    """
    encoding = encoding_name(encoding or (crosswalk.encoding if crosswalk else ""))
    records = crosswalk.records if crosswalk else ""
    outcomes = _open(format, stream, limits, encoding, records)
    if crosswalk and crosswalk.key:
        return _with_keys(outcomes, crosswalk)
    return outcomes


def read_one(
    format: str, raw: bytes, *, key: str = "", position: int = 0, limits: Limits = DEFAULT_LIMITS, encoding: str = ""
) -> Outcome:
    """The one record that these bytes are, for formats whose records stand alone (not csv and xlsx).

    `key` is the key that the sender gave it (an OAI identifier); without it the record's own is taken.
    """
    if format in XML_FORMATS:
        return xmlrecords.parse_one(raw, format=format, limits=limits, key=key, position=position)
    if format in ("marc21", "unimarc"):
        outcome = iso2709.parse_record(raw, position, limits, family=format, encoding=encoding)
    elif format in ("json", "jsonl"):
        outcome = jsontext.read_one(raw, position, limits, encoding or "utf-8")
    else:
        raise ValueError(f"Records of the format {format!r} do not stand alone.")
    return replace(outcome, key=key) if key else outcome


def _open(format: str, stream: BinaryIO, limits: Limits, encoding: str, records: str) -> Iterator[Outcome]:
    if format == "json":
        return jsontext.read_json(stream, limits, encoding=encoding, records=records)
    if format == "jsonl":
        return jsontext.read_jsonl(stream, limits, encoding=encoding, records=records)
    if format == "csv":
        return tables.read_csv(stream, limits, encoding=encoding)
    if format == "xlsx":
        return workbooks.read_xlsx(stream, limits)
    if format in ("marc21", "unimarc"):
        return marcstream.read_marc(stream, limits, family=format, encoding=encoding)
    if format in XML_FORMATS:
        return xmlrecords.read_xml(stream, limits, format=format, encoding=encoding)
    raise ValueError(f"There is no format {format!r}; there are {', '.join(FORMATS)}.")


def _with_keys(outcomes: Iterator[Outcome], crosswalk: Crosswalk) -> Iterator[Outcome]:
    key_of = crosswalk.key
    assert key_of
    for outcome in outcomes:
        if isinstance(outcome, Parsed) and not outcome.key:
            yield replace(outcome, key=key_of(outcome.body))
        else:
            yield outcome
