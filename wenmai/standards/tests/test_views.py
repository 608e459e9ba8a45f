import json
import re

import pytest
from jsonschema import Draft202012Validator

from wenmai.journal.models import Entry
from wenmai.lib.access import Actor, Grant
from wenmai.standards import files, rules
from wenmai.standards.models import Activation

pytestmark = pytest.mark.django_db
PAGES = [
    ("/standards/", "公共数字文化工程融合创新发展实施方案"),
    ("/standards/wh-t-48-2012", "数字对象唯一标识符"),
    ("/standards/gb-11643", "未核实"),
    ("/standards/wenmai-r-01", "本系统默认"),
    ("/standards/profiles/image", "分辨率"),
    ("/standards/profiles/core/1.0", "都柏林核心"),
    ("/standards/profiles/text/1.1", "比 1.0 版改了什么"),
    ("/standards/profiles/ancient_book/1.1", "行款版式"),
    ("/en/standards/profiles/text/1.1", "What changed since 1.0"),
    ("/standards/vocabularies/period", "618"),
    ("/standards/vocabularies/theme", "全民阅读"),
    ("/en/standards/", "Technology"),
    ("/en/standards/wh-t-48-2012", "Unique identifiers for digital objects"),
    ("/en/standards/profiles/image", "Resolution"),
    ("/en/standards/vocabularies/period", "Tang"),
]


@pytest.mark.parametrize(("address", "text"), PAGES)
def test_pages_say_what_they_are_about(client, address, text):
    answer = client.get(address)
    assert answer.status_code == 200
    assert text in answer.content.decode()


@pytest.mark.parametrize("code", sorted(files.registry().entries))
def test_every_entry_has_its_page(client, code):
    assert client.get(f"/standards/{code}").status_code == 200


@pytest.mark.parametrize("code", sorted(files.registry().vocabularies))
def test_every_vocabulary_has_its_page(client, code):
    assert client.get(f"/standards/vocabularies/{code}").status_code == 200


@pytest.mark.parametrize(
    "address",
    [
        "/standards/none",
        "/standards/profiles/none",
        "/standards/profiles/image/9.9",
        "/standards/profiles/none/1.0.schema.json",
        "/standards/profiles/image/9.9.schema.json",
        "/standards/vocabularies/none",
        "/standards/vocabularies/..%2F",
    ],
)
def test_what_is_not_registered_is_not_found(client, address):
    assert client.get(address).status_code == 404


@pytest.mark.parametrize(
    "address", [address for address, _text in PAGES] + ["/standards/profiles/image/1.0.schema.json"]
)
def test_pages_are_only_read(client, address):
    assert client.post(address).status_code == 405


def test_what_nobody_verified_is_not_called_a_national_standard(client):
    called = re.compile(r"<dd>\s*国家标准\s*</dd>")
    assert not called.search(client.get("/standards/gb-11643").content.decode())
    assert called.search(client.get("/standards/gb-t-28220-2023").content.decode())


@pytest.mark.parametrize(
    ("code", "version"),
    [(code, version) for code, versions in sorted(files.registry().profiles.items()) for version in versions],
)
def test_schemas_are_served_for_each_version_at_an_address_of_its_own(client, code, version):
    answer = client.get(f"/standards/profiles/{code}/{version}.schema.json")
    assert answer.headers["Content-Type"] == "application/schema+json"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    document = json.loads(answer.content)
    Draft202012Validator.check_schema(document)
    assert document["$id"] == f"urn:wenmai:profile:{code}:{version}"


def test_the_first_version_is_compared_with_nothing(client):
    page = client.get("/standards/profiles/text/1.0").content.decode()
    assert 'id="changes"' not in page
    assert "/standards/profiles/text/1.1" in page


def test_what_is_stricter_is_said_so(client, monkeypatch):
    strict = rules.Change(rules.Facet.ADDED, None, files.registry().profiles["text"]["1.1"].elements[0], True)
    monkeypatch.setattr(rules, "changes", lambda older, newer: (strict,))
    assert "可能要补改" in client.get("/standards/profiles/text/1.1").content.decode()


def staff(monkeypatch: pytest.MonkeyPatch, *grants: Grant) -> None:
    """A person with these grants behind every request."""
    actor = Actor(7, "值班员", grants)
    # where requests get their actor; a name that a module keeps at its first import would outlive the test
    monkeypatch.setattr("wenmai.people.middleware._find", lambda request: actor)


WHOLE_NODE = Grant("platform_admin", frozenset({"standards.activate"}))
ONE_BRANCH = Grant("platform_admin", frozenset({"standards.activate"}), "/1/7/")
NO_RIGHT = Grant("cataloguer", frozenset({"catalogue.view"}))
DECIDE = "/standards/decide/profile/text/1.0"
WISH = {"stage": "mandatory", "starts_on": "2027-03-01", "reason": "试点结束"}


def test_staff_decide(client, monkeypatch):
    staff(monkeypatch, WHOLE_NODE)
    assert "改启用日期" in client.get("/standards/profiles/text").content.decode()
    assert client.get(DECIDE).status_code == 200
    answer = client.post(DECIDE, WISH)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/standards/profiles/text/1.0")
    assert Entry.objects.filter(name="standards.activation_changed", actor_id=7).count() == 1
    page = client.get("/standards/profiles/text/1.0").content.decode()
    assert "试点结束" in page
    assert "值班员" not in page
    assert "值班员" in client.get(DECIDE).content.decode()


@pytest.mark.parametrize(
    ("wish", "said"),
    [
        (WISH | {"starts_on": "2020-01-01"}, "依次"),
        (WISH | {"starts_on": ""}, "日期没有变"),
        (WISH | {"reason": ""}, ""),
        (WISH | {"stage": "none"}, ""),
        (WISH | {"starts_on": "soon"}, ""),
    ],
)
def test_a_refused_decision_is_explained(client, monkeypatch, wish, said):
    staff(monkeypatch, WHOLE_NODE)
    answer = client.post(DECIDE, wish)
    assert answer.status_code == 400
    assert said in answer.content.decode()
    assert not Activation.objects.exists()


@pytest.mark.parametrize("grant", [ONE_BRANCH, NO_RIGHT])
def test_others_do_not_decide(client, monkeypatch, grant):
    staff(monkeypatch, grant)
    assert client.get(DECIDE).status_code == 403
    assert client.post(DECIDE, WISH).status_code == 403
    assert not Activation.objects.exists()


def test_strangers_are_asked_to_log_in(client):
    answer = client.post(DECIDE, WISH)
    assert answer.status_code == 302
    assert "/account/enter" in answer.headers["Location"]
    assert not Activation.objects.exists()


def test_deciding_on_nothing_is_not_found(client, monkeypatch):
    staff(monkeypatch, WHOLE_NODE)
    assert client.get("/standards/decide/profile/none/1.0").status_code == 404
    assert client.get("/standards/decide/none").status_code == 404
