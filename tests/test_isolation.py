"""Every staff page refuses every foreign organisation. The list of pages is the URLconf itself: it grows by itself."""

import io
import logging
import re
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse

from tests.subjects import MAKERS, MARK, NODE_WIDE, SUBJECTS, Values
from tests.test_architecture import patterns
from wenmai.institutions.testing import make_organisation
from wenmai.lib.access import Door
from wenmai.people.rules import ROLES, permissions
from wenmai.people.testing import client_of, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_refused_in_silence")]
PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>")


@pytest.fixture
def _refused_in_silence() -> Iterator[None]:
    """Thousands of refusals, each with where it was raised, take longer to write than to give."""
    logger = logging.getLogger("django.request")
    before = logger.level
    logger.setLevel(logging.ERROR)
    yield
    logger.setLevel(before)


def door_of(entry: URLPattern) -> Door:
    door: Door = entry.callback.door  # type: ignore[attr-defined]
    return door


def staff_pages() -> list[tuple[str, URLPattern]]:
    return [(route, entry) for route, entry in patterns(get_resolver()) if door_of(entry).permission]


def address(route: str, values: Values) -> str:
    filled = PARAMETER.sub(lambda found: str(values[found.group(1)]), route)
    return "/" + filled.replace("^", "").replace("$", "").removeprefix("en/")


SCOPED = [(route, entry) for route, entry in staff_pages() if door_of(entry).of is not None]
LISTS = [route for route, entry in staff_pages() if door_of(entry).of is None and not PARAMETER.search(route)]


def subject(route: str, organisation_id: int) -> Values:
    names = frozenset(PARAMETER.findall(route))
    assert names in SUBJECTS, f"say in SUBJECTS how a subject of {route} is made"
    return SUBJECTS[names](organisation_id)


def kinds() -> dict[str, list[tuple[str, URLPattern]]]:
    """What a page is about, as its address says it -> the pages."""
    found: dict[str, list[tuple[str, URLPattern]]] = {}
    for route, entry in SCOPED:
        found.setdefault(" ".join(sorted(PARAMETER.findall(route))), []).append((route, entry))
    return found


KINDS = kinds()


def outsiders() -> dict[str, Client]:
    """Of each role, somebody at another organisation."""
    foreign = make_organisation("外馆", place_code="990200")
    return {role: client_of(make_user(f"outsider-{role}", role=role, organisation_id=foreign.pk)) for role in ROLES}


def leads_back(answer: Any) -> None:
    """From every page of staff there is a way to the desk, from one's own to one's account, and out."""
    if answer.status_code == 200 and answer["Content-Type"].startswith("text/html"):
        page, own = answer.content.decode(), answer.request["PATH_INFO"].startswith(reverse("account_home"))
        home, out = ("account_home", "account_logout") if own else ("desk:home", "desk:logout")
        assert f'href="{reverse(home)}"' in page
        assert f'action="{reverse(out)}"' in page


@pytest.mark.parametrize("about", sorted(KINDS))
def test_pages_about_somebody_elses_subject_are_closed(about: str) -> None:
    """To every role; by other methods to those that may do this at home: a door looks at no method."""
    values = subject(KINDS[about][0][0], make_organisation("本馆").pk)
    clients = outsiders()
    for route, entry in KINDS[about]:
        where = address(route, values)
        for role, client in clients.items():
            found = {client.get(where).status_code}
            if found == {405} or door_of(entry).permission in permissions(role):
                found |= {ask(where).status_code for ask in (client.post, client.put, client.delete)}
            assert 403 in found <= {403, 405}, f"{role}: {where}"


@pytest.mark.parametrize("route", [route for route, _entry in SCOPED])
def test_the_same_page_opens_for_its_own_people(route: str) -> None:
    organisation = make_organisation("本馆")
    where = address(route, subject(route, organisation.pk))
    own = None if frozenset(PARAMETER.findall(route)) in NODE_WIDE else organisation.pk
    client = client_of(make_user("insider", role="platform_admin", organisation_id=own))
    answer = client.get(where)
    leads_back(answer)
    statuses = {answer.status_code, client.post(where).status_code}
    assert statuses & {200, 302, 400, 404, 409}, f"{where}: {statuses}"
    assert 403 not in statuses


def test_a_list_shows_nothing_of_others() -> None:
    """No list, to no role."""
    organisation = make_organisation("本馆")
    for make in MAKERS:
        make(organisation.pk)
    for role, client in outsiders().items():
        for route in LISTS:
            answer = client.get(address(route, {}))
            assert answer.status_code in {200, 301, 302, 403, 405}, f"{role}: {route}"
            assert MARK not in said_in(answer), f"{role}: {route}"


def said_in(answer: Any) -> str:
    """Of a page, a stream, or the sheets of a workbook."""
    whole = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if not whole.startswith(b"PK"):
        return str(whole.decode())
    with zipfile.ZipFile(io.BytesIO(whole)) as book:
        return "".join(book.read(name).decode() for name in book.namelist() if name.endswith(".xml"))


@pytest.mark.parametrize("route", LISTS)
def test_a_list_leads_back_to_the_desk(route: str) -> None:
    client = client_of(make_user("insider", role="platform_admin"))
    leads_back(client.get(address(route, {})))


def test_the_lists_show_their_own() -> None:
    organisation = make_organisation("本馆")
    for make in MAKERS:
        make(organisation.pk)
    client = client_of(make_user("insider", role="platform_admin", organisation_id=organisation.pk))
    assert MARK in client.get("/desk/review/?whose=all").content.decode()
    assert MARK in client.get("/sources/mappings/").content.decode()
    assert MARK in client.get("/sources/").content.decode()
    assert MARK in client.get("/desk/reports/").content.decode()
    assert MARK in client.get("/desk/organisations/").content.decode()
    assert MARK in client.get("/desk/identifiers/").content.decode()
    assert MARK in client.get("/desk/review/").content.decode()
    assert MARK in client.get("/desk/review/down/").content.decode()
    assert MARK in client.get("/desk/review/plans/").content.decode()
    assert MARK in client.get("/desk/accounts/").content.decode()
    assert MARK in client.get("/desk/cards/").content.decode()
    assert MARK in client.get("/desk/cards/doubts/").content.decode()
    assert MARK in client.get("/desk/cards/agreements/").content.decode()
    assert MARK in client.get("/desk/cards/abroad/").content.decode()
    assert MARK in client.get("/desk/apps/").content.decode()
    assert MARK in client.get("/desk/volunteers/").content.decode()
    assert MARK in client.get("/desk/groups/").content.decode()
    assert MARK in client.get("/desk/booking/things/").content.decode()
    assert MARK in client.get("/desk/activities/").content.decode()
    assert MARK in client.get("/desk/orders/products/").content.decode()
    assert MARK in client.get("/desk/orders/qualifications/").content.decode()
    assert MARK in client.get("/desk/orders/lists/").content.decode()
    assert MARK in client.get("/desk/orders/all/").content.decode()
    assert MARK in client.get("/desk/orders/calls/").content.decode()
    assert MARK in client.get("/desk/orders/settlements/").content.decode()
    assert MARK in client.get("/desk/orders/settled/").content.decode()
    assert MARK in client.get("/desk/orders/given/").content.decode()
    assert MARK in client.get("/desk/orders/asked/").content.decode()
    assert MARK in client.get("/desk/orders/requests/").content.decode()
    assert MARK in client.get("/desk/orders/requests/all/").content.decode()
    assert MARK in client.get("/desk/orders/requests/open/").content.decode()
    assert MARK in client.get("/desk/proxies/").content.decode()


@pytest.mark.parametrize("route", [route for route, _entry in staff_pages() if not PARAMETER.search(route)])
def test_strangers_are_asked_to_log_in(route: str) -> None:
    answer = Client().get(address(route, {}))
    assert answer.status_code in {302, 405}
