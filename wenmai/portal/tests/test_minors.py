"""The mode for minors: only what is made for them is listed, found, counted and opened."""

import io
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import caches
from django.test import Client

from wenmai.catalogue import queries as catalogue
from wenmai.catalogue.models import Record
from wenmai.catalogue.services import attach
from wenmai.catalogue.testing import make_feed, make_record
from wenmai.files import services as files
from wenmai.files.testing import picture
from wenmai.institutions.testing import make_organisation
from wenmai.lib import clock
from wenmai.lib.access import SYSTEM
from wenmai.people.testing import client_of
from wenmai.people.testing.families import make_child, make_guardian, minors_browser, yesterday_noon
from wenmai.portal import queries, rules
from wenmai.portal.queries import pools
from wenmai.search.testing import make_index

pytestmark = pytest.mark.django_db
FIT = ("儿童", "少年儿童", "juvenile", "teenagers")
UNFIT = ("", "一般公众", "researchers", "限制级", "儿童不宜")


@pytest.fixture
def shelf() -> dict[str, Record]:
    """One record for each way to say an audience, all by one creator."""
    caches["memory"].clear()
    feed = make_feed(organisation_id=make_organisation("甲馆").pk)
    made = {}
    for at, said in enumerate((*FIT, *UNFIT)):
        more: dict[str, Any] = {"audience": said} if said else {}
        kind = "text" if at % 2 else "image"
        made[said] = make_record(feed, f"k{at}", title=f"明月 {at}", creator="李白", type=kind, **more)
    make_index(catalogue.documents(list(catalogue.keys())))
    return made


@pytest.fixture
def minor() -> Client:
    return minors_browser()


def text(answer: Any) -> str:
    return str(answer.content.decode())


def test_hits_facets_and_numbers_agree(shelf: dict[str, Record]) -> None:
    for asked in (rules.asked({}), rules.asked({"q": ["明月"]}), rules.asked({"q": ["李白"], "type": ["image"]})):
        found = queries.find(asked, pool=pools.minors())
        whole = queries.find(asked)
        assert 0 < found.total < whole.total
        assert {int(hit.url.rsplit("/", 1)[1]) for hit in found.hits} <= {shelf[one].pk for one in FIT}
        types = next(facet for facet in found.facets if facet.code == "type")
        chosen = asked.filters.get("type", ())
        assert found.total == sum(one.total for one in types.choices if not chosen or one.code in chosen)
    assert queries.find(rules.asked({}), pool=pools.minors()).total == len(FIT)
    assert sum(pools.counts(pools.minors()).values()) == len(FIT)
    assert sorted(queries.suggestions("明月", pools.minors())) == [f"明月 {at}" for at in range(len(FIT))]


def test_pages_of_records_open_by_the_pool(shelf: dict[str, Record], minor: Client) -> None:
    fit, unfit = shelf["儿童"], shelf["researchers"]
    page = minor.get(f"/records/{fit.pk}")
    assert page.status_code == 200
    for other in UNFIT:
        assert f"/records/{shelf[other].pk}" not in text(page), "what it leads to is in the pool, too"
    for way in ("", "/cite.bib", "/export.mods", "/raw", "/read/1"):
        answer = minor.get(f"/records/{unfit.pk}{way}")
        assert answer.status_code == 403, way
        assert "不在未成年人模式里" in text(answer)
        assert "no-store" in answer["Cache-Control"]
    assert Client().get(f"/records/{unfit.pk}").status_code == 200
    assert minor.get("/records/99999999").status_code == 403
    assert minor.get(f"/api/v1/records/{unfit.pk}").status_code == 200, "machines are not touched"


def test_lists_of_the_portal_are_of_the_pool(shelf: dict[str, Record], minor: Client) -> None:
    everybody = Client()
    assert f"/records/{shelf['researchers'].pk}" in text(everybody.get("/"))
    for path in ("/", f"/institutions/{shelf['儿童'].feed.organisation_id}", "/search", "/search?q=明月"):
        page = text(minor.get(path))
        shown = {said for said, record in shelf.items() if f'/records/{record.pk}"' in page}
        assert shown <= set(FIT), path
        assert shown, path
    assert "4 件" in text(minor.get("/institutions/"))
    assert "9 件" in text(everybody.get("/institutions/"))
    suggested = minor.get("/search/suggest?q=明月")
    assert len(suggested.json()["suggestions"]) == len(FIT)
    assert "Cookie" in suggested["Vary"]
    assert f"/records/{shelf['researchers'].pk}" in text(everybody.get("/")), "what is kept for one is not given to all"


def test_a_childs_account_is_in_the_mode_without_a_cookie(
    shelf: dict[str, Record], monkeypatch: pytest.MonkeyPatch
) -> None:
    noon = yesterday_noon()
    monkeypatch.setattr(clock, "now", lambda: noon)
    browser = client_of(make_child(make_guardian()))
    assert browser.get(f"/records/{shelf['researchers'].pk}").status_code == 403
    assert browser.get(f"/records/{shelf['儿童'].pk}").status_code == 200
    del browser.cookies[settings.CHILD_COOKIE_NAME]
    assert browser.get(f"/records/{shelf['researchers'].pk}").status_code == 403


def test_files_are_of_the_pool(shelf: dict[str, Record], minor: Client) -> None:
    stored: dict[str, Any] = {}
    for said in ("儿童", "researchers"):
        content = io.BytesIO(picture(64 + len(stored), 48))
        stored[said] = files.store(content, name=f"{said}.png", actor=SYSTEM, now=clock.now())
        attach(record_id=shelf[said].pk, object_id=stored[said].pk, label="", actor=SYSTEM, now=clock.now())
    assert Client().get(f"/files/{stored['researchers'].hash}").status_code == 200
    assert minor.get(f"/files/{stored['researchers'].hash}").status_code == 404
    assert client_of(make_child(make_guardian())).get(f"/files/{stored['researchers'].hash}").status_code in (403, 404)
    answer = minor.get(f"/files/{stored['儿童'].hash}")
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]


def test_whoever_brings_no_cookie_costs_no_query(shelf: dict[str, Record], django_assert_num_queries: Any) -> None:
    """The pages' own questions aside: the one that looks a place up makes none without words."""
    with django_assert_num_queries(0):
        Client().get("/accessibility")
    with django_assert_num_queries(0):
        Client().get("/account/minors")


def test_the_first_page_mixes_those_that_have_something_and_the_list_names_them_alone(minor: Client) -> None:
    caches["memory"].clear()
    for name, count, said in (("多馆", 9, "儿童"), ("少馆", 1, "儿童"), ("成人馆", 3, "一般公众")):
        feed = make_feed(organisation_id=make_organisation(name).pk)
        for at in range(count):
            make_record(feed, f"{name}{at}", title=f"{name}的书{at}", creator="某人", type="text", audience=said)
    make_index(catalogue.documents(list(catalogue.keys())))
    page = text(minor.get("/"))
    assert "少馆的书0" in page, "the smaller one is not crowded out"
    assert "多馆的书8" in page
    assert "成人馆" not in page
    listed = text(minor.get("/institutions/"))
    assert "多馆" in listed
    assert "成人馆" not in listed
    assert "成人馆" in text(Client().get("/institutions/"))
