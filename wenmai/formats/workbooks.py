"""Records in XLSX workbooks: the rows of the first sheet that has any; its first row names the columns."""

import json
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from typing import Any, BinaryIO

from wenmai.formats.tables import headings, row_record
from wenmai.formats.values import Limits, Outcome, Reject, reject
from wenmai.formats.workbook_parts import refusal, unreadable

_ROWS = 1_048_576  # of a sheet, by ECMA-376; a file may claim more, and each would be counted out
# Empty ones in front of a far one count too: each is built. A million rows of a hundred are fewer.
_CELLS = 128 * 1024 * 1024


def read_xlsx(stream: BinaryIO, limits: Limits) -> Iterator[Outcome]:
    """Rows as `{heading: text}`; `position` is the row's number in the sheet; `raw` is the row as JSON.

    The stream must be seekable. The sizes that the archive declares are checked before anything is unpacked.
    """
    if refused := refusal(stream, limits):
        yield refused
        return
    import openpyxl  # half a second, numpy with it: not at the start of every process

    try:
        book = openpyxl.load_workbook(stream, read_only=True, data_only=True, keep_links=False)
    except Exception as error:
        yield unreadable(error)
        return
    try:
        yield from _read_sheets(book, limits)
    finally:
        book.close()


def _stopped(number: int, error: Exception) -> Reject:
    detail = f"Row {number} cannot be read, nor any after it: mend it, and hand in the rows from it on. {error}"
    return reject(b"", number, "workbook", detail[:300])


def _read_sheets(book: Any, limits: Limits) -> Iterator[Outcome]:
    for sheet in book.worksheets:
        header: list[str] = []
        for number, row in _rows(sheet):
            if isinstance(row, Exception):
                yield _stopped(number, row)
                return
            cells = [_text(cell) for cell in row[: limits.columns + 1]]
            if any(row[limits.columns + 1 :]):
                detail = f"The row has a cell beyond column {limits.columns}."
                yield reject(_as_json(header, cells), number, "columns", detail, limits=limits)
                continue
            if not any(cells):
                continue
            while cells and not cells[-1]:
                cells.pop()
            if not header:
                header = headings(cells, limits)
                continue
            yield _read_row(header, cells, number, limits)
        if header:
            return


def _rows(sheet: Any) -> Iterator[tuple[int, Sequence[object] | Exception]]:
    """The rows of a sheet with their numbers; an error, or a row that no workbook may have, is the last."""
    number = cells = 0
    sheet.reset_dimensions()  # a sheet that says it is larger than its rows would be filled up to that
    try:
        for number, row in enumerate(sheet.iter_rows(values_only=True), 1):
            cells += len(row)
            if number > _ROWS:
                yield number, ValueError(f"A sheet has {_ROWS} rows at most.")
                return
            if cells > _CELLS:
                yield number, ValueError("The rows before it reach too far to the right.")
                return
            yield number, row
    except Exception as error:
        yield number + 1, error


def _as_json(header: list[str], cells: Sequence[str]) -> bytes:
    return json.dumps(dict(zip(header, cells, strict=False)), ensure_ascii=False).encode("utf-8", "replace")


def _read_row(header: list[str], cells: Sequence[str], number: int, limits: Limits) -> Outcome:
    raw = _as_json(header, cells)
    if len(raw) > limits.record_bytes:
        return reject(raw, number, "too_large", "The row is too long.", limits=limits)
    return row_record(header, cells, raw, number, limits)


def _text(cell: object) -> str:
    """A cell as text: whole numbers without a fraction, days and times in ISO 8601."""
    if cell is None or isinstance(cell, str):
        return (cell or "").strip()
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ", timespec="seconds").removesuffix(" 00:00:00")
    return cell.isoformat() if isinstance(cell, date | time) else str(cell)
