import datetime as dt

import pytest
from django.test import Client, override_settings
from django.utils import timezone

from wenmai.identifiers import rules, services
from wenmai.identifiers.rules import Binding, Mint
from wenmai.identifiers.testing import NOW, ORGANISATION, make_names
from wenmai.institutions.testing import make_organisation
from wenmai.lib.access import SYSTEM
from wenmai.portal import resolver
from wenmai.usage import queries as usage

pytestmark = pytest.mark.django_db
PERSON = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"}
JSON = {**PERSON, "Accept": "application/json"}


@pytest.fixture
def browser() -> Client:
    return Client(headers=PERSON)


@pytest.fixture(autouse=True)
def _no_organisations_kept() -> None:
    resolver._known_organisation_id.cache_clear()


def used(name: str) -> int:
    return usage.counts("identifier", [name])[name].get("id.resolve", 0)


def test_a_name_leads_to_its_best_location(browser, django_assert_num_queries) -> None:
    (name,) = make_names(1)
    services.bind([Binding(name, "/files/best", "file", 1)], actor=SYSTEM, now=NOW)
    answer = browser.get(f"/id/{name}")
    assert (answer.status_code, answer["Location"]) == (302, "/files/best")
    assert "Accept" in answer["Vary"]
    assert answer["Cache-Control"] == "no-cache"
    with django_assert_num_queries(3):  # the name, the organisation that is not there, the use
        browser.get(f"/id/{name}")


def test_external_locations_are_left_alone_and_local_ones_keep_the_language(browser) -> None:
    one, two = make_names(2, location="/search")
    services.bind([Binding(two, "https://mirror.example/x", rank=1)], actor=SYSTEM, now=NOW)
    assert browser.get(f"/id/{one}")["Location"] == "/search"
    assert browser.get(f"/en/id/{two}")["Location"] == "https://mirror.example/x"
    services.bind([Binding(one, "/accessibility", rank=1)], actor=SYSTEM, now=NOW)
    assert browser.get(f"/en/id/{one}")["Location"] == "/en/accessibility"


@pytest.mark.parametrize(
    "accept", ["application/json", "text/html;q=0.5, application/json;q=0.9", "application/json, text/plain;q=0.5"]
)
def test_machines_get_json(browser, accept: str) -> None:
    (name,) = make_names(1)
    answer = browser.get(f"/id/{name}", headers={"Accept": accept})
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/json"
    assert answer.json() == {
        "identifier": name,
        "typed": rules.typed(name),
        "state": "registered",
        "redirects": [],
        "location": "http://127.0.0.1:8000/records/1",
        "locations": [
            {
                "address": "http://127.0.0.1:8000/records/1",
                "kind": "page",
                "rank": 100,
                "valid_from": "2026-03-01T08:00:00Z",
                "valid_to": None,
            }
        ],
    }


@pytest.mark.parametrize(
    "accept",
    ["*/*", "text/html", "text/html, application/json;q=0.9", "application/json;q=0, */*", "image/png", "odd;;q=x"],
)
def test_everybody_else_is_sent_on(browser, accept: str) -> None:
    (name,) = make_names(1)
    assert browser.get(f"/id/{name}", headers={"Accept": accept}).status_code == 302


def test_all_locations_as_a_page_and_as_json(browser) -> None:
    (name,) = make_names(1)
    services.bind([Binding(name, "https://mirror.example/x", "copy")], actor=SYSTEM, now=NOW)
    services.unbind([(name, "/records/1")], actor=SYSTEM, now=NOW + dt.timedelta(days=1))
    services.bind([Binding(name, "/records/2", rank=1)], actor=SYSTEM, now=NOW)
    page = browser.get(f"/id/{name}?list")
    assert page.status_code == 200
    body = page.content.decode()
    assert 'href="/records/2"' in body
    assert 'href="https://mirror.example/x"' in body
    assert "/records/1" not in body
    answer = browser.get(f"/id/{name}?list", headers={"Accept": "application/json"}).json()
    assert [one["address"] for one in answer["locations"]] == [
        "http://127.0.0.1:8000/records/2",
        "https://mirror.example/x",
    ]
    assert [one["address"] for one in answer["previous"]] == ["http://127.0.0.1:8000/records/1"]


def test_a_withdrawn_name_answers_with_its_tombstone(browser) -> None:
    (name,) = make_names(1)
    services.withdraw([name], reason="版权到期<b>", titles={name: "春晓"}, actor=SYSTEM, now=NOW)
    page = browser.get(f"/id/{name}")
    body = page.content.decode()
    assert page.status_code == 410
    assert "春晓" in body
    assert "版权到期&lt;b&gt;" in body
    assert timezone.localdate(NOW).isoformat() in body
    answer = browser.get(f"/id/{name}", headers={"Accept": "application/json"})
    assert answer.status_code == 410
    assert answer.json()["tombstone"]["reason"] == "版权到期<b>"
    services.reinstate([name], actor=SYSTEM, now=NOW)
    assert browser.get(f"/id/{name}").status_code == 302


def test_redirects_are_followed_and_told(browser) -> None:
    one, two, three = make_names(3)
    services.redirect({one: two, two: three}, actor=SYSTEM, now=NOW)
    assert browser.get(f"/id/{one}")["Location"] == "/records/3"
    answer = browser.get(f"/id/{one}", headers={"Accept": "application/json"}).json()
    assert answer["redirects"] == [two, three]
    assert answer["state"] == "redirected"


def test_other_spellings_are_led_to_the_canonical_one(browser) -> None:
    (name,) = make_names(1)
    for typed in (name.upper(), rules.typed(name), name.replace(".", "．"), f" {name}"):
        answer = browser.get(f"/id/{typed}?list")
        assert (answer.status_code, answer["Location"]) == (301, f"/id/{name}?list")
    assert browser.get(f"/en/id/{name.upper()}")["Location"] == f"/en/id/{name}"
    assert used(name) == 0


@pytest.mark.parametrize(
    ("path", "code"),
    [
        (f"99.test.2.{ORGANISATION}/T90F0.zzzzzz", "unknown"),
        ("nonsense", "malformed"),
        ("../../etc/passwd", "malformed"),
        ("%00", "malformed"),
        ("<script>alert(1)</script>", "malformed"),
        ("a" * 5000, "malformed"),
    ],
)
def test_unknown_names_get_help(browser, path: str, code: str) -> None:
    page = browser.get(f"/id/{path}")
    assert page.status_code == 404
    assert str(resolver.PROBLEMS[code]) in page.content.decode()
    assert "<script>alert" not in page.content.decode()
    answer = browser.get(f"/id/{path}", headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json()["error"]) == (404, code)


def test_a_mistyped_name_is_not_guessed(browser) -> None:
    (name,) = make_names(1)
    typed = rules.typed(name)
    wrong = typed[:-1] + ("0" if typed[-1] != "0" else "1")
    page = browser.get(f"/id/{wrong}")
    assert page.status_code == 404
    assert name + "<" not in page.content.decode().replace(wrong, "")
    assert str(resolver.PROBLEMS["check_mismatch"]) in page.content.decode()


def test_a_reserved_name_says_so(browser) -> None:
    (name,) = make_names(1, location="")
    page = browser.get(f"/id/{name}")
    assert page.status_code == 404
    assert str(resolver.PROBLEMS["reserved"]) in page.content.decode()
    answer = browser.get(f"/id/{name}", headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json()["state"], answer.json()["error"]) == (404, "reserved", "reserved")


def test_the_field_for_names_read_off_paper(browser) -> None:
    (name,) = make_names(1)
    assert browser.get("/id/").status_code == 200
    assert browser.get("/id/", {"name": f"  {rules.typed(name).upper()} "})["Location"] == f"/id/{name}"
    for base in ("http://127.0.0.1:8000", "https://elsewhere.example/en"):
        assert browser.get("/id/", {"name": f"{base}/id/{name}"})["Location"] == f"/id/{name}"
    missing = browser.get("/id/", {"name": "春晓"})
    assert missing.status_code == 404
    assert 'value="春晓"' in missing.content.decode()


def test_head_answers_alike_and_posting_is_refused(browser) -> None:
    (name,) = make_names(1)
    answer = browser.head(f"/id/{name}")
    assert (answer.status_code, answer["Location"]) == (302, "/records/1")
    assert browser.post(f"/id/{name}").status_code == 405
    assert used(name) == 0


def test_resolutions_are_counted_for_the_organisation_and_robots_are_not(browser) -> None:
    organisation = make_organisation()
    wish = Mint("test", "a", organisation.code, "text", location="/records/1")
    name = services.mint([wish], actor=SYSTEM, now=NOW)["test", "a"]
    browser.get(f"/id/{name}")
    browser.get(f"/id/{name}", headers={"User-Agent": "Baiduspider/2.0"})
    browser.get(f"/id/{name}", headers={"Sec-Purpose": "prefetch"})
    browser.get("/id/nonsense")
    assert used(name) == 1
    assert usage.totals([organisation.id]) == {organisation.id: {"id.resolve": 1}}


def test_the_nodes_own_address_is_in_front_for_machines(browser) -> None:
    (name,) = make_names(1)
    with override_settings(BASE_URL="https://node.example"):
        answer = browser.get(f"/id/{name}", headers={"Accept": "application/json"}).json()
    assert answer["location"] == "https://node.example/records/1"
