import random

import pytest

from wenmai.institutions import queries
from wenmai.institutions.models import Organisation
from wenmai.institutions.testing import make_organisation, make_place

pytestmark = pytest.mark.django_db


def keys(within: str = "") -> list[str]:
    return [unit.key for unit in queries.reporting_units(within)]


@pytest.fixture
def xinjiang():
    """The corps in Xinjiang: its own library, one of its divisions, and an office of its far away."""
    corps = make_organisation("兵团", kind="admin", place_code="650000", reports_for_itself=True)
    division = make_organisation(
        "师", kind="admin", place_code="659001", administrative_parent=corps, reports_for_itself=True
    )
    return {
        "corps": corps.pk,
        "division": division.pk,
        "library": make_organisation("师图书馆", place_code="659001", administrative_parent=division).pk,
        "office": make_organisation("驻外", place_code="110101", administrative_parent=corps).pk,
        "region": make_organisation("区图书馆", place_code="650000").pk,
        "city": make_organisation("石河子图书馆", place_code="659001").pk,
    }


def test_who_reports_for_itself_is_not_in_its_regions_figure(xinjiang):
    corps = f"organisation:{xinjiang['corps']}"
    assert keys() == ["place:110000", corps, "place:650000"]
    assert queries.reported_by(xinjiang.values()) == {
        xinjiang["corps"]: corps,
        xinjiang["division"]: corps,
        xinjiang["library"]: corps,
        xinjiang["office"]: corps,
        xinjiang["region"]: "place:650000",
        xinjiang["city"]: "place:650000",
    }
    assert queries.reporting_organisation_ids("place:650000") == [xinjiang["region"], xinjiang["city"]]


def test_nor_in_the_figures_of_the_levels_below(xinjiang):
    assert keys("650000") == ["place:650000", "place:659001"]
    assert queries.reported_by(xinjiang.values(), "650000") == {
        xinjiang["region"]: "place:650000",
        xinjiang["city"]: "place:659001",
    }
    assert queries.reported_by(xinjiang.values(), "110000") == {}


def test_an_organisation_of_a_county_that_reports_for_itself_stands_beside_it_and_goes_up_with_it():
    make_place("990102")
    own = make_organisation("新区管委会", kind="admin", place_code="990102", reports_for_itself=True)
    inside = make_organisation("新区图书馆", place_code="990102", administrative_parent=own)
    assert queries.reported_by([inside.pk], "990100") == {inside.pk: f"organisation:{own.pk}"}
    assert queries.reported_by([inside.pk], "990000") == {inside.pk: "place:990100"}
    assert queries.reported_by([inside.pk]) == {inside.pk: "place:990000"}


def test_hong_kong_macao_and_taiwan_are_asked_for_nothing():
    for code in ("710000", "810000", "820000"):
        make_place(code)
    make_place("440000")
    there = make_organisation("某馆", place_code="810000")
    assert keys() == ["place:440000"]
    assert keys("810000") == []
    assert queries.reported_by([there.pk]) == {}


@pytest.mark.parametrize("seed", range(5))
def test_units_never_share_an_organisation_and_leave_none_out(seed):
    chance = random.Random(seed)
    places = ["990000", "990100", "990102", "990103", "990200", "990202", "980000", "980100", "980102"]
    made: list[Organisation] = []
    for number in range(40):
        made.append(
            make_organisation(
                f"馆{number}",
                place_code=chance.choice(places),
                administrative_parent=chance.choice([None, *made]),
                reports_for_itself=chance.random() < 0.2,
            )
        )
    everyone = {one.pk for one in made}
    for within in ("", "990000", "980000", "990100"):
        counted = [queries.reporting_organisation_ids(key, within) for key in keys(within)]
        flat = [pk for ids in counted for pk in ids]
        assert len(flat) == len(set(flat))
        assert queries.reported_by(everyone, within).keys() == set(flat)
        if not within:
            assert set(flat) == everyone
