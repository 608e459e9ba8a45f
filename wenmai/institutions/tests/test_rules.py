import itertools
import json

import pytest

from wenmai.institutions.models import Kind
from wenmai.institutions.rules import codes, hierarchy, history
from wenmai.institutions.rules.divisions import Listed, agrees, counties, divisions
from wenmai.institutions.rules.history import Row, derive


@pytest.mark.parametrize(
    ("code", "level", "prefix", "zone"),
    [
        ("440000", 1, "44", False),
        ("810000", 1, "81", False),
        ("440100", 2, "4401", False),
        ("441900", 2, "4419", False),
        ("440106", 3, "440106", False),
        ("469001", 3, "469001", False),
        ("130171", 3, "130171", True),
        ("130181", 3, "130181", False),
        ("110101001", 4, "110101001", False),
        ("130171400", 4, "130171400", True),
        ("659001500", 4, "659001500", True),
        ("110101001001", 5, "110101001001", False),
    ],
)
def test_digits_say_level_and_reach(code, level, prefix, zone):
    assert (codes.level(code), codes.prefix(code), codes.is_zone(code)) == (level, prefix, zone)


@pytest.mark.parametrize(
    "code", ["", "44", "4401", "01", "44010", "0440106", "44010a", "440106１", "4401060011", "4" * 40]
)
def test_what_is_no_division_code_is_refused(code):
    with pytest.raises(ValueError, match="no division code"):
        codes.level(code)


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("110101001", "subdistrict"),
        ("110101100", "town"),
        ("110101200", "township"),
        ("110101399", "township"),
        ("110101400", "zone"),
        ("110101599", "zone"),
        ("350527000", "unknown"),
        ("110101600", "unknown"),
    ],
)
def test_township_position_says_its_kind(code, kind):
    assert codes.township_kind(code) == kind


@pytest.mark.parametrize(
    ("code", "aggregate"),
    [
        ("110100", True),
        ("500200", True),
        ("419000", True),
        ("659000", True),
        ("440100", False),
        ("130200", False),
        ("659001", False),
        ("110101", False),
    ],
)
def test_aggregates_of_a_table_are_no_places(code, aggregate):
    assert codes.is_aggregate(code) is aggregate


def test_every_kind_has_its_part_of_the_institution_code(tmp_path):
    from wenmai.institutions.services import organisations

    table = organisations._code_table()
    assert set(table) == set(Kind.values)
    assert codes.stem("110000", "library", table) == "110000903101"
    stems = [codes.stem("110000", kind, table) for kind in table]
    assert len(stems) == len(set(stems))
    for wrong in ({}, {"kinds": {"library": ["903", "01"]}}, {"kinds": {"library": "903101"}}):
        path = tmp_path / "codes.json"
        path.write_text(json.dumps(wrong))
        with pytest.raises(ValueError, match=r"codes\.json"):
            codes.code_table(path)


def test_paths():
    assert hierarchy.path("", 7) == "/7/"
    assert hierarchy.path("/1/", 7) == "/1/7/"
    assert hierarchy.ids("/1/7/") == (1, 7)
    assert hierarchy.within("/1/7/", "/1/")
    assert not hierarchy.within("/17/", "/1/")


def test_lines_that_stand_for_the_city_above_and_lines_below_aggregates():
    found = counties(
        [
            Listed("110101", "东城区", "1101"),
            Listed("441900", "东莞市", "4419"),
            Listed("620201", "嘉峪关市", "6202"),
            Listed("419001", "济源市", "4190"),
            Listed("130102", "长安区", "1301"),
            Listed("130171", "石家庄高新技术产业开发区", "1301"),
        ],
        {"1101": "市辖区", "4419": "东莞市", "6202": "嘉峪关市", "4190": "省直辖县级行政区划", "1301": "石家庄市"},
    )
    assert found.stands_for == {"441900": "441900", "620201": "620200"}
    assert [(place.code, place.parent_code, place.zone) for place in found.places] == [
        ("110101", "110000", False),
        ("419001", "410000", False),
        ("130102", "130100", False),
        ("130171", "130100", True),
    ]
    streets = divisions([Listed("620201001", "雄关街道", "620201"), Listed("62", "", "6")], found.stands_for)
    assert [(place.parent_code, place.level) for place in streets] == [("620200", 4), ("6", 0)]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("东城区", "东城区", True),
        ("东城", "东城区", True),
        ("东华门", "东华门街道", True),
        (" 东华门 街道", "东华门街道", True),
        ("西沙区", "南沙区", False),
        ("东城区", "东城县", False),
        ("东", "东区", False),
        ("", "", False),
        ("北京市", "市辖区", False),
    ],
)
def test_sources_agree_by_name(one, other, same):
    assert agrees(one, other) is agrees(other, one) is same


def row(code: str, name: str, own: str = "", parent: str = "", parent_id: str = "") -> Row:
    level = codes.level(code)
    above = {1: "", 2: code[:2] + "0000", 3: code[:4] + "00"}[level]
    return Row(code, name, history.stem(name), level, parent or above, parent_id or parent or above, own or code)


def became(before: list[Row], after: list[Row]) -> set[tuple[str, str, str]]:
    steps = derive({2000: before, 2001: after}).steps
    assert all(step.year == 2001 for step in steps)
    return {(step.before.name, step.kind, step.after.name if step.after else "") for step in steps}


CITY = row("510100", "成都市")


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        pytest.param(
            [row("361128", "波阳县")], [row("361128", "鄱阳县")], {("波阳县", "renamed", "鄱阳县")}, id="renamed"
        ),
        pytest.param(
            [row("513126", "天全县", "511825")],
            [row("511825", "天全县")],
            {("天全县", "recoded", "天全县")},
            id="recoded",
        ),
        pytest.param(
            [row("510124", "郫县", "510117")],
            [row("510117", "郫都区")],
            {("郫县", "promoted", "郫都区")},
            id="promoted",
        ),
        pytest.param(
            [row("330623", "嵊县", "330624"), row("330624", "新昌县")],
            [row("330683", "嵊州市"), row("330624", "新昌县")],
            {("嵊县", "promoted", "嵊州市")},
            id="a county of one character, under a polluted id",
        ),
        pytest.param(
            [row("219004", "兴城市", parent="210700")],
            [row("219004", "兴城市", parent="211400")],
            {("兴城市", "moved", "兴城市")},
            id="moved",
        ),
        pytest.param(
            [row("500110", "万盛区"), row("500222", "綦江县", "500110")],
            [row("500110", "綦江区")],
            {("万盛区", "merged", "綦江区"), ("綦江县", "promoted", "綦江区")},
            id="merged, and the code goes to the other",
        ),
        pytest.param(
            [row("322201", "清江市", "320802", parent="320800")],
            [row("320802", "清河区"), row("320811", "清浦区", "320802")],
            {("清江市", "split", "清河区"), ("清江市", "split", "清浦区")},
            id="split",
        ),
        pytest.param([row("640103", "新城区")], [CITY], {("新城区", "abolished", "")}, id="nobody knows what"),
        pytest.param(
            [row("372825", "日照县", "371100")], [row("371100", "日照市")], {("日照县", "promoted", "日照市")}, id="up"
        ),
        pytest.param(
            [row("371200", "莱芜市")], [row("370116", "莱芜区")], {("莱芜市", "promoted", "莱芜区")}, id="down"
        ),
        pytest.param(
            [row("542700", "江孜地区")],
            [row("542323", "江孜县")],
            {("江孜地区", "abolished", "")},
            id="a region is no county",
        ),
        pytest.param(
            [row("990300", "漪南地区"), row("990321", "甲县"), row("990322", "乙县"), row("990100", "汐川市")],
            [row("990100", "汐川市"), row("990400", "荇洲市"), row("990421", "甲县", "990321"), row("990122", "乙县")],
            {
                ("甲县", "recoded", "甲县"),
                ("乙县", "recoded", "乙县"),
                ("漪南地区", "dispersed", "荇洲市"),
                ("漪南地区", "dispersed", "汐川市"),
            },
            id="dissolved, its counties went to two",
        ),
        pytest.param(
            [row("510000", "四川省"), row("510200", "重庆市"), row("510230", "大足县", "500111")],
            [row("510000", "四川省"), row("500000", "重庆市"), row("500225", "大足县", "500225", "500000")],
            {("重庆市", "promoted", "重庆市"), ("大足县", "recoded", "大足县")},
            id="a new province",
        ),
    ],
)
def test_what_became_of_a_place(before, after, expected):
    for shuffled in itertools.permutations(before):
        assert became(list(shuffled), after[::-1]) == expected


def test_an_id_alone_proves_nothing():
    # The id runs together two counties that only had, one after the other, the same code.
    before = [row("352201", "南平市", "350721", "352200"), row("352221", "顺昌县", "350721", "352200")]
    after = [row("352101", "南平市", "350721", "352100"), row("352201", "宁德县", "350721", "350900")]
    assert became(before, after) == {("南平市", "recoded", "南平市"), ("顺昌县", "abolished", "")}


def test_the_same_word_for_a_district_is_not_the_same_district():
    before = [row("430503", "西区"), row("430402", "西区")]
    after = [row("430303", "西区", "430503"), row("430402", "西区")]
    assert became(before, after) == {("西区", "abolished", "")}


def test_spans_run_from_the_first_table_to_the_last():
    tables = {
        1999: [row("361128", "波阳县")],
        2000: [row("361128", "波阳县")],
        2001: [row("361128", "鄱阳县")],
        2002: [row("361128", "鄱阳县"), row("361129", "万年县")],
    }
    spans = [(span.row.name, span.first, span.last) for span in derive(tables).spans]
    assert spans == [("波阳县", 1999, 2000), ("鄱阳县", 2001, 2002), ("万年县", 2002, 2002)]
