"""Every page of the portal: what it answers, and when it does not."""

import datetime as dt
import json
import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from wenmai.catalogue import services as catalogue
from wenmai.catalogue.models import Record
from wenmai.catalogue.rules import Arrival
from wenmai.catalogue.testing import make_feed, make_record, take_in
from wenmai.formats.reading import read_one
from wenmai.formats.values import Parsed
from wenmai.formats.writers import FORMS
from wenmai.identifiers import rules as identifiers
from wenmai.institutions.models import Place, PlaceSuccession
from wenmai.institutions.testing import make_organisation, make_place
from wenmai.lib import clock
from wenmai.lib.access import SYSTEM
from wenmai.people.testing import make_user
from wenmai.portal.models import Report
from wenmai.portal.rules.reports import REPORTS_PER_CLIENT_HOUR
from wenmai.usage import queries as usage

pytestmark = pytest.mark.django_db
Poems = dict[str, Record]
CNMARC = """<record xmlns="http://www.loc.gov/MARC21/slim"><leader>00000nam a2200000   4500</leader>
<controlfield tag="001">b1</controlfield>
<datafield tag="200" ind1="1" ind2=" "><subfield code="a">水经注校</subfield></datafield>
<datafield tag="210" ind1=" " ind2=" "><subfield code="a">[上海] :</subfield>
<subfield code="c">上海人民出版社</subfield><subfield code="d">1984</subfield></datafield>
<datafield tag="701" ind1=" " ind2="0"><subfield code="a">郦道元</subfield></datafield></record>"""
BOTH = """<record xmlns="http://www.loc.gov/MARC21/slim"><leader>00000nam a2200000   4500</leader>
<controlfield tag="001">b2</controlfield>
<datafield tag="100" ind1="1" ind2=" "><subfield code="6">880-01</subfield><subfield code="a">Li, Daoyuan</subfield>
</datafield><datafield tag="245" ind1="1" ind2="0"><subfield code="6">880-02</subfield><subfield code="a">Shui jing
</subfield></datafield><datafield tag="264" ind1=" " ind2="1"><subfield code="6">880-03</subfield>
<subfield code="a">Beijing :</subfield><subfield code="b">Zhonghua shu ju,</subfield><subfield code="c">2007.</subfield>
</datafield><datafield tag="880" ind1="1" ind2=" "><subfield code="6">100-01/$1</subfield><subfield code="a">郦道元
</subfield></datafield><datafield tag="880" ind1="1" ind2="0"><subfield code="6">245-02/$1</subfield>
<subfield code="a">水经</subfield></datafield><datafield tag="880" ind1=" " ind2="1">
<subfield code="6">264-03/$1</subfield><subfield code="a">北京 :</subfield><subfield code="b">中华书局,</subfield>
<subfield code="c">2007.</subfield></datafield></record>"""


def text_of(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status
    return answer.content.decode()


def test_home_says_true_numbers(reader: Client, poems: Poems) -> None:
    html = text_of(reader, "/")
    assert "1 家机构的 3 件资源" in html
    assert "春曉" in html
    assert 'href="/search?type=image"' in html


def test_home_of_an_empty_node_says_what_to_do(reader: Client) -> None:
    assert "目录还是空的" in text_of(reader, "/")


def test_search_finds_marks_counts_and_narrows(reader: Client, poems: Poems) -> None:
    html = text_of(reader, "/search?q=不觉晓")
    assert "找到 <b>1</b> 件" in html
    assert "春眠<mark>不覺曉</mark>" in html
    assert "找到 <b>2</b> 件" in text_of(reader, "/search?q=孟浩然")
    html = text_of(reader, "/search?type=image")
    assert "找到 <b>1</b> 件" in html
    assert "&lt;b&gt;书影&lt;/b&gt;" in html
    assert 'href="/search?type=image&amp;type=text"' in html, "another type can be added"
    assert 'class="chip" href="/search"' in html, "and this one removed"


@pytest.mark.parametrize("face", ["web", "tv", "kiosk"])
def test_the_title_of_a_search_says_what_was_asked(reader: Client, poems: Poems, face: str) -> None:
    """WCAG 2.4.2."""
    title = re.search(r"<title>(.*?)</title>", text_of(reader, f"/search?q=孟浩然&face={face}"), re.DOTALL)
    assert title
    assert "孟浩然 · 总目录" in title[1]


def test_search_without_hits_helps(reader: Client, poems: Poems) -> None:
    html = text_of(reader, "/search?q=甪直闸口水文碑记")
    assert "没有找到" in html
    assert "kind=correct" in html


def test_search_for_an_identifier_opens_what_it_names(reader: Client, poems: Poems) -> None:
    name = str(poems["春曉"].identifier)
    for text in (name, f"http://127.0.0.1:8000/id/{name}", f"https://elsewhere.example/id/{name}."):
        answer = reader.get("/search", {"q": text})
        assert (answer.status_code, answer["Location"]) == (302, f"/id/{name}")
    assert reader.get("/en/search", {"q": name})["Location"] == f"/en/id/{name}"
    assert usage.counts("hits", ["0", "1-9"]) == {"0": {}, "1-9": {}}, "nobody asked the index"


def test_search_for_an_identifier_that_is_mistyped_or_unknown_says_so(reader: Client, poems: Poems) -> None:
    typed = identifiers.typed(str(poems["春曉"].identifier))
    wrong = typed[:-1] + ("0" if typed[-1] != "0" else "1")
    assert "校验字符对不上" in text_of(reader, f"/search?q={wrong}")
    unknown = text_of(reader, "/search?q=108.ndlc.2.1100009031010001/T3F24.023415")
    assert "本站没有登记过这个标识符" in unknown
    assert "标识符" not in text_of(reader, "/search?q=甪直闸口水文碑记")


def test_search_without_an_index_says_so(reader: Client) -> None:
    assert "现在查不了" in text_of(reader, "/search?q=x", 503)


@pytest.mark.parametrize(
    "query",
    ["q=%00", "q=" + "a" * 5000, "page=999999", "from=x&to=-9999", "type=%3Cscript%3E", "institution=abc", "sort=x"],
)
def test_search_answers_whatever_is_asked(reader: Client, poems: Poems, query: str) -> None:
    html = text_of(reader, f"/search?{query}")
    assert "<script>" not in html


def test_what_staff_opens_and_searches_is_no_public_use(reader: Client, poems: Poems) -> None:
    number, name = poems["春曉"].pk, str(poems["春曉"].identifier)
    asked = (f"/records/{number}", "/search?q=孟浩然", f"/id/{name}")
    roleless, staff = make_user("roleless"), make_user("staff", role="village_admin")
    for user, counted in ((staff, 0), (roleless, 1), (None, 2)):
        if user:
            reader.force_login(user)
        else:
            reader.logout()
        for address in asked:
            assert reader.get(address).status_code in {200, 302}
        assert usage.counts("record", [number])[str(number)].get("record.open", 0) == counted
        assert usage.counts("hits", ["1-9"])["1-9"].get("search.query", 0) == counted
        assert usage.counts("identifier", [name])[name].get("id.resolve", 0) == counted


def test_search_is_counted_without_its_words(reader: Client, poems: Poems) -> None:
    reader.get("/search?q=孟浩然")
    assert usage.counts("hits", ["1-9"]) == {"1-9": {"search.query": 1}}


def test_suggestions(reader: Client, poems: Poems) -> None:
    assert "春曉" in json.loads(text_of(reader, "/search/suggest?q=春"))["suggestions"]
    assert json.loads(text_of(reader, "/search/suggest")) == {"suggestions": []}


def test_record_shows_everything_and_counts_the_opening(reader: Client, poems: Poems) -> None:
    record = poems["春曉"]
    html = text_of(reader, f"/records/{record.pk}")
    for words in ("春曉", "孟浩然", "春眠不覺曉，<br />", "公有领域", str(record.identifier), "宿建德江", "$.title"):
        assert words in html
    assert '"@context": "https://schema.org"' in html
    assert usage.counts("record", [record.pk]) == {str(record.pk): {"record.open": 1}}


def test_a_simplified_text_is_offered_in_traditional_characters_and_marked(reader: Client) -> None:
    record = make_record(
        make_feed(), "q1", title="天净沙", text="枯藤老树昏鸦，小桥流水人家。\n头发与云雨，皇后与以后。"
    )
    page = text_of(reader, f"/records/{record.pk}")
    assert "script=hant" in page
    assert "script=hans" not in page
    assert "机器转换" not in page
    turned = text_of(reader, f"/records/{record.pk}?script=hant&read=upright")
    assert "枯藤老樹昏鴉" in turned
    assert "頭髮與雲雨，" in turned
    assert "皇后與以後。" in turned
    assert "机器转换" in turned
    assert "poem verse upright" in turned


def test_a_traditional_text_is_not_offered_what_it_is(reader: Client, poems: Poems) -> None:
    page = text_of(reader, f"/records/{poems['春曉'].pk}?script=hant")
    assert ">繁体<" not in page
    assert ">简体<" in page
    assert "机器转换" not in page
    assert "春眠不覺曉" in text_of(reader, f"/records/{poems['春曉'].pk}?script=evil")


def test_record_is_read_upright_and_in_simplified_characters(reader: Client, poems: Poems) -> None:
    html = text_of(reader, f"/records/{poems['春曉'].pk}?read=upright&script=hans")
    assert "poem verse upright" in html
    assert "春眠不觉晓，" in html


def test_record_in_english_keeps_its_language_in_every_link(reader: Client, poems: Poems) -> None:
    html = text_of(reader, f"/en/records/{poems['春曉'].pk}")
    assert "Public domain" in html
    assert 'href="/en/search?q=' in html
    assert 'hreflang="zh-Hans"' in html


def test_raw_record_as_page_and_as_bytes(reader: Client, poems: Poems) -> None:
    number = poems["书影"].pk
    assert "&lt;b&gt;书影" in text_of(reader, f"/records/{number}/raw")
    answer = reader.get(f"/records/{number}/raw?as=bytes")
    assert json.loads(answer.content)["title"] == "<b>书影</b>"
    assert answer["Content-Disposition"].startswith("attachment")


def test_citations_are_downloaded(reader: Client, poems: Poems) -> None:
    number = poems["春曉"].pk
    assert text_of(reader, f"/records/{number}/cite.bib").startswith("@misc{")
    assert text_of(reader, f"/records/{number}/cite.ris").startswith("TY  - ELEC")
    assert json.loads(text_of(reader, f"/records/{number}/cite.csl"))[0]["URL"].endswith(str(poems["春曉"].identifier))
    head = text_of(reader, f"/records/{number}")
    assert '<meta name="DC.title" content="春曉" />' in head
    assert re.search(rf'rel="alternate"\s+type="application/x-bibtex"\s+href="/records/{number}/cite.bib"', head)
    text_of(reader, f"/records/{number}/cite.doc", 404)


@pytest.mark.parametrize(
    ("format", "crosswalk", "native", "line"),
    [
        ("unimarcxml", "cnmarc", CNMARC, "郦道元. 水经注校[M]. 上海：上海人民出版社，1984."),
        ("marcxml", "marc21", BOTH, "郦道元. 水经[M]. 北京：中华书局，2007."),
    ],
    ids=["cnmarc", "marc21"],
)
def test_a_book_is_shown_and_cited_with_its_place(
    reader: Client, format: str, crosswalk: str, native: str, line: str
) -> None:
    """As it was harvested: while the version of the profile that knows the place is only announced."""
    feed = catalogue.create_feed(
        code="books", name="馆藏", organisation_id=make_organisation(name="区图书馆").pk, format=format,
        crosswalk=crosswalk, on_arrival="publish", actor=SYSTEM, now=clock.now(),
    )  # fmt: skip
    book = read_one(format, native.encode())
    assert isinstance(book, Parsed)
    take_in(feed, Arrival(book))
    number = Record.objects.get(feed=feed).pk
    html = text_of(reader, f"/en/records/{number}")
    assert html.index("Publisher") < html.index("Place of publication") < html.index("$a")
    assert line in html
    assert "GB/T 7714—2025" in html
    place = line.split("]. ")[1].split("：", maxsplit=1)[0]
    assert f'<placeTerm type="text">{place}</placeTerm>' in text_of(reader, f"/records/{number}/export.mods")


def test_a_record_can_be_taken_away_in_every_form_that_its_page_offers(reader: Client, poems: Poems) -> None:
    number = next(iter(poems.values())).pk
    html = text_of(reader, f"/records/{number}")
    offered = re.findall(rf'href="(/records/{number}/export\.\w+|/api/v1/records/{number}\?format=json)"', html)
    assert len(offered) == len(FORMS) + 1
    for address in offered:
        answer = reader.get(address)
        assert answer.status_code == 200
        assert answer.headers["Content-Type"] != "text/html; charset=utf-8"
    text_of(reader, f"/records/{number}/export.doc", 404)
    text_of(reader, "/records/999/export.mods", 404)
    catalogue.withdraw(ids=[number], reason="投诉", actor=SYSTEM, now=timezone.now())
    text_of(reader, f"/records/{number}/export.mods", 410)


def test_what_a_form_cannot_hold_is_said_with_what_to_take_instead(reader: Client) -> None:
    number = make_record(title="长", description="春" * 4_000).pk
    html = text_of(reader, f"/records/{number}/export.iso2709", 422)
    assert f'href="/records/{number}/export.marcxml"' in html


def test_a_record_that_is_not_there(reader: Client, db: None) -> None:
    for address in ("/records/999", "/records/999/raw", "/records/999/cite.bib", "/institutions/999"):
        assert "没有找到这一页" in text_of(reader, address, 404)


def test_a_withdrawn_record_leaves_a_tombstone(reader: Client, poems: Poems) -> None:
    record = poems["春曉"]
    catalogue.withdraw(ids=[record.pk], reason="版权方要求", actor=SYSTEM, now=timezone.now())
    html = text_of(reader, f"/records/{record.pk}", 410)
    assert "版权方要求" in html
    assert "春眠" not in html
    text_of(reader, f"/records/{record.pk}/raw", 410)
    text_of(reader, f"/records/{record.pk}/cite.ris", 404)
    for nothing_told in ("ld+json", "DC.title", "cite.bib"):
        assert nothing_told not in html


def test_a_record_that_waits_says_nothing_to_anybody(reader: Client) -> None:
    held = make_record(make_feed(on_arrival="hold"), title="待审的")
    for face in ("web", "tv", "kiosk"):
        html = text_of(reader, f"/records/{held.pk}?face={face}", 404)
        assert "ld+json" not in html
        assert "待审的" not in html
    text_of(reader, f"/records/{held.pk}/cite.csl", 404)


def test_search_engines_are_told_what_a_record_is(reader: Client, poems: Poems) -> None:
    found = re.search(
        r'<script type="application/ld\+json">(.*?)</script>', text_of(reader, f"/records/{poems['书影'].pk}")
    )
    assert found
    told = json.loads(found[1])
    assert (told["@type"], told["name"]) == ("ImageObject", "<b>书影</b>")
    assert told["provider"]["name"] == "测试市图书馆"
    assert "license" not in told, "only after logging in"


def test_institutions(reader: Client, poems: Poems) -> None:
    number = poems["春曉"].feed.organisation_id
    assert "测试市图书馆" in text_of(reader, "/institutions/")
    html = text_of(reader, f"/institutions/{number}")
    assert "<b>3</b>" in html
    assert f"institution={number}" in html


def test_many_institutions_are_turned_page_by_page(
    reader: Client, poems: Poems, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        make_organisation(f"虚岭{number}馆", place_code="990200")
    make_organisation("虚岭村中心", place_code="990200", kind="village_center")
    monkeypatch.setattr("wenmai.portal.queries.institutions.LISTED", 2)
    monkeypatch.setattr("wenmai.portal.queries.places.LISTED", 2)

    def walk(address: str) -> list[list[str]]:
        found, number = [], 1
        while True:
            words = text_of(reader, f"{address}?page={number}")
            found.append(re.findall(r"(?:虚岭\d馆|虚岭村中心)(?=</a>)", words))
            if 'rel="next"' not in words:
                return found
            number += 1

    pages = walk("/places/990200")
    assert [len(page) for page in pages] == [2, 2]
    assert sorted(name for page in pages for name in page) == ["虚岭0馆", "虚岭1馆", "虚岭2馆", "虚岭村中心"]
    pages = walk("/institutions/")
    assert all(len(page) <= 2 for page in pages)
    assert sorted(name for page in pages for name in page) == ["虚岭0馆", "虚岭1馆", "虚岭2馆"]


def test_faces_and_modes_are_kept_in_cookies(reader: Client, poems: Poems) -> None:
    assert 'data-face="tv"' in text_of(reader, "/?face=tv&mode=elder")
    html = text_of(reader, "/search")
    assert 'data-face="tv" data-mode="elder"' in " ".join(html.split())
    assert 'data-face="web"' in text_of(reader, "/?face=web")
    assert 'data-face="web"' in text_of(reader, "/?face=nonsense")


def test_a_host_name_chooses_the_face(reader: Client, settings) -> None:
    settings.TV_HOSTS, settings.ALLOWED_HOSTS = ("tv.example",), ["tv.example"]
    answer = reader.get("/accessibility", headers={"host": "tv.example"})
    assert 'data-face="tv"' in answer.content.decode()


def test_every_page_carries_the_policy(reader: Client) -> None:
    policy = reader.get("/accessibility")["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy


def test_brand_colour_is_used_when_white_can_be_read_on_it(reader: Client, settings) -> None:
    settings.SITE_BRAND = "#1c5a86"
    assert "--brand: #1c5a86" in text_of(reader, "/brand.css")
    settings.SITE_BRAND = "#ffee00"
    assert text_of(reader, "/brand.css") == ""


def test_a_kiosk_forgets(reader: Client, db: None) -> None:
    reader.get("/?face=kiosk&mode=elder")
    answer = reader.get("/reset")
    assert answer["Location"] == "/"
    assert answer.cookies["mode"]["max-age"] == 0
    assert 'data-mode="standard"' in text_of(reader, "/")


def test_a_report_reaches_the_desk_and_is_closed(reader: Client, staff: Callable[[str], Client]) -> None:
    assert "/records/7" in text_of(reader, "/reports/new?kind=report&page=/records/7")
    sent = {"kind": "report", "page": "/records/7", "words": "这首诗的作者不对", "contact": ""}
    answer = reader.post("/reports/new", sent)
    made = Report.objects.get()
    assert answer["Location"] == f"/reports/{made.pk}/thanks"
    assert str(made.pk) in text_of(reader, answer["Location"])
    reviewer = staff("reviewer")
    assert "这首诗的作者不对" in text_of(reviewer, "/desk/reports/")
    reviewer.post(f"/desk/reports/{made.pk}/close", {"answer": "已改正"})
    assert "已改正" in text_of(reviewer, "/desk/reports/?status=closed")
    reviewer.post(f"/desk/reports/{made.pk}/close", {"answer": "再改"})
    assert Report.objects.get().answer == "已改正"


def test_reports_are_for_staff(reader: Client, staff: Callable[[str], Client]) -> None:
    assert reader.get("/desk/reports/").status_code == 302
    text_of(staff("village_admin"), "/desk/reports/", 403)
    auditor = staff("auditor")
    text_of(auditor, "/desk/reports/")
    assert auditor.post("/desk/reports/1/close", {"answer": "x"}).status_code == 403


def test_a_report_without_words_or_too_many_of_them(reader: Client, db: None) -> None:
    answer = reader.post("/reports/new", {"kind": "correct", "page": "/", "words": " "})
    assert answer.status_code == 400
    assert "请写下哪里不对" in answer.content.decode()
    sent = {"kind": "correct", "page": "https://elsewhere.example/", "words": "x"}
    statuses = [reader.post("/reports/new", sent).status_code for _at in range(REPORTS_PER_CLIENT_HOUR + 1)]
    assert statuses == [302] * REPORTS_PER_CLIENT_HOUR + [429]
    assert set(Report.objects.values_list("page", flat=True)) == {"/"}


def test_a_report_about_an_address_that_makes_no_sense_is_about_no_page(reader: Client, db: None) -> None:
    assert reader.get("/reports/new", {"page": "//["}).status_code == 200
    assert reader.post("/reports/new", {"kind": "correct", "page": "//[", "words": ""}).status_code == 400
    assert reader.post("/reports/new", {"kind": "correct", "page": "//[", "words": "x"}).status_code == 302
    assert Report.objects.get().page == "/"


def test_places_are_browsed_and_old_codes_looked_up(reader: Client, db: None) -> None:
    late = dt.date(2000, 12, 31)
    old = make_place("990100", "漪南地区", valid_to=late)
    make_place("990121", "甲县", valid_to=late)
    now = Place.objects.create(
        code="990100", prefix="9901", name="漪南市", level=2, parent=old.parent, valid_from=late, source="test"
    )
    make_organisation("市馆", place_code="990100")
    PlaceSuccession.objects.create(predecessor=old, successor=now, kind="promoted", on=late, source="test")
    assert "测试990000" in text_of(reader, "/places/")
    assert "1980-01-01 至 2000-12-31" in text_of(reader, "/places/?q=漪南地区")
    assert reader.get("/places/?q=990100").headers["Location"] == "/places/990100"
    page = text_of(reader, "/places/990100")
    for words in ("<h1>漪南市</h1>", "漪南地区", "建制调整", "用过这个代码的", "市馆", "测试990000"):
        assert words in page, words
    assert "现在没有这个区划" in text_of(reader, "/places/990121")
    assert "没有找到" in text_of(reader, "/places/?q=%25")
    for odd in ("990199", "99", "x", "9" * 300):
        assert reader.get(f"/places/{odd}").status_code == 404
