"""What is put into a sheet comes out of it with another program: every character, nothing interpreted, always the same
bytes; and what no font has is a box that is told."""

import datetime as dt
import re

import pypdfium2
import pytest

from wenmai.lib import fonts, pdf

AT = dt.datetime(2026, 12, 1, 9, 30, tzinfo=dt.UTC)
RARE = "𪚥"  # four dragons: in no slice


def sheet(*parts: pdf.Part, title: str = "配送确认单") -> pdf.Sheet:
    return pdf.Sheet(title, parts, "槿溪县文化馆", AT, "zh-Hans")


def read(content: bytes) -> tuple[str, int]:
    """The text without blanks and breaks, and the pages."""
    with pypdfium2.PdfDocument(content) as found:
        text = "".join(page.get_textpage().get_text_range() for page in found)
        assert found.get_metadata_dict()["Title"] == "配送确认单"
        return re.sub(r"\s", "", text), len(found)


def test_what_goes_in_comes_out(settings):
    settings.SITE_SEAL, settings.SITE_NAME = "文脉", "漪岭文脉"
    hostile = "<b>粗</b>{nb}**星**--__x__\u202e反\x00\ufeff" + "龘臺灣㐂" * 20
    parts = (
        pdf.Facts([("产品", hostile)]),
        pdf.Lines("三方", ["哪一方", "几时"], [["站点", f"第{n}行"] for n in range(40)], (1, 2)),
        pdf.Text("第一段\n第二段"), pdf.Square("https://node.example/supply/sheets/ABC", "扫一扫"),
    )  # fmt: skip
    content = pdf.made(sheet(*parts))
    text, pages = read(content)
    assert pages > 1
    assert f"1/{pages}" in text
    assert f"{pages}/{pages}" in text
    assert "<b>粗</b>{nb}**星**--__x__反" + "龘臺灣㐂" * 9 in text.replace("\ufffe", "")
    said = (
        "文脉漪岭文脉配送确认单",
        "第一段第二段",
        "第39行",
        "扫一扫https://node.example/supply/sheets/ABC",
        "槿溪县文化馆",
    )
    assert [one for one in said if one not in text] == []
    assert b"/Lang (zh-Hans)" in content
    assert b"/FontFile2" in content
    assert pdf.made(sheet(*parts)) == content


def test_what_no_font_has_is_a_box_and_told(settings, tmp_path):
    settings.PDF_FONT = ""
    text, _pages = read(pdf.made(sheet(pdf.Text(f"团名{RARE}"))))
    assert f"团名{RARE}" in text
    assert f"U+{ord(RARE):04X}" in text
    made = fonts.make(f"团{RARE}")
    assert made.missing == (RARE,)
    settings.PDF_FONT = str(tmp_path / "none.ttf")
    with pytest.raises(fonts.NoFont):
        fonts.make("\U0002a6d6")


def test_a_font_of_the_machine_has_what_is_missing(settings, tmp_path):
    """OpenType with cubic outlines, as the larger fonts are."""
    from fontTools.fontBuilder import FontBuilder
    from fontTools.pens.t2CharStringPen import T2CharStringPen

    pen = T2CharStringPen(2000, None)
    pen.moveTo((0, 0))
    pen.curveTo((0, 1000), (1000, 1000), (1000, 0))
    pen.closePath()
    empty = T2CharStringPen(2000, None).getCharString()
    builder = FontBuilder(2000, isTTF=False)
    builder.setupGlyphOrder([".notdef", "rare"])
    builder.setupCharacterMap({ord(RARE): "rare"})
    builder.setupCFF("Rare", {}, {".notdef": empty, "rare": pen.getCharString()}, {})
    builder.setupHorizontalMetrics({".notdef": (2000, 0), "rare": (2000, 0)})
    builder.setupHorizontalHeader(ascent=1800, descent=-200)
    builder.setupNameTable({"familyName": "Rare", "styleName": "Regular"})
    builder.setupOS2()
    builder.setupPost()
    builder.save(tmp_path / "rare.otf")
    settings.PDF_FONT = str(tmp_path / "rare.otf")
    made = fonts.make(RARE)
    assert made.missing == ()
    text, _pages = read(pdf.made(sheet(pdf.Text(f"团名{RARE}"))))
    assert "U+" not in text
