"""Tables as CSV and XLSX that spreadsheets open, and nothing in them that a spreadsheet would run. CSV is UTF-8 with
its mark."""

import csv
import datetime as dt
import io
import re
import tempfile
from collections.abc import Iterable, Iterator, Sequence

from django.http import StreamingHttpResponse
from django.utils import timezone

MARK = b"\xef\xbb\xbf"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LONGEST = 32_000
_BARRED = re.compile(r"[\x00-\x08\x0b-\x1f]")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def harmless(cell: str) -> str:
    """Spreadsheets take some texts for formulas."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def row(cells: Iterable[str], delimiter: str = ",") -> bytes:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator="\r\n").writerow(cells)
    return out.getvalue().encode("utf-8", "replace")


def cell(value: object) -> object:
    """As a workbook keeps it: numbers as numbers, moments in local time, texts without what a workbook cannot hold."""
    if value is None or (isinstance(value, int | float | dt.date) and not isinstance(value, dt.datetime)):
        return value
    if isinstance(value, dt.datetime):
        return timezone.localtime(value).replace(tzinfo=None)
    return harmless(_BARRED.sub("", str(value)[:LONGEST]))


def workbook(title: str, head: Sequence[object], rows: Iterable[Iterable[object]]) -> Iterator[bytes]:
    """One sheet, written row by row: memory does not grow with it."""
    import openpyxl  # a tenth of a second, where nobody may ever ask

    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("".join(c for c in title if c not in r"[]:*?/\\")[:31])
    sheet.append([str(one) for one in head])
    for cells in rows:
        sheet.append([cell(one) for one in cells])
    with tempfile.TemporaryFile() as file:
        book.save(file)
        file.seek(0)
        while part := file.read(1 << 16):
            yield part


def xlsx(name: str, title: str, head: Sequence[object], rows: Iterable[Iterable[object]]) -> StreamingHttpResponse:
    """The answer of a page that gives a list away. `name`: of the file, in ASCII, without its ending."""
    answer = StreamingHttpResponse(workbook(title, head, rows), content_type=XLSX)
    answer["Content-Disposition"] = f'attachment; filename="{name}.xlsx"'
    answer["Cache-Control"] = "private, no-store"
    return answer
