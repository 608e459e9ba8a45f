"""Sheets of A4 to print and pass on: the node's mark and name, a title, rows, tables, a square for phones, a foot line.

Text is put down as it is: nothing in it is a mark-up. The same content makes the same bytes.
"""

import datetime as dt
import tempfile
import unicodedata
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import qrcode
from django.conf import settings
from django.utils.translation import gettext as _

from wenmai.lib import fonts

TYPE = "application/pdf"
MARGIN, LINE, FOOT = 18.0, 5.4, 20.0
_FAMILY, _TITLE, _TEXT, _FINE = "sheet", 18, 10.5, 8.5
_SIDE, _SQUARE = 14.0, 30.0
_UNSEEN = ("Cc", "Cf", "Cs")
_INK, _GREY, _RULE = (26, 26, 26), (90, 90, 90), (200, 200, 200)


class Facts(NamedTuple):
    """Name and value, a line each."""

    rows: Sequence[tuple[str, str]]


class Lines(NamedTuple):
    """A table below a title. `widths`: how the columns share the page."""

    title: str
    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    widths: tuple[int, ...]


class Text(NamedTuple):
    """A paragraph; `fine` is smaller and grey."""

    words: str
    fine: bool = False


class Square(NamedTuple):
    """A QR code of an address, with the words beside it."""

    address: str
    words: str


Part = Facts | Lines | Text | Square


class Sheet(NamedTuple):
    """`at`: when what it says came about, which is the date that the file bears; `lang`: zh-Hans or en."""

    title: str
    parts: Sequence[Part]
    foot: str
    at: dt.datetime
    lang: str


def made(sheet: Sheet) -> bytes:
    """As PDF. What the font lacks is a box and said at the end. Raises `fonts.NoFont`."""
    whole = _seen(sheet)
    font, missing = fonts.make(_characters(whole))
    if missing:
        names = _("、").join(f"U+{ord(one):04X}" for one in missing)
        said = _("字库里没有这些字，印成方框，复制出来是原字：%(names)s") % {"names": names}
        whole = whole._replace(parts=(*whole.parts, Text(said, fine=True)))
        font, missing = fonts.make(_characters(whole))
    with tempfile.NamedTemporaryFile(suffix=".ttf") as file:
        file.write(font)
        file.flush()
        pages, _content = _printed(whole, file.name, 0)
        return _printed(whole, file.name, pages)[1]


def _printed(sheet: Sheet, font: str, pages: int) -> tuple[int, bytes]:
    """How many pages it has, and what they are; once to count them, once with the number on each."""
    pdf = _drawn(sheet, font, pages)
    try:
        return pdf.page, bytes(pdf.output()) if pages else b""
    finally:
        for one in pdf.fonts.values():
            one.close()


def _drawn(sheet: Sheet, font: str, pages: int) -> Any:
    pdf = _paper(sheet, font, pages)
    pdf.add_page()
    _head(pdf, sheet.title)
    for part in sheet.parts:
        _PUT[type(part)](pdf, part)
    return pdf


def _paper(sheet: Sheet, font: str, pages: int) -> Any:
    from fpdf import FPDF  # a fifth of a second, where nobody may ever ask

    class Paper(FPDF):
        def footer(self) -> None:
            self.set_y(-FOOT + 4)
            self.set_draw_color(*_RULE)
            self.line(MARGIN, self.get_y(), self.w - MARGIN, self.get_y())
            self.set_y(self.get_y() + 2)
            self.set_font(_FAMILY, size=_FINE)
            self.set_text_color(*_GREY)
            self.multi_cell(self.epw - 24, 4, sheet.foot, align="L", new_x="RIGHT", new_y="TOP", max_line_height=4)
            self.set_xy(self.w - MARGIN - 24, -FOOT + 6)
            self.cell(24, 4, f"{self.page} / {pages or self.page}", align="R")

    pdf = Paper(format="A4")
    pdf.str_alias_nb_pages = ""  # no word in a text stands for a number of pages
    pdf.set_margins(MARGIN, MARGIN)
    pdf.c_margin = 0
    pdf.set_auto_page_break(True, FOOT + 2)
    pdf.add_font(_FAMILY, fname=font)
    pdf.set_title(sheet.title)
    pdf.set_lang(sheet.lang)
    pdf.set_author(settings.SITE_NAME)
    pdf.set_producer("Wenmai")
    pdf.set_creator("Wenmai")
    pdf.set_creation_date(sheet.at)
    pdf.set_font(_FAMILY, size=_TEXT)
    return pdf


def _head(pdf: Any, title: str) -> None:
    mark = _clean(settings.SITE_SEAL)[:4]
    pdf.set_fill_color(settings.SITE_BRAND if _is_colour(settings.SITE_BRAND) else "#a83228")
    pdf.rect(MARGIN, MARGIN, _SIDE, _SIDE, style="F", round_corners=True, corner_radius=1.5)
    pdf.set_text_color(255, 255, 255)
    pdf.set_font(_FAMILY, size=min(15, 24 / max(len(mark), 1)))
    pdf.set_xy(MARGIN, MARGIN)
    pdf.cell(_SIDE, _SIDE, mark, align="C")
    pdf.set_text_color(*_GREY)
    pdf.set_font(_FAMILY, size=_TEXT)
    pdf.set_xy(MARGIN + _SIDE + 4, MARGIN)
    pdf.multi_cell(pdf.epw - _SIDE - 4, _SIDE, _clean(settings.SITE_NAME), max_line_height=5, align="L")
    pdf.set_xy(MARGIN, MARGIN + _SIDE + 7)
    pdf.set_text_color(*_INK)
    pdf.set_font(_FAMILY, size=_TITLE)
    _words(pdf, title, 9)
    pdf.ln(3)


def _words(pdf: Any, text: str, height: float) -> None:
    pdf.set_x(MARGIN)
    pdf.multi_cell(0, height, text, align="L", new_x="LMARGIN", new_y="NEXT", wrapmode=_wrap(text))


def _wrap(text: str) -> str:
    """Chinese breaks anywhere, other scripts between words."""
    wide = sum(unicodedata.east_asian_width(one) in "WF" for one in text)
    return "CHAR" if wide * 4 > len(text) else "WORD"


def _put_text(pdf: Any, part: Text) -> None:
    pdf.set_font(_FAMILY, size=_FINE if part.fine else _TEXT)
    pdf.set_text_color(*(_GREY if part.fine else _INK))
    for line in part.words.split("\n"):
        _words(pdf, line, LINE * (0.8 if part.fine else 1))
    pdf.ln(3)


def _put_facts(pdf: Any, part: Facts) -> None:
    _table(pdf, part.rows, (26, 74), head=False)


def _put_lines(pdf: Any, part: Lines) -> None:
    pdf.set_font(_FAMILY, size=_TEXT + 2)
    pdf.set_text_color(*_INK)
    _words(pdf, part.title, LINE + 1)
    _table(pdf, [part.head, *part.rows], part.widths, head=True)


def _table(pdf: Any, rows: Sequence[Sequence[str]], widths: tuple[int, ...], head: bool) -> None:
    from fpdf.fonts import FontFace

    pdf.set_font(_FAMILY, size=_TEXT)
    pdf.set_text_color(*_INK)
    pdf.set_draw_color(*_RULE)
    pdf.set_fill_color(255, 255, 255)
    plain = FontFace(emphasis="", color=_GREY)
    with pdf.table(
        col_widths=widths, line_height=LINE, padding=(0.7, 3, 0.7, 0), text_align="LEFT", v_align="TOP",
        borders_layout="HORIZONTAL_LINES",
        first_row_as_headings=head, headings_style=plain,
        wrapmode=_wrap("".join(one for cells in rows for one in cells)),
    ) as table:  # fmt: skip
        for cells in rows:
            row = table.row()
            for number, cell in enumerate(cells):
                row.cell(cell, style=plain if number == 0 and not head else None)
    pdf.ln(4)


def _put_square(pdf: Any, part: Square) -> None:
    if pdf.will_page_break(_SQUARE):
        pdf.add_page()
    code = qrcode.QRCode(border=4, error_correction=qrcode.constants.ERROR_CORRECT_M)
    code.add_data(part.address)
    code.make(fit=True)
    rows, top = code.get_matrix(), pdf.get_y()
    side = _SQUARE / len(rows)
    pdf.set_fill_color(0, 0, 0)
    for y, row in enumerate(rows):
        for x, run in _runs(row):
            pdf.rect(MARGIN + x * side, top + y * side, run * side, side, style="F")
    pdf.set_font(_FAMILY, size=_FINE)
    pdf.set_text_color(*_INK)
    pdf.set_xy(MARGIN + _SQUARE + 4, top + 4)
    for text, wrap in ((part.words, _wrap(part.words)), (part.address, "CHAR")):
        pdf.set_x(MARGIN + _SQUARE + 4)
        pdf.multi_cell(0, 5, text, align="L", wrapmode=wrap, new_x="LMARGIN", new_y="NEXT")
    pdf.set_xy(MARGIN, max(pdf.get_y(), top + _SQUARE))
    pdf.ln(3)


def _runs(row: Sequence[bool]) -> Iterator[tuple[int, int]]:
    """Where dark begins, and how many in a row: seams would show between single modules."""
    begins = None
    for x, dark in enumerate([*row, False]):
        if dark and begins is None:
            begins = x
        elif not dark and begins is not None:
            yield begins, x - begins
            begins = None


_PUT: dict[type, Any] = {Text: _put_text, Facts: _put_facts, Lines: _put_lines, Square: _put_square}


def _seen(value: Any) -> Any:
    """All texts in it, without what cannot be seen or turns the direction."""
    if isinstance(value, str):
        return _clean(value)
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return type(value)(*(_seen(one) for one in value))
    if isinstance(value, list | tuple):
        return tuple(_seen(one) for one in value)
    return value


def _clean(text: str) -> str:
    kept = (one if one == "\n" or not unicodedata.category(one).startswith("Z") else " " for one in text)
    return "".join(one for one in kept if one == "\n" or unicodedata.category(one) not in _UNSEEN)


def _characters(value: Any) -> set[str]:
    """Everything that is printed."""
    always = f"{settings.SITE_NAME}{settings.SITE_SEAL}0123456789/ "
    if isinstance(value, str):
        return {*value}
    if isinstance(value, tuple):
        return {*_clean(always)}.union(*(_characters(one) for one in value))
    return set()


def _is_colour(text: str) -> bool:
    return len(text) == 7 and text[0] == "#" and {*text[1:].lower()} <= {*"0123456789abcdef"}
