import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.cache import caches
from django.test import Client

from wenmai.catalogue import services
from wenmai.catalogue.models import Record
from wenmai.catalogue.testing import arrival, make_feed, make_record, take_in
from wenmai.gateway.api import Asked
from wenmai.institutions.models import PlaceSuccession
from wenmai.institutions.testing import make_place
from wenmai.lib import clock
from wenmai.lib.access import SYSTEM
from wenmai.search.values import FACETS

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def forgetful() -> Iterator[None]:
    """Counts of another test are not kept."""
    caches["memory"].clear()
    yield
    caches["memory"].clear()


def test_a_record_comes_whole_with_its_sources() -> None:
    record = make_record(title="春晓", creator="孟浩然", text="春眠不觉晓", licence="public_domain")
    body = Client().get(f"/api/v1/records/{record.pk}").json()
    assert body["elements"]["title"] == [{"text": "春晓", "source": "$.title", "lang": ""}]
    assert body["identifier"] == record.identifier
    assert body["url"].endswith(f"/records/{record.pk}")
    assert (body["content_tier"], body["metadata_tier"]) == (record.content_tier, record.metadata_tier)
    assert body["graded_by"] == record.graded_by
    assert body["graded_by"].startswith("text/")
    assert Client().get(f"/api/v1/records/{record.pk}/raw").content.startswith(b'{"type"')
    name = Client().get(f"/api/v1/identifiers/{record.identifier}").json()
    assert name["locations"][0]["address"] == f"/records/{record.pk}"


def test_every_facet_of_the_index_can_be_asked_for() -> None:
    assert {*FACETS} <= {*Asked.model_fields}
    for facet in FACETS:
        answer = Client().get("/api/v1/records", {facet: "nothing", "facets": facet})
        assert (answer.status_code, answer.json()["total"]) == (200, 0), facet


def test_what_is_not_there_is_said_in_words() -> None:
    for address in ("/api/v1/records/999999", "/api/v1/identifiers/99.test.nothing", "/api/v1/institutions/999999"):
        answer = Client().get(address)
        assert (answer.status_code, bool(answer.json()["detail"])) == (404, True)
    assert Client().get("/api/v1/records?page=0").status_code == 422
    assert Client().get("/api/v1/records?sort=random").status_code == 422
    assert Client().post("/api/v1/records").status_code == 405


def test_a_wrong_address_is_answered_to_a_machine_and_words_can_be_read() -> None:
    answer = Client().get("/api/v1/recrods/诗")
    assert (answer.status_code, answer.headers["Content-Type"]) == (404, "application/json")
    assert "/api/v1/recrods/诗" in answer.content.decode()
    assert "openapi.json" in answer.json()["detail"]
    record = make_record(title="静夜思")
    assert "静夜思" in Client().get(f"/api/v1/records/{record.pk}").content.decode()


def test_the_institution_lists_its_records_and_search_answers_without_an_index() -> None:
    record = make_record()
    (one,) = Client().get("/api/v1/institutions").json()
    assert (one["id"], one["records"]) == (record.feed.organisation_id, 1)
    assert Client().get("/api/v1/records?q=春晓&facets=type").json()["total"] == 0


def test_the_description_and_its_readable_page_agree() -> None:
    schema = Client().get("/api/v1/openapi.json").json()
    page = Client().get("/api/v1/").content.decode()
    assert len(schema["paths"]) >= 6
    for path in schema["paths"]:
        assert path in page
    assert "Open interfaces" in Client().get("/en/api/v1/").content.decode()


def test_head_is_answered_as_get_is() -> None:
    record = make_record()
    for address in (f"/api/v1/records/{record.pk}", "/api/v1/records?q=x", "/api/v1/institutions"):
        assert Client().head(address).status_code == 200
    assert Client().delete(f"/api/v1/records/{record.pk}").status_code == 405


@pytest.mark.parametrize("version", ["0", "-1", "9" * 30, "9" * 5000, "x"])
def test_a_version_that_cannot_be_is_refused(version: str) -> None:
    assert Client().get(f"/api/v1/records/{make_record().pk}/raw?version={version}").status_code == 422


def test_a_record_costs_the_same_number_of_queries_however_many_belong_to_it(
    django_assert_max_num_queries: Callable[[int], Any],
) -> None:
    feed = make_feed()
    words: dict[str, Any] = {"title": "春晓", "creator": "孟浩然", "text": "春眠不觉晓"}
    take_in(feed, *(arrival(str(number), deleted=False, **words) for number in range(12)))
    take_in(feed, arrival("0", deleted=False, note="第二版", **words))
    record = Record.objects.get(source_key="0")
    with django_assert_max_num_queries(15):
        body = Client().get(f"/api/v1/records/{record.pk}").json()
    assert (len(body["same_work"]), len(body["versions"])) == (11, 2)
    with django_assert_max_num_queries(2):
        assert Client().get("/api/v1/institutions").json()[0]["records"] == 12
    with django_assert_max_num_queries(1):
        Client().get(f"/api/v1/institutions/{feed.organisation_id}")


@pytest.mark.parametrize(
    ("question", "accept", "media_type", "start"),
    [
        ("", "", "application/json", b"{"),
        ("", "*/*", "application/json", b"{"),
        ("", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "application/json", b"{"),
        ("", "application/marcxml+xml", "application/marcxml+xml", b"<?xml"),
        ("", "application/mods+xml, application/json;q=0.5", "application/mods+xml", b"<?xml"),
        ("", "application/marc", "application/marc", b"0"),
        ("", "text/xml", "application/xml", b"<?xml"),
        ("?format=oai_dc", "application/json", "application/xml", b"<?xml"),
        ("?format=qdc", "", "application/xml", b"<?xml"),
        ("?format=wenmai", "", "application/xml", b"<?xml"),
        ("?format=json", "application/marc", "application/json", b"{"),
    ],
)
def test_a_record_comes_in_the_form_that_is_asked_for(
    question: str, accept: str, media_type: str, start: bytes
) -> None:
    record = make_record(title="春晓 & <诗>")
    headers = {"accept": accept} if accept else {}
    answer = Client().get(f"/api/v1/records/{record.pk}{question}", headers=headers)
    assert (answer.status_code, answer.headers["Content-Type"].split(";")[0]) == (200, media_type)
    assert answer.content.startswith(start)
    assert "Accept" in answer.headers["Vary"]


def test_a_form_that_there_is_not_is_refused_and_a_withdrawn_record_has_none() -> None:
    record = make_record(description="春" * 4_000)
    here = f"/api/v1/records/{record.pk}"
    assert Client().get(f"{here}?format=pdf").status_code == 422
    assert Client().get(here, headers={"accept": "image/png"}).status_code == 406
    answer = Client().get(f"{here}?format=iso2709")
    assert (answer.status_code, "MARCXML" in answer.json()["detail"]) == (422, True)
    services.withdraw(ids=[record.pk], reason="投诉", actor=SYSTEM, now=clock.now())
    for there in (f"{here}?format=json", f"{here}?format=mods", f"{here}?format=iso2709", f"{here}/raw"):
        answer = Client().get(there)
        assert (answer.status_code, "投诉" in answer.json()["detail"]) == (410, True)
    assert Client().get(f"/api/v1/records/{record.pk + 1}/raw").status_code == 404


def test_an_old_code_says_who_carried_it_and_what_became_of_it(client: Client, db: None) -> None:
    late = dt.date(2000, 12, 31)
    old, other = make_place("990100", "漪南地区", valid_to=late), make_place("990200", "汐川市")
    PlaceSuccession.objects.create(predecessor=old, successor=other, kind="dispersed", on=late, source="test")
    (told,) = client.get("/api/v1/places/990100").json()
    assert (told["name"], told["valid_to"], told["parent_code"]) == ("漪南地区", "2000-12-31", "990000")
    assert told["successors"] == [{"code": "990200", "name": "汐川市", "change": "dispersed", "on": "2000-12-31"}]
    for odd in ("990199", "99", "x", "9" * 300):
        assert client.get(f"/api/v1/places/{odd}").status_code == 404
