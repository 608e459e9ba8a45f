import datetime as dt

import pytest
from django.template import Context, Template

from wenmai.lib import faces
from wenmai.portal import rules


@pytest.mark.parametrize(
    ("query", "address"),
    [
        ({"q": ["春  晓"]}, "/search?q=%E6%98%A5+%E6%99%93"),
        ({"q": ["a\x00b"], "type": ["text", "text", "image"]}, "/search?q=a+b&type=text&type=image"),
        ({"type": ["<script>"], "nonsense": ["1"]}, "/search"),
        ({"from": ["-221"], "to": ["800"]}, "/search?from=-221&to=800"),
        ({"from": ["year"], "to": ["99999"]}, "/search"),
        ({"sort": ["rank"]}, "/search"),
        ({"sort": ["-year"], "page": ["3"]}, "/search?sort=-year&page=3"),
        ({"page": ["0"]}, "/search"),
        ({"page": ["²"]}, "/search"),
        ({"page": ["99999999999"]}, "/search"),
        ({"region": ["44"], "q": [""]}, "/search?region=44"),
    ],
)
def test_what_an_address_asks(query: dict[str, list[str]], address: str) -> None:
    assert rules.asked(query).address("/search") == address


def test_long_words_and_many_values_are_cut() -> None:
    found = rules.asked({"q": ["春" * 5000], "theme": [f"t{at}" for at in range(500)]})
    assert len(found.text) == 200
    assert len(found.filters["theme"]) == 20


def test_a_filter_is_taken_and_given_back_and_the_page_starts_again() -> None:
    found = rules.asked({"q": ["月"], "type": ["text"], "page": ["4"]})
    assert found.toggled("type", "image").address("/s") == "/s?q=%E6%9C%88&type=text&type=image"
    assert found.toggled("type", "text").address("/s") == "/s?q=%E6%9C%88"
    assert found.cleared().address("/s") == "/s?q=%E6%9C%88"


@pytest.mark.parametrize(
    ("text", "form", "paragraphs"),
    [
        ("春眠不觉晓，处处闻啼鸟。\n", "verse", [["春眠不觉晓，", "处处闻啼鸟。"]]),
        ("明月几时有，把酒问青天。\n不知天上宫阙。", "verse", [["明月几时有，把酒问青天。", "不知天上宫阙。"]]),
        ("关关雎鸠，在河之洲。\n\n左右流之。", "verse", [["关关雎鸠，在河之洲。"], ["左右流之。"]]),
        ("子曰：" + "学" * 60 + "\n有子曰。", "prose-text", [["子曰：" + "学" * 60], ["有子曰。"]]),
        ("  \n", "prose-text", []),
    ],
)  # fmt: skip
def test_how_a_text_is_set(text: str, form: str, paragraphs: list[list[str]]) -> None:
    assert rules.reading(text) == (form, paragraphs)


@pytest.mark.parametrize(
    ("text", "simple"), [("處處聞啼鳥。", "处处闻啼鸟。"), ("ＡBc，「」", "ＡBc，「」"), ("淸風", "清风"), ("", "")]
)
def test_simplified_characters(text: str, simple: str) -> None:
    assert rules.simplified(text) == simple
    assert len(rules.simplified(text)) == len(text)


@pytest.mark.parametrize(
    ("raw", "cut", "text"),
    [
        ("春晓".encode(), False, "春晓"),
        ("春晓".encode()[:-1], True, "春"),
        ("春晓".encode("gb18030"), False, "春晓"),
        (b"00026\x1f\x1e\x1d\x00", False, "00026␟␞\n␝\n·"),
        (b"\xff\xff\xff", False, "···"),
    ],
)
def test_raw_bytes_are_made_legible(raw: bytes, cut: bool, text: str) -> None:
    assert rules.legible(raw, cut=cut) == text


@pytest.mark.parametrize(
    ("page", "kept"),
    [
        ("/records/7?read=upright", "/records/7?read=upright"),
        ("https://elsewhere.example/x", "/"),
        ("//elsewhere.example", "/"),
        ("javascript:alert(1)", "/"),
        ("/\\elsewhere.example", "/"),
        ("//[", "/"),
        ("https://[::1", "/"),
        ("", "/"),
        ("/" + "x" * 900, "/" + "x" * 499),
    ],
)
def test_a_report_is_about_a_page_of_ours(page: str, kept: str) -> None:
    assert rules.own_page(page) == kept


@pytest.mark.parametrize(
    ("page", "subject"),
    [
        ("/records/7", ("record", "7")),
        ("/en/records/7?x=1", ("record", "7")),
        ("/id/99.test.2.1/T1F1.a", ("identifier", "99.test.2.1/T1F1.a")),
        ("/search?q=x", ("", "")),
        ("//[", ("", "")),
    ],
)
def test_what_a_page_is_about(page: str, subject: tuple[str, str]) -> None:
    assert rules.subject_of(page) == subject


def test_a_client_is_forgotten_at_midnight() -> None:
    noon = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)
    mark = rules.client_of("203.0.113.7", noon)
    assert mark == rules.client_of("203.0.113.7", noon + dt.timedelta(hours=3))
    assert mark != rules.client_of("203.0.113.7", noon + dt.timedelta(days=1))
    assert "203" not in mark


@pytest.mark.parametrize(
    ("colour", "low", "high"), [("#a83228", 6, 8), ("#ffffff", 1, 1), ("#000000", 21, 21), ("red", 0, 0)]
)
def test_contrast_with_white(colour: str, low: float, high: float) -> None:
    assert low <= round(faces.contrast_with_white(colour), 2) <= high


def test_marks_are_escaped_around() -> None:
    template = Template("{% load wenmai %}{{ text|marked:spans }}")
    assert template.render(Context({"text": "a<b>春晓", "spans": [(4, 6), (5, 6)]})) == "a&lt;b&gt;<mark>春晓</mark>"


def test_numbers_and_bars() -> None:
    template = Template("{% load wenmai %}{{ n|number }} {% for on in 3|steps %}{{ on|yesno:'x,-' }}{% endfor %}")
    assert template.render(Context({"n": 1234567})) == "1,234,567 xxx-"
