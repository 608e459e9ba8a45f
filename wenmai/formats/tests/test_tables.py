"""CSV and XLSX, and what people put into them."""

import zipfile
from io import BytesIO

import openpyxl
import pytest

from wenmai.formats.crosswalk import map_record
from wenmai.formats.tests.reading_aloud import crosswalk, outcomes, parsed, rejects
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
    assert [one.code if isinstance(one, Reject) else one.body["作者"] for one in found] == [  # type: ignore[index]
        "孟浩然",
        code,
        "李白",
        "杜甫",
    ]
    assert found[1].position == 3
    assert found[1].raw.startswith(row[:100])


def test_two_stray_quotation_marks_do_not_swallow_the_rows_between():
    raw = b'a,b\n1,"x\n2,y\n3,z\n4,"w\n5,v\n'
    assert [one.body["a"] for one in parsed("csv", raw)] == ["2", "3", "5"]  # type: ignore[index]
    assert [(one.position, one.code) for one in rejects("csv", raw)] == [(2, "syntax"), (5, "syntax")]


def test_short_rows_empty_headings_and_nul():
    (record,) = parsed("csv", b"a,,a\n1\x00\n")
    assert record.body == {"a": "1\ufffd"}
    assert [note.code for note in record.notes] == ["characters"]


def test_nothing_but_a_header_is_no_error():
    assert outcomes("csv", "题名,作者\n".encode()) == []
    assert outcomes("csv", b"") == []


def workbook(*rows: tuple[object, ...]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(list(row))  # type: ignore[union-attr]
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
