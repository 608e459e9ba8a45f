"""Tables as CSV that spreadsheets open: UTF-8 with its mark, and nothing in them that a spreadsheet would run."""

import csv
import io
from collections.abc import Iterable

MARK = b"\xef\xbb\xbf"
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def harmless(cell: str) -> str:
    """Spreadsheets take some texts for formulas."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def row(cells: Iterable[str], delimiter: str = ",") -> bytes:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator="\r\n").writerow(cells)
    return out.getvalue().encode("utf-8", "replace")
