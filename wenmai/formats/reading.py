"""One way in for every format."""

from collections.abc import Iterator
from dataclasses import replace
from typing import BinaryIO

from wenmai.formats import jsontext, tables, workbooks
from wenmai.formats.crosswalk import Crosswalk
from wenmai.formats.values import DEFAULT_LIMITS, Limits, Outcome, Parsed

FORMATS = ("marc21", "marcxml", "unimarc", "unimarcxml", "oai_dc", "qdc", "json", "jsonl", "csv", "xlsx")


def read(
    format: str,
    stream: BinaryIO,
    *,
    limits: Limits = DEFAULT_LIMITS,
    crosswalk: Crosswalk | None = None,
    encoding: str = "",
) -> Iterator[Outcome]:
    """The records of a stream, in order, one `Parsed` or `Reject` for each; memory stays flat.

    A crosswalk gives what the format leaves open: where the records stand inside a JSON document, the
    encoding, the key of a record. Raises ValueError for an unknown format and nothing else: bad input becomes
    a `Reject`.
    """
    encoding = encoding or (crosswalk.encoding if crosswalk else "")
    records = crosswalk.records if crosswalk else ""
    outcomes = _open(format, stream, limits, encoding, records)
    if crosswalk and crosswalk.key:
        return _with_keys(outcomes, crosswalk)
    return outcomes


def _open(format: str, stream: BinaryIO, limits: Limits, encoding: str, records: str) -> Iterator[Outcome]:
    if format == "json":
        return jsontext.read_json(stream, limits, encoding=encoding, records=records)
    if format == "jsonl":
        return jsontext.read_jsonl(stream, limits, encoding=encoding, records=records)
    if format == "csv":
        return tables.read_csv(stream, limits, encoding=encoding)
    if format == "xlsx":
        return workbooks.read_xlsx(stream, limits)
    raise ValueError(f"There is no format {format!r}; there are {', '.join(FORMATS)}.")


def _with_keys(outcomes: Iterator[Outcome], crosswalk: Crosswalk) -> Iterator[Outcome]:
    key_of = crosswalk.key
    assert key_of
    for outcome in outcomes:
        if isinstance(outcome, Parsed) and not outcome.key:
            yield replace(outcome, key=key_of(outcome.body))
        else:
            yield outcome
