"""The place that somebody chose, and what is on there."""

import datetime as dt

import pytest
from django.core.cache import caches
from django.test import Client

from wenmai.activities.testing import make_activity, publish
from wenmai.institutions.testing import make_organisation, make_place
from wenmai.lib import clock

pytestmark = pytest.mark.django_db


def on(title: str, organisation_id: int, days: int = 2) -> None:
    begins = clock.now() + dt.timedelta(days=days)
    publish(make_activity(title, organisation_id=organisation_id, begins=begins))


def home(client: Client) -> str:
    caches["memory"].clear()
    return client.get("/").content.decode()


def test_the_first_page_begins_with_the_place_that_was_chosen() -> None:
    make_place("990101101", "南镇")
    town, county = (
        make_organisation("南镇文化站", place_code="990101101"),
        make_organisation("县馆", place_code="990101"),
    )
    far = make_organisation("外省馆", place_code="980101")
    for number in range(3):
        on(f"镇上的{number}", town.pk, days=3 + number)
    on("县里的", county.pk)
    on("外省的", far.pk)
    client = Client()
    assert "外省的" in home(client)
    answer = client.post("/region", {"code": "990101101", "next": "/activities/"})
    assert answer["Location"] == "/activities/"
    page = home(client)
    assert "镇上的2" in page
    assert "县里的" not in page
    listed = client.get("/activities/").content.decode()
    assert "镇上的0" in listed
    assert "县里的" not in listed
    assert "县里的" in client.get("/activities/?region=").content.decode(), "asked for everywhere, everywhere it is"


def test_where_little_is_on_the_places_around_help_out() -> None:
    make_place("990101", "东县"), make_place("990101101", "南镇")
    town, county = (
        make_organisation("南镇文化站", place_code="990101101"),
        make_organisation("县馆", place_code="990101"),
    )
    on("镇上的", town.pk)
    for number in range(3):
        on(f"县里的{number}", county.pk)
    client = Client()
    client.post("/region", {"code": "990101101"})
    page = home(client)
    assert "南镇这几天的不多，下面是东县的。" in page
    assert "镇上的" in page
    assert "县里的2" in page


def test_only_places_with_an_institution_are_offered_and_no_address_leads_away() -> None:
    make_place("990101", "东县"), make_place("990102", "西县")
    make_organisation("县馆", place_code="990101")
    client = Client()
    page = client.get("/region?within=990100").content.decode()
    assert "东县" in page
    assert "西县" not in page
    assert client.post("/region", {"code": "990101", "next": "https://evil.example/"})["Location"] == "/"
    assert client.cookies["region"].value == "990101"
    for odd in ("0", "９９０１０１", "x" * 500, "990199"):
        client.post("/region", {"code": odd})
        assert client.cookies["region"].value == "", odd
    client.cookies["region"] = "999999"
    assert client.get("/").status_code == 200
