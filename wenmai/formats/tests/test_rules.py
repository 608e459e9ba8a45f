"""Cleanups, languages, encodings and the grammar of crosswalks, as tables of examples."""

import pytest

from wenmai.formats import cleaning
from wenmai.formats.characters import clean_text, detect_encoding
from wenmai.formats.crosswalk import CrosswalkError, compile_crosswalk, map_record
from wenmai.formats.languages import bcp47, three_letters
from wenmai.formats.marc import language_tag
from wenmai.formats.tests.reading_aloud import CROSSWALKS, crosswalk
from wenmai.formats.values import Parsed, Value, pack, unpack


@pytest.mark.parametrize(
    ("name", "text", "clean"),
    [
        ("tidy", " 春\u3000晓\u00a0 集\ufeff ", "春 晓 集"),
        ("tidy", "{臯兀}□\ue123", "{臯兀}□\ue123"),
        ("tidy", "一句\u3000\r\n\u3000二句", "一句\n二句"),
        ("one_line", "一句\n二句", "一句 二句"),
        ("isbd", "The programmer : from journeyman to master /", "The programmer : from journeyman to master"),
        ("isbd", "Handa shishi.", "Handa shishi"),
        ("isbd", "Eliot, T. S.", "Eliot, T. S."),
        ("brackets", "[北京]", "北京"),
        ("stated", "北京 :", "北京"),
        ("stated", "[Cairo? :", "Cairo"),
        ("stated", "s.n.]", ""),
        ("stated", "[出版地不详]", ""),
        ("stated", "[Place of publication not identified] :", ""),
        ("stated", "\u200f[Jerusalem? :\u200f", "Jerusalem"),
        ("stated", "Cambridge [Cambridgeshire] :", "Cambridge [Cambridgeshire]"),
        ("stated", "S. Nye", "S. Nye"),
        ("dynasty", "（唐）孟浩然", "孟浩然"),
        ("dynasty", "先秦：左丘明", "左丘明"),
        ("dynasty", "孟浩然", "孟浩然"),
        ("isbn", "7-5037-1744-0 (pbk.) : CNY赠90.00", "9787503717444"),
        ("isbn", "978-7-5721-0101-4", "9787572101014"),
        ("isbn", "7503717441", "7503717441"),
        ("isbn", "CNY68.00", ""),
        ("issn", "ISSN 1000-012x", "1000-012X"),
        ("year", "[昭和 43] 1968.", "1968"),
        ("date", "c1987.", "1987"),
        ("date", "1994年5月", "1994-05"),
        ("date", "1994.12.3", "1994-12-03"),
        ("date", "20180105", "2018-01-05"),
        ("date", "1994-1996", "1994/1996"),
        ("date", "[康熙三十三年]", "康熙三十三年"),
        ("language", "chi", "zh"),
        ("licence", "https://creativecommons.org/licenses/by-sa/4.0/", "cc_by_sa"),
        ("licence", "CC BY-NC-ND 4.0", ""),
        ("licence", "http://creativecommons.org/publicdomain/zero/1.0/", "public_domain"),
        ("isbn_uri", "urn:isbn:9787572101014", "9787572101014"),
        ("isbn_uri", "9787572101014", ""),
        ("issn_uri", "ISSN 1000-0127", "1000-0127"),
        ("url", "javascript:alert(1)", ""),
        ("first_clause", "春眠不觉晓，处处闻啼鸟。", "春眠不觉晓"),
        ("supplied", "", ""),
    ],
)
def test_cleanups(name, text, clean):
    assert cleaning.CLEANUPS[name](text) == clean


@pytest.mark.parametrize(
    ("code", "tag"),
    [
        *(("chi", "zh"), ("zho", "zh"), ("ger", "de"), ("lzh", "lzh"), ("zh_CN", "zh-CN"), ("zh-hant", "zh-Hant")),
        *(("und", ""), ("|||", ""), ("   ", ""), ("中文", "zh"), ("xx", "")),
    ],
)
def test_language_codes_become_the_shortest_tag(code, tag):
    assert bcp47(code) == tag


def test_a_tag_becomes_the_code_that_marc_wants():
    assert [three_letters(tag) for tag in ("zh-Hant", "de", "lzh", "")] == ["chi", "ger", "lzh", "und"]


def test_a_script_is_named_only_where_it_is_unusual():
    assert language_tag("zh", "Hani") == "zh"
    assert language_tag("zh", "Latn") == "zh-Latn"
    assert language_tag("", "Hebr") == "und-Hebr"


@pytest.mark.parametrize(
    ("raw", "encoding"),
    [
        ("题名,作者\n".encode(), ("utf-8", 0)),
        ("\ufeff题名".encode(), ("utf-8", 3)),
        ("题名,作者\n春晓,孟浩然".encode("gb18030"), ("gb18030", 0)),
        ("\ufeff题名".encode("utf-16-le"), ("utf-16-le", 2)),
        ("题名".encode()[:-1], ("utf-8", 0)),
        ("café, naïve, éditions".encode("latin-1"), ("utf-8", 0)),
    ],
)
def test_encodings_are_known_by_their_bytes(raw, encoding):
    assert detect_encoding(raw) == encoding


def test_no_text_holds_what_the_database_refuses():
    assert clean_text("a\x00b\ud800c\td") == "a\ufffdb\ufffdc\td"


def test_packing_keeps_text_source_and_language():
    elements = {"title": [Value("春晓", "880$a", "zh"), Value("Chun xiao", "245$a")], "creator": []}
    assert pack(elements) == {"title": [["春晓", "880$a", "zh"], ["Chun xiao", "245$a"]]}
    assert unpack(pack(elements)) == {"title": elements["title"]}


RULE = {"to": "title", "from": "$.title"}


@pytest.mark.parametrize(
    ("plan", "words"),
    [
        ({"format": ["json"], "rules": []}, "name: a text"),
        ({"name": "x", "format": ["json"], "rules": [], "colour": 1}, "there is no 'colour'"),
        ({"name": "x", "format": ["word"], "rules": []}, "there is no format 'word'"),
        ({"name": "x", "format": ["json", "marc21"], "rules": []}, "cannot share"),
        ({"name": "x", "format": ["json"], "rules": {}}, "rules: a list"),
        ({"name": "x", "format": ["csv"], "rules": [], "encoding": "big6"}, "encoding: There is no encoding 'big6'"),
        ({"name": "x", "format": ["json"], "rules": [{"to": "title"}]}, "one of from and template"),
        ({"name": "x", "format": ["json"], "rules": [RULE | {"to": "Title"}]}, "rules[0].to: 'Title' is no element"),
        (
            {"name": "x", "format": ["json"], "rules": [RULE, RULE | {"clean": ["wash"]}]},
            "rules[1].clean[0]: there is no",
        ),
        ({"name": "x", "format": ["json"], "rules": [RULE | {"from": "title"}]}, "must begin with $ or ^"),
        ({"name": "x", "format": ["json"], "rules": [RULE | {"from": "$.a[b]"}]}, "cannot be read from '[b]' on"),
        ({"name": "x", "format": ["json"], "rules": [RULE | {"limit": True}]}, "rules[0].limit: number"),
        ({"name": "x", "format": ["json"], "rules": [RULE], "key": {"from": "$.a", "digest": []}}, "key: one of"),
        ({"name": "x", "format": ["marc21"], "rules": [{"to": "title", "from": "245"}]}, "subfields are required"),
        ({"name": "x", "format": ["marc21"], "rules": [{"to": "title", "from": "24"}]}, "no tag of three"),
        ({"name": "x", "format": ["marc21"], "rules": [{"to": "t", "from": "008", "positions": [5, 2]}]}, "positions"),
        ({"name": "x", "format": ["oai_dc"], "rules": [{"to": "title", "from": "title"}]}, "must begin with dc:"),
        ({"name": "x", "format": ["json"], "rules": [], "constants": {"type": 3}}, "constants.type: a text"),
    ],
)
def test_a_wrong_crosswalk_says_where(plan, words):
    with pytest.raises(CrosswalkError) as caught:
        compile_crosswalk(plan)
    assert words in str(caught.value)


@pytest.mark.parametrize("name", sorted(path.stem for path in CROSSWALKS.glob("*.json")))
def test_every_crosswalk_of_ours_compiles(name):
    assert crosswalk(name).name == name


def test_paths_templates_fallbacks_and_translations():
    plan = {
        "name": "x",
        "format": ["json"],
        "constants": {"type": "text"},
        "defaults": {"language": "zh", "title": "never"},
        "rules": [
            {"to": "title", "template": "{$.tune}·{$.lines[0]|first_clause}"},
            {"to": "title", "from": "$.tune", "fallback": True},
            {"to": "subject", "from": ["$.tags[*]", "$.tags[0]"], "values": {"a": "甲"}, "otherwise": ""},
            {"to": "description", "from": "$.lines", "join": "/", "limit": 1},
            {"to": "extent", "from": '$["no#"]', "prefix": "第"},
            {"to": "creator", "from": "$.by", "split": ";；"},
        ],
    }
    body = {"tune": "导引", "lines": ["气和玉烛，睿化", "二"], "tags": ["a", "b"], "no#": 3, "by": "甲；乙;"}
    elements = map_record(Parsed("", b"", body, 0), compile_crosswalk(plan))
    assert pack(elements) == {
        "type": [["text", "crosswalk:x"]],
        "title": [["导引·气和玉烛", "$.tune+$.lines[0]"]],
        "subject": [["甲", "$.tags[0]"]],
        "description": [["气和玉烛，睿化/二", "$.lines"]],
        "extent": [["第3", '$["no#"]']],
        "creator": [["甲", "$.by"], ["乙", "$.by"]],
        "language": [["zh", "crosswalk:x"]],
    }
