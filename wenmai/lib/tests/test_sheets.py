"""Workbooks: what goes in comes out, and nothing of it runs."""

import datetime as dt
import io

import openpyxl

from wenmai.lib import sheets

AT = dt.datetime(2026, 11, 30, 16, 0, tzinfo=dt.UTC)


def test_a_workbook_holds_what_was_given_and_no_formula() -> None:
    rows = [["=HYPERLINK(1)", 3, 1.5, None, AT, dt.date(2026, 12, 1), "行\x0b一\n二"]]
    answer = sheets.xlsx("list", "报名[表]/1", ["甲", *"乙丙丁戊己庚"], rows)
    assert answer["Content-Disposition"] == 'attachment; filename="list.xlsx"'
    book = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content)))  # type: ignore[arg-type]
    assert book.sheetnames == ["报名表1"]
    head, line = book["报名表1"].iter_rows(values_only=True)
    assert head[0] == "甲"
    assert line[:4] == ("'=HYPERLINK(1)", 3, 1.5, None)
    assert line[4] == dt.datetime(2026, 12, 1), "local time"  # noqa: DTZ001 -- a workbook has no zones
    assert line[6] == "行一\n二"
    assert book["报名表1"]["A2"].data_type == "s"
