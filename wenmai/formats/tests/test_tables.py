"""CSV and XLSX, and what people put into them."""

import time
import zipfile
from datetime import date, datetime
from datetime import time as time_of_day
from io import BytesIO

import openpyxl
import pytest

from wenmai.formats.crosswalk import map_record
from wenmai.formats.tests.reading_aloud import cells, crosswalk, outcomes, parsed, rejects
from wenmai.formats.values import Limits, Parsed, Reject


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_rows_in_the_encodings_and_delimiters_of_the_field(delimiter, encoding):
    text = f'题名{delimiter}作者\r\n"春\n晓"{delimiter}孟浩然\r\n\r\n静夜思{delimiter}李白\r\n'
    found = parsed("csv", text.encode(encoding))
    assert [record.body for record in found] == [
        {"题名": "春\n晓", "作者": "孟浩然"},
        {"题名": "静夜思", "作者": "李白"},
    ]
    assert [record.position for record in found] == [2, 5]


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (b"a,b,c", "columns"),
        (b'"never closed,b', "syntax"),
        (b'"a"b,c', "syntax"),
        (b"\xff\xff,b", "encoding"),
        (b"x" * 300 + b",b", "too_large"),
    ],
)
def test_a_bad_row_costs_only_itself(row, code):
    raw = "题名,作者\n春晓,孟浩然\n".encode() + row + "\n静夜思,李白\n登高,杜甫\n".encode()
    found = outcomes("csv", raw, Limits(record_bytes=200))
    assert [one.code if isinstance(one, Reject) else cells(one)["作者"] for one in found] == [
        "孟浩然",
        code,
        "李白",
        "杜甫",
    ]
    assert found[1].position == 3
    assert found[1].raw.startswith(row[:100])


def test_two_stray_quotation_marks_do_not_swallow_the_rows_between():
    raw = b'a,b\n1,"x\n2,y\n3,z\n4,"w\n5,v\n'
    assert [cells(one)["a"] for one in parsed("csv", raw)] == ["2", "3", "5"]
    assert [(one.position, one.code) for one in rejects("csv", raw)] == [(2, "syntax"), (5, "syntax")]


def test_short_rows_empty_headings_and_nul():
    (record,) = parsed("csv", b"a,,a\n1\x00\n")
    assert record.body == {"a": "1\ufffd"}
    assert [note.code for note in record.notes] == ["characters"]


@pytest.mark.parametrize("end", ["\r", "\n", "\r\n"])
def test_line_ends_of_every_machine(end):
    found = parsed("csv", end.join(["题名,作者", "春晓,孟浩然", "", f'"静{end}夜思",李白', ""]).encode())
    assert [cells(one)["作者"] for one in found] == ["孟浩然", "李白"]


def test_line_ends_mixed_in_one_file():
    raw = b"a,b\r\n1,2\n3,4\r\n5,\r6\n7,8\n"
    assert [cells(one)["a"] for one in parsed("csv", raw)] == ["1", "3", "7"]
    assert [(one.position, one.code) for one in rejects("csv", raw)] == [(4, "syntax")]
    assert [one.code for one in rejects("csv", b"a\rb\nc\rd\n")] == ["syntax", "syntax"]


@pytest.mark.slow
@pytest.mark.parametrize("line", [b'""\n', b',a",",\n', b'"\n', b'"""\n', b'x,"\n', b'",\n', b'a"b\n'])
def test_quotation_marks_without_end_take_linear_time(line):
    def cost(size: int) -> float:
        raw = b'a,b\n1,2\n3,"\n' + line * (size // len(line))
        started = time.process_time()
        found = outcomes("csv", raw)
        ended = time.process_time()
        assert isinstance(found[0], Parsed)
        assert all(one.detail for one in found if isinstance(one, Reject))
        return ended - started

    # six times as much; if each line looked at all the others it would be thirty-six times
    assert any(cost(240_000) < 15 * cost(40_000) + 0.2 for _turn in range(3))


def test_formulas_stay_texts_and_names_of_columns_are_told_apart():
    raw = b"name,name,,name#2\n=cmd|'/C calc'!A0,@SUM(1),+1,-2\n"
    (one,) = parsed("csv", raw)
    assert list(cells(one).values()) == ["=cmd|'/C calc'!A0", "@SUM(1)", "+1", "-2"]


def test_ten_thousand_columns_are_refused_row_by_row():
    raw = ",".join(f"c{number}" for number in range(10_000)) + "\n" + ",".join("v" * 10_000) + "\na,b\n"
    found = outcomes("csv", raw.encode())
    assert [(one.position, getattr(one, "code", "")) for one in found] == [(2, "columns"), (3, "")]


def test_nothing_but_a_header_is_no_error():
    assert outcomes("csv", "题名,作者\n".encode()) == []
    assert outcomes("csv", b"") == []


def workbook(*rows: tuple[object, ...]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.worksheets[0].append(list(row))
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def test_sheets_become_texts():
    raw = workbook(("题名", "页数", "日期"), ("春晓", 12.0, None), (), ("静夜思", 3.5, "2001"), ("多", 1, 2, "余"))
    found = outcomes("xlsx", raw)
    assert [one.body for one in found if isinstance(one, Parsed)] == [
        {"题名": "春晓", "页数": "12"},
        {"题名": "静夜思", "页数": "3.5", "日期": "2001"},
    ]
    assert [(one.position, one.code) for one in found if isinstance(one, Reject)] == [(5, "columns")]


def test_what_is_no_workbook_is_refused():
    assert [one.code for one in rejects("xlsx", b"PK\x03\x04 nothing")] == ["workbook"]
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("a.txt", "a")
    assert [one.code for one in rejects("xlsx", stream.getvalue())] == ["workbook"]


def with_part(name: str, content: bytes) -> bytes:
    stream = BytesIO(workbook(("a",), ("b",)))
    with zipfile.ZipFile(stream, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return stream.getvalue()


def test_a_workbook_that_explodes_is_refused_before_it_is_unpacked():
    assert [one.code for one in rejects("xlsx", with_part("xl/big.xml", b" " * 50_000_000))] == ["too_large"]


def test_a_workbook_with_entities_is_refused():
    bomb = b'<!DOCTYPE a [<!ENTITY x "yyyy">]><a>&x;</a>'
    assert [one.code for one in rejects("xlsx", with_part("xl/other.xml", bomb))] == ["entities"]


def sheet(rows: str, **parts: str) -> bytes:
    """A workbook whose sheet is written by hand."""
    space = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    new = {"xl/worksheets/sheet1.xml": f"<worksheet {space}><sheetData>{rows}</sheetData></worksheet>"}
    new |= {f"xl/{name}.xml": content for name, content in parts.items()}
    stream = BytesIO()
    with (
        zipfile.ZipFile(BytesIO(workbook(("a",)))) as old,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        for name in old.namelist():
            archive.writestr(name, new.pop(name, "") or old.read(name))
        for name, content in new.items():
            archive.writestr(name, content)
    return stream.getvalue()


def row(number: int, *cells: str) -> str:
    written = [cell if cell.startswith("<c") else f'<c t="inlineStr"><is><t>{cell}</t></is></c>' for cell in cells]
    return f'<row r="{number}">{"".join(written)}</row>'


HEAD = row(1, "题名", "作者") + row(2, "春晓", "孟浩然")


@pytest.mark.parametrize(
    ("bad", "number"),
    [
        (row(3, '<c r="A3" t="n"><v>abc</v></c>'), 3),
        (row(3, '<c r="A3" t="s"><v>99</v></c>'), 3),
        (row(3, '<c r="!!"><v>1</v></c>'), 3),
        (row(3, '<c r="ZZZZZZ3"><v>1</v></c>'), 3),
    ],
)
def test_a_sheet_that_breaks_keeps_the_rows_before_and_says_where(bad, number):
    first, last = outcomes("xlsx", sheet(HEAD + bad + row(4, "静夜思", "李白")))
    assert isinstance(first, Parsed)
    assert isinstance(last, Reject)
    assert (last.position, last.code) == (number, "workbook")
    assert last.detail.startswith(f"Row {number} cannot be read, nor any after it")


def test_cells_as_other_programs_write_them():
    raw = sheet(
        HEAD
        + row(3, '<c r="A3" t="e"><v>#REF!</v></c>', '<c r="B3"><f>1+1</f><v>2</v></c>')
        + row(4, '<c r="A4"><f>HYPERLINK("x")</f></c>', '<c r="B4" t="b"><v>1</v></c>')
        + row(5, '<c r="A5" t="n"><v>1e3</v></c>', "_x0041_&amp;"),
    )
    assert [one.body for one in parsed("xlsx", raw)] == [
        {"题名": "春晓", "作者": "孟浩然"},
        {"题名": "#REF!", "作者": "2"},
        {"题名": "", "作者": "true"},
        {"题名": "1000", "作者": "_x0041_&"},
    ]


@pytest.mark.slow
def test_a_row_that_no_sheet_has_ends_the_reading_with_a_reason():
    started = time.process_time()
    first, last = outcomes("xlsx", sheet(HEAD + row(99_999_999_999, "x")))
    assert isinstance(first, Parsed)
    assert isinstance(last, Reject)
    assert (last.code, last.position) == ("workbook", 1_048_577)
    assert time.process_time() - started < 60


@pytest.mark.slow
def test_a_sheet_that_says_it_is_larger_than_its_rows_is_not_filled_up():
    """Sixteen thousand million empty cells, of a file of a kilobyte."""
    raw = sheet(HEAD + row(1_048_576, "x"))
    with zipfile.ZipFile(BytesIO(raw)) as archive:
        text = archive.read("xl/worksheets/sheet1.xml").decode()
    raw = sheet("", **{"worksheets/sheet1": text.replace("<sheetData>", '<dimension ref="A1:XFD1048576"/><sheetData>')})
    started = time.process_time()
    assert [cells(one)["题名"] for one in parsed("xlsx", raw)] == ["春晓", "x"]
    assert time.process_time() - started < 30


def strings(count: int, inside: str = "") -> str:
    space = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    return f"<sst {space}>{''.join(f'<si><t>{number}</t></si>' for number in range(count))}{inside}</sst>"


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (sheet(HEAD, sharedStrings=strings(60)), "more than 50 different texts"),
        (sheet(HEAD, sharedStrings=strings(2, f"<si>{'<r><t>x</t></r>' * 300}</si>")), "xl/sharedStrings.xml holds"),
        (sheet(HEAD + row(3, *["x"] * 300)), "xl/worksheets/sheet1.xml holds more in one piece"),
        (sheet(HEAD + row(3, *["<c><v>1</v></c><!--</row>-->"] * 300)), "xl/worksheets/sheet1.xml holds"),
        (sheet(HEAD + row(3, *["<c><v>1</v></c><?x </row>?>"] * 300)), "xl/worksheets/sheet1.xml holds"),
        (sheet(HEAD + row(3, "x" * 31_000)), "xl/worksheets/sheet1.xml holds"),
        (sheet(HEAD, other=f"<x:a xmlns:x='x'>{'<x:sheet />' * 20}</x:a>"), "more than 10 sheets"),
        (sheet(HEAD, styles=f"<styleSheet>{'<font/>' * 1001}</styleSheet>"), "xl/styles.xml holds"),
    ],
)
@pytest.mark.parametrize("chunk", [1 << 20, 7])
def test_parts_that_would_become_trees_of_any_size_are_refused_with_what_to_do(monkeypatch, raw, words, chunk):
    limits = {"_STRINGS": 50, "_SHEETS": 10, "_TAGS": 1000, "_BYTES": 30_000, "_CHUNK": chunk}
    for name, limit in limits.items():
        monkeypatch.setattr(f"wenmai.formats.workbook_parts.{name}", limit)
    (one,) = rejects("xlsx", raw)
    assert one.code == "too_large"
    assert words in one.detail
    assert one.detail.endswith("or as CSV.")


@pytest.mark.parametrize("chunk", [1 << 20, 7])
def test_as_many_rows_and_texts_as_one_likes_are_read_in_pieces(monkeypatch, chunk):
    limits = {"_STRINGS": 100, "_TAGS": 1000, "_BYTES": 30_000, "_CHUNK": chunk}
    for name, limit in limits.items():
        monkeypatch.setattr(f"wenmai.formats.workbook_parts.{name}", limit)
    rows = "".join(row(number, "<c><v>7</v></c>") for number in range(3, 1000))
    assert len(parsed("xlsx", sheet(HEAD + rows, sharedStrings=strings(100)))) == 998


def test_rows_that_all_reach_the_last_column_end_with_a_reason(monkeypatch):
    monkeypatch.setattr("wenmai.formats.workbooks._CELLS", 100_000)
    far = "".join(f'<row r="{number}"><c r="XFD{number}"><v>1</v></c></row>' for number in range(3, 20))
    found = outcomes("xlsx", sheet(HEAD + far))
    assert [getattr(one, "code", "") for one in found] == ["", *["columns"] * 6, "workbook"]
    assert "reach too far to the right" in getattr(found[-1], "detail", "")


def test_text_in_two_bytes_a_character_hides_nothing():
    hidden = '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>'
    (one,) = rejects("xlsx", with_part("xl/other.xml", hidden.encode("utf-16")))
    assert (one.code, "Save the workbook again" in one.detail) == ("entities", True)


def test_an_archive_inside_is_not_opened():
    assert len(parsed("xlsx", with_part("xl/media/more.zip", with_part("xl/x.xml", b"<x/>")))) == 1


def test_a_cell_beyond_the_last_column_is_not_lost_in_silence():
    raw = sheet(HEAD + row(3, "甲", '<c r="XFD3" t="inlineStr"><is><t>x</t></is></c>') + row(4, "静夜思", "李白"))
    found = outcomes("xlsx", raw)
    assert [getattr(one, "code", "") for one in found] == ["", "columns", ""]
    assert found[1].position == 3


@pytest.mark.parametrize(
    "raw", [b"", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000), b"<html><table>", workbook(("a",))[:900]]
)
def test_old_workbooks_encrypted_ones_and_halves_are_refused(raw):
    (one,) = rejects("xlsx", raw)
    assert one.code == "workbook"


def test_merged_hidden_and_dated():
    moment = datetime.combine(date(2001, 5, 6), time_of_day(7, 8))

    def build(book: openpyxl.Workbook) -> None:
        shown, hidden = book.worksheets[0], book.create_sheet("二")
        for row in (("题名", "年"), ("春晓", date(1850, 1, 1)), ("静夜思", moment)):
            shown.append(row)
        shown.merge_cells("A4:B4")
        hidden.sheet_state = "hidden"
        hidden.append(["秘", "密"])

    book, stream = openpyxl.Workbook(), BytesIO()
    build(book)
    book.save(stream)
    assert [one.body for one in parsed("xlsx", stream.getvalue())] == [
        {"题名": "春晓", "年": "1850-01-01"},
        {"题名": "静夜思", "年": "2001-05-06 07:08:00"},
    ]


def test_the_common_table_crosswalk():
    raw = "题名,作者,语种,出版时间,类型,许可\n春晓集,孟浩然；李白,中文,2001年5月,图书,公有领域\n".encode()
    (record,) = parsed("csv", raw)
    elements = map_record(record, crosswalk("csv"))
    texts = {name: [value.text for value in values] for name, values in elements.items()}
    assert texts == {
        "title": ["春晓集"],
        "creator": ["孟浩然", "李白"],
        "language": ["zh"],
        "date": ["2001-05"],
        "type": ["ebook"],
        "licence": ["public_domain"],
    }
    assert elements["title"][0].source == "$.题名"
