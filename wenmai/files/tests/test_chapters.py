"""What of a book is shown: the words and their order, and nothing that runs, asks or leads out."""

import io
import re
import zipfile
from pathlib import Path

import pytest
from lxml import html

from wenmai.files.rules import chapters, epub
from wenmai.files.testing import CONTAINER, picture
from wenmai.lib.refusal import Refused

PACKAGE = """<package xmlns="http://www.idpf.org/2007/opf" xmlns:dc="http://purl.org/dc/elements/1.1/"><metadata>
<dc:title>草枕</dc:title><dc:language>ja</dc:language></metadata><manifest>
<item id="nav" href="nav.xhtml" properties="nav" media-type="application/xhtml+xml"/>
<item id="one" href="text/one.xhtml" media-type="application/xhtml+xml"/>
<item id="two" href="text/%E4%BA%8C.xhtml" media-type="application/xhtml+xml"/>
<item id="p" href="p%20q.png" media-type="image/png"/></manifest>
<spine><itemref idref="one"/><itemref idref="two"/><itemref idref="missing"/></spine></package>"""
NAV = """<html xmlns="http://www.w3.org/1999/xhtml"><body><nav><ol><li><a href="text/one.xhtml#top">第  一</a></li>
</ol></nav></body></html>"""
BASE = "/files/x/book/"
SAFE = {"id", "lang", "dir", "colspan", "rowspan", "start", "src", "href", "alt", "loading", "decoding"}


def make(
    one: str, two: str = "<h1>后记</h1><p id='n1'>二</p>", package: str = PACKAGE, page: str = ""
) -> chapters.Book:
    whole = '<html xmlns="http://www.w3.org/1999/xhtml"><head><title>x</title></head><body>{}</body></html>'
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("META-INF/container.xml", CONTAINER)
        archive.writestr("OEBPS/book.opf", package)
        archive.writestr("OEBPS/nav.xhtml", NAV)
        archive.writestr("OEBPS/text/one.xhtml", page or whole.format(one))
        archive.writestr("OEBPS/text/二.xhtml", whole.format(two))
        archive.writestr("OEBPS/p q.png", picture())
    return chapters.read(epub.open_book(target, target.tell()), BASE)


def test_a_book_has_its_title_chapters_and_pictures() -> None:
    book = make("<p>一</p>")
    assert (book.title, book.language, book.pictures) == ("草枕", "ja", ["OEBPS/p q.png"])
    assert [(one.label, one.html) for one in book.chapters] == [
        ("第 一", "<p>一</p>"),
        ("后记", '<h2>后记</h2><p id="b-n1">二</p>'),
    ]


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("<p class='x' style='color:red' onclick='a()'>字</p>", "<p>字</p>"),
        ("<script>alert(1)</script><p>字</p>", "<p>字</p>"),
        ("<style>p{}</style>后", "后"),
        ("<iframe src='https://evil.example/'>x</iframe>后", "后"),
        ("<form action='https://evil.example/'><p>字</p></form>", ""),
        ("<object data='x.swf'><p>字</p></object>", ""),
        ("<a href='https://evil.example/'>链</a>", "链"),
        ("<a href='javascript:alert(1)'>链</a>", "链"),
        ("<a href='//evil.example/x'>链</a>", "链"),
        ("<a href='../../../etc/passwd'>链</a>", "链"),
        ("<a href='%E4%BA%8C.xhtml#n1'>注</a>", '<a href="?chapter=2#b-n1">注</a>'),
        ("<a href='#n&quot;1'>注</a>", '<a href="#b-n_1">注</a>'),
        ("<a id='n' >注</a>", '<a id="b-n">注</a>'),
        ("<img src='../p%20q.png' alt='图&lt;' onerror='x'/>",
         f'<img src="{BASE}0.webp" alt="图&lt;" loading="lazy" decoding="async" />'),
        ("<img src='https://evil.example/t.gif' alt='图'/>", "<span>图</span>"),
        ("<img src='data:image/svg+xml,x' alt=''/>", ""),
        ("<svg xmlns='http://www.w3.org/2000/svg' xmlns:xlink='http://www.w3.org/1999/xlink'>"
         "<script>x</script><image xlink:href='../p%20q.png'/></svg>",
         f'<img src="{BASE}0.webp" alt="" loading="lazy" decoding="async" />'),
        ("<ruby>漢<rt>かん</rt></ruby>", "<ruby>漢<rt>かん</rt></ruby>"),
        ("<td colspan='2' rowspan='x'>格</td>", '<td colspan="2">格</td>'),
        ("<p lang='zh-Hant' dir='evil'>字</p>", '<p lang="zh-Hant">字</p>'),
        ("<marquee>字</marquee>", "字"),
        ("&lt;script&gt;alert(1)&lt;/script&gt;", "&lt;script&gt;alert(1)&lt;/script&gt;"),
        ("<!-- <script> --><p>a<?php x?>b</p>", "<p>ab</p>"),
        ("<h1>题</h1><h6>小</h6><br/>", "<h2>题</h2><h6>小</h6><br />"),
    ],
)  # fmt: skip
def test_what_passes_and_what_does_not(given: str, shown: str) -> None:
    assert make(given).chapters[0].html == shown


def test_entities_and_tags_of_html_are_read_as_html() -> None:
    page = "<!DOCTYPE html><html><body><p>a&nbsp;b<p>c<script>x</script></body></html>"
    assert make("", page=page).chapters[0].html == "<p>a\xa0b</p><p>c</p>"


def test_entities_are_not_expanded() -> None:
    bomb = '<!DOCTYPE html [<!ENTITY a SYSTEM "file:///etc/passwd">]><html><body><p>&a;</p></body></html>'
    assert "root:" not in make("", page=bomb).chapters[0].html


def test_a_book_from_right_to_left_keeps_its_way() -> None:
    page = '<html xmlns="http://www.w3.org/1999/xhtml"><body dir="rtl"><p>ا</p></body></html>'
    assert make("", page=page).chapters[0].html == '<div dir="rtl"><p>ا</p></div>'


def test_what_is_nested_too_deep_is_flattened() -> None:
    deep = "<div>" * 5000 + "字" + "</div>" * 5000
    page = f"<html><body>{deep}</body></html>"
    try:
        shown = make("", page=page).chapters[0].html
    except Refused as refused:
        assert refused.code == "damaged"  # noqa: PT017 - one way or the other
    else:
        assert shown.count("<div>") <= 60


@pytest.mark.parametrize(
    ("package", "code"),
    [
        (PACKAGE.replace("itemref", "nothing"), "damaged"),
        ("<package/>", "damaged"),
        ("no xml", "damaged"),
    ],
)
def test_a_book_without_chapters_is_refused(package: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        make("<p>x</p>", package=package)
    assert refused.value.code == code


def test_a_book_that_is_too_long_is_refused(monkeypatch) -> None:
    monkeypatch.setattr(chapters, "LONGEST", 10)
    with pytest.raises(Refused) as refused:
        make("<p>一二三四五六七八九十</p>")
    assert refused.value.code == "too_costly"


@pytest.mark.parametrize("name", ["haruko-html-jpeg", "internallinks", "kusamakura-preview", "wasteland"])
def test_real_books(shared: Path, name: str) -> None:
    folder = next((shared / "data" / "media-epub").glob(f"*/{name}"))
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.rglob("*")):
            archive.write(path, path.relative_to(folder).as_posix())
    book = chapters.read(epub.open_book(target, target.tell()), BASE)
    text = "".join(one.html for one in book.chapters)
    assert len(text) > 2000
    tree = html.fromstring(f"<div>{text}</div>")
    assert {str(one.tag) for one in tree.iter()} <= {
        *chapters._KEPT,
        *["a", "img", "br", "hr", "h2", "h3", "h4", "h5", "h6"],
    }
    assert {str(key) for one in tree.iter() for key in one.attrib} <= SAFE
    leads = [str(value) for one in tree.iter() for key, value in one.attrib.items() if key in ("src", "href")]
    assert all(re.match(r"\?chapter=\d|#b-|/files/x/book/\d+\.webp$", address) for address in leads)
