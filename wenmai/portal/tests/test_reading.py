import json
import re

import pytest
from django.test import Client

from wenmai.catalogue import services as catalogue
from wenmai.catalogue.models import Record
from wenmai.catalogue.testing import make_feed, make_record
from wenmai.files import testing as files
from wenmai.lib import clock
from wenmai.lib.access import SYSTEM
from wenmai.lib.faces import POLICY
from wenmai.portal.queries import viewers
from wenmai.usage import queries as usage

pytestmark = pytest.mark.django_db
CHAPTER = '<html xmlns="http://www.w3.org/1999/xhtml"><body><h1>{0}</h1><p>{0}之文<script>x</script></p></body></html>'


def attach(record: Record, content: bytes, label: str = "附件") -> int:
    stored = files.make_object(content)
    catalogue.attach(record_id=record.pk, object_id=stored.pk, label=label, actor=SYSTEM, now=clock.now())
    return record.attachments.get(object_id=stored.pk).pk


def make_book(language: str = "zh") -> bytes:
    told = f'<metadata xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:language>{language}</dc:language></metadata>'
    pages = {f"c{n}": CHAPTER.format(f"第{n}章") for n in (1, 2, 3)}
    items = "".join(f'<item id="{n}" href="{n}.xhtml" media-type="application/xhtml+xml"/>' for n in pages)
    refs = "".join(f'<itemref idref="{n}"/>' for n in pages)
    package = files.PACKAGE.replace("<metadata/>", told).replace("</manifest><spine/>", f"{items}</manifest>")
    package = package.replace("</package>", f"<spine>{refs}</spine></package>")
    entries = [(f"OEBPS/{name}.xhtml", page) for name, page in pages.items()]
    return files.book(entries, package=package)


@pytest.fixture
def record() -> Record:
    return make_record(make_feed(), title="卷一")


def test_a_book_is_read_chapter_by_chapter(record: Record) -> None:
    where = f"/records/{record.pk}/read/{attach(record, make_book())}"
    page = Client().get(where, {"chapter": 2}).content.decode()
    assert "第2章之文" in page
    assert "<script>x" not in page
    assert f'href="{where}?chapter=1" rel="prev"' in page
    assert f'href="{where}?chapter=3" rel="next"' in page
    assert Client().get(where)["Content-Security-Policy"] == POLICY
    assert where in Client().get(f"/records/{record.pk}").content.decode()


@pytest.mark.parametrize(("chapter", "shown"), [("0", 1), ("99", 3), ("x", 1), ("9" * 30, 1), ("-1", 1)])
def test_a_chapter_that_is_not_there_is_the_nearest(record: Record, chapter: str, shown: int) -> None:
    where = f"/records/{record.pk}/read/{attach(record, make_book())}"
    assert f"第{shown}章之文" in Client().get(where, {"chapter": chapter}).content.decode()


@pytest.mark.parametrize(("language", "offered"), [("zh-Hant", True), ("ja", True), ("en", False)])
def test_a_book_stands_upright_where_its_language_does(record: Record, language: str, offered: bool) -> None:
    where = f"/records/{record.pk}/read/{attach(record, make_book(language))}"
    page = Client().get(where, {"read": "upright"}).content.decode()
    assert ("poem prose-text book upright" in page) is offered


def test_pictures_of_a_book_are_served_with_it_and_gone_with_it(record: Record) -> None:
    content = make_book()
    attach(record, content)
    address = f"/files/{record.attachments.get().object.hash}/book/"
    answer = Client().get(f"{address}0.webp")
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/webp")
    assert Client().get(f"{address}1.webp").status_code == 404
    assert Client().get(f"{address}99999999.webp").status_code == 404
    catalogue.withdraw(ids=[record.pk], reason="版权", actor=SYSTEM, now=clock.now())
    assert Client().get(f"{address}0.webp").status_code == 404


def test_a_book_that_cannot_be_opened_is_offered_for_download(record: Record) -> None:
    where = f"/records/{record.pk}/read/{attach(record, files.book())}"
    page = Client().get(where)
    assert page.status_code == 200
    assert "不能在这里打开" in page.content.decode()


def test_a_pdf_is_drawn_on_its_own_page_only_and_under_one_policy(record: Record, monkeypatch) -> None:
    monkeypatch.setattr(viewers, "_pdf_scripts", lambda: {"library": "/static/l.mjs", "worker": "/static/w.mjs"})
    where = f"/records/{record.pk}/read/{attach(record, files.document())}"
    answer = Client().get(where)
    assert "pdf-viewer.mjs" in answer.content.decode()
    assert answer["Content-Security-Policy"] == f"{POLICY}; worker-src 'self'; trusted-types wenmai-pdf"
    assert "pdf-viewer" not in Client().get(f"/records/{record.pk}").content.decode()


def test_without_the_package_a_pdf_is_opened_by_the_browser(record: Record, monkeypatch) -> None:
    monkeypatch.setattr(viewers, "_pdf_scripts", dict)
    page = Client().get(f"/records/{record.pk}/read/{attach(record, files.document())}").content.decode()
    assert "pdf-viewer.mjs" not in page
    assert "用浏览器自带的阅读器打开" in page


def test_pictures_are_turned_and_enlarged(record: Record) -> None:
    one, two = attach(record, files.picture()), attach(record, files.picture(30, 20))
    first = Client().get(f"/records/{record.pk}/read/{one}").content.decode()
    assert f'/read/{two}" rel="next"' in first
    assert "1 / 2" in first
    assert "full-size" in Client().get(f"/records/{record.pk}/read/{two}?zoom=full").content.decode()


def test_files_of_another_record_or_of_none_are_not_there(record: Record) -> None:
    other = make_record(make_feed(name="另"), "k2")
    file = attach(other, files.picture())
    assert Client().get(f"/records/{record.pk}/read/{file}").status_code == 404
    assert Client().get(f"/records/999999/read/{file}").status_code == 404


def test_a_withdrawn_record_says_why_instead(record: Record) -> None:
    file = attach(record, files.picture())
    catalogue.withdraw(ids=[record.pk], reason="版权到期", actor=SYSTEM, now=clock.now())
    answer = Client().get(f"/records/{record.pk}/read/{file}")
    assert answer.status_code == 410
    assert "版权到期" in answer.content.decode()


def test_a_recording_is_played_with_captions_and_read_as_text(reader: Client) -> None:
    record = make_record(title="吟诵春晓", type="audio")
    number = attach(record, files.sound())
    words = "第{}句 <b>&lt;花&gt;</b>"
    times = "00:{:02}:{:02}.000 --> 00:50:00.000\n"
    lines = "".join(f"{times.format(at // 60, at % 60)}{words.format(at)}\n\n" for at in range(700))
    kept = files.make_object(f"WEBVTT\n\n{lines}".encode())
    catalogue.caption(attachment_id=number, object_id=kept.pk, language="zh", actor=SYSTEM, now=clock.now())
    html = reader.get(f"/records/{record.pk}").content.decode()
    assert re.search(rf'<track kind="captions"\s+src="/files/{kept.hash}"\s+srclang="zh"\s+label="汉语" default', html)
    assert "第119句 &lt;花&gt;" in html
    body = html.partition("<body")[2]
    assert "第120句" not in body
    place = f"/records/{record.pk}/read/{record.attachments.get(object_id=kept.pk).pk}"
    assert place in html
    first, last = reader.get(place).content.decode(), reader.get(f"{place}?chapter=99").content.decode()
    assert ("第499句" in first, "第500句" in first, "第699句" in last) == (True, False, True)
    answer = reader.get(f"/files/{kept.hash}")
    assert answer["Content-Type"] == "text/vtt"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert usage.counts("file", [kept.hash])[kept.hash] == {}, "a player fetches them, nobody opens them"
    told = json.loads(re.findall(r'ld\+json">(.*?)</script>', html)[0])
    assert told["caption"][0]["inLanguage"] == "zh"
    assert told["transcript"].startswith("第0句 <花>")


def test_the_language_of_what_is_said_is_chosen_by_links(reader: Client) -> None:
    record = make_record(title="吟诵春晓", type="audio", text="春眠不觉晓")
    number = attach(record, files.sound())
    for code, line in (("zh", "春眠不觉晓"), ("en", "Deep in spring sleep")):
        kept = files.make_object(f"WEBVTT\n\n00:00.000 --> 00:01.000\n{line}\n".encode())
        catalogue.caption(attachment_id=number, object_id=kept.pk, language=code, actor=SYSTEM, now=clock.now())
    place = f"/records/{record.pk}"

    def told(asked: str) -> tuple[str, str, list[str], str]:
        html = reader.get(f"{place}?{asked}").content.decode()
        first, others = re.findall(r'srclang="(..)"\s+label="[^"]+"( default)?', html)[0], html.count(" default")
        assert others == 1
        current = re.findall(r'href="([^"]+)" aria-current="true">(汉语|英语)<', html)
        return first[0], current[0][1], re.findall(r'href="(/records/[^"]+captions=[^"]+)"', html), html

    language, current, links, html = told("face=tv")
    assert (language, current) == ("zh", "汉语")
    assert links == [f"{place}?captions=en", f"{place}?captions=zh"]
    assert "Deep in spring sleep" not in html.partition("<body")[2], "one at a time on a television"
    language, current, links, html = told("face=tv&captions=en&read=upright")
    assert (language, current) == ("en", "英语")
    assert "Deep in spring sleep" in html.partition("<body")[2]
    assert f"{place}?read=upright&amp;captions=zh" in links, "the text stays set as it was"
    language, current, links, html = told("face=tv&captions=%22%3E%3Cscript%3E&read=upright")
    assert (language, current) == ("zh", "汉语")
    assert "script%3E" not in html.partition("<body")[2].partition("lang")[0], "what is not there is not carried on"
