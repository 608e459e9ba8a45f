import pytest
from django.test import Client

from wenmai.catalogue.testing import make_record

pytestmark = pytest.mark.django_db


def test_a_record_comes_whole_with_its_sources() -> None:
    record = make_record(title="春晓", creator="孟浩然", text="春眠不觉晓", licence="public_domain")
    body = Client().get(f"/api/v1/records/{record.pk}").json()
    assert body["elements"]["title"] == [{"text": "春晓", "source": "$.title", "lang": ""}]
    assert body["identifier"] == record.identifier
    assert body["url"].endswith(f"/records/{record.pk}")
    assert Client().get(f"/api/v1/records/{record.pk}/raw").content.startswith(b'{"type"')
    name = Client().get(f"/api/v1/identifiers/{record.identifier}").json()
    assert name["locations"][0]["address"] == f"/records/{record.pk}"


def test_what_is_not_there_is_said_in_words() -> None:
    for address in ("/api/v1/records/999999", "/api/v1/identifiers/99.test.nothing", "/api/v1/institutions/999999"):
        answer = Client().get(address)
        assert (answer.status_code, bool(answer.json()["detail"])) == (404, True)
    assert Client().get("/api/v1/records?page=0").status_code == 422
    assert Client().get("/api/v1/records?sort=random").status_code == 422
    assert Client().post("/api/v1/records").status_code == 405


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
