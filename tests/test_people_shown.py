"""A planted person on every page of staff: shown only where the page says so, and masked everywhere."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, get_resolver
from django.utils import timezone

from tests.subjects import MARK, SUBJECTS
from tests.test_architecture import patterns
from tests.test_isolation import PARAMETER, address, door_of, staff_pages
from wenmai.institutions.models import Organisation
from wenmai.institutions.testing import make_organisation
from wenmai.lib import clock, personal
from wenmai.lib.access import SIGNED_IN, SYSTEM
from wenmai.messages.testing import make_sms
from wenmai.people import services as people
from wenmai.people.looks.models import Look
from wenmai.people.models import User
from wenmai.people.rules import ROLES, levels, read_document
from wenmai.people.testing import client_of, make_reader, make_user
from wenmai.people.testing.whole import Whole, make_whole
from wenmai.portal import services as portal

pytestmark = pytest.mark.django_db
PHONE, NAME, CONTACT = "13799887766", "佘漪岭", "13699554433"
HOLDER, DOCUMENT = "佘漪岭样本", "110101199003078232"
PEOPLE = (NAME, f"{MARK}账号", f"{MARK}村管", "137****7766", "136****4433")


def plant(organisation: Organisation) -> User:
    """A reader with a document, who asked for a role, got a message, and reported something."""
    now = clock.now()
    reader = make_reader(f"+86{PHONE}", NAME)
    village = make_organisation("样本村", kind="village_center", administrative_parent=organisation)
    people.ask_role(user_id=reader.pk, role="village_admin", organisation_id=village.pk, actor=SYSTEM, now=now)
    document = read_document("resident", DOCUMENT, today=timezone.localdate(now), demo=False)
    people.confirm_in_person(
        user_id=reader.pk, document=document, holder=HOLDER, place="样本馆", actor=SYSTEM, now=now,
    )  # fmt: skip
    make_sms(f"+86{PHONE}")
    portal.report(kind="correct", page="/", words="有误", contact=CONTACT, client="", now=now)
    return reader


@pytest.mark.parametrize("role", list(ROLES))
def test_pages_that_show_people_say_so_and_show_numbers_masked(role: str, settings: Any) -> None:
    settings.SMS_GATEWAY = "print"
    organisation = make_organisation("本馆")
    planted = plant(organisation)
    client = client_of(make_user("insider", role=role))
    made = {make: make(organisation.pk) for make in {*SUBJECTS.values()}} if role == "platform_admin" else {}
    values = {names: made[make] for names, make in SUBJECTS.items() if make in made}
    values[frozenset({"user_id"})] = {"user_id": planted.pk}
    met: set[str] = set()
    for route, entry in staff_pages():
        names = frozenset(PARAMETER.findall(route))
        if door_of(entry).permission == SIGNED_IN or (names and names not in values):
            continue
        before = Look.objects.count()
        answer = client.get(address(route, values.get(names, {})))
        text = answer.getvalue().decode("utf-8", "replace")
        page = answer.resolver_match.view_name if answer.resolver_match else ""
        assert not [one for one in (PHONE, DOCUMENT, HOLDER, CONTACT) if one in text], route
        if answer.status_code == 200 and (shown := [one for one in PEOPLE if one in text]):
            assert door_of(entry).shows, f"{route} shows {shown} and does not say so at its door"
            assert Look.objects.count() > before or page in met, route
            met.add(page)
    if role == "platform_admin":
        assert met >= {"desk:people:accounts", "desk:people:account", "desk:people:requests", "portal:reports"}


WALK = "ZULU"
RAW = (
    "13911223344", "990101199001011234",
    *(f"{WALK}{one}" for one in ("证号", "证上姓名", "证件姓名", "短信", "别家编号")),
)  # fmt: skip
"""What nobody but its owner reads, in no role and by no machine: each stands in the database, sealed or not."""
FIELDS = {
    "user_id": "people.User", "group_id": "people.Group", "volunteer_id": "people.Volunteer",
    "entry_id": "people.ServiceEntry", "export_id": "people.Export", "proxy_id": "people.Proxy",
    "card_id": "people.ReaderCard", "request_id": "people.RoleRequest", "pk": "mfa.Authenticator",
    "child_id": "people.Child", "message_id": "messages.Message", "session_id": "usersessions.UserSession",
}  # fmt: skip
"""A parameter of an address -> whose row it names."""
MACHINES = (
    "/oai?verb=Identify", "/oai?verb=ListRecords&metadataPrefix=oai_dc", "/oai?verb=ListSets",
    "/api/v1/openapi.json", "/api/v1/records", "/api/v1/institutions",
)  # fmt: skip


def numbers_of(whole: Whole) -> dict[str, object]:
    person, tables = personal.Person(whole.user.pk, whole.phone), {one.model: one for one in personal.tables()}
    rows = {name: tables[model].rows(person).first() for name, model in FIELDS.items() if model in tables}
    return {name: row.pk for name, row in rows.items() if row is not None}


def walk(client: Client, pages: list[tuple[str, URLPattern]], known: dict[str, object]) -> Iterator[tuple[str, str]]:
    """(address, what it answered) of each page whose parameters are known; lists as tables too."""
    for route, entry in pages:
        names = PARAMETER.findall(route)
        if not {*names} <= {*known} or "leave" in route or "logout" in route or route.startswith("en/"):
            continue
        where = address(route, known)
        for more in ("", "?format=csv") if door_of(entry).shows else ("",):
            answer = client.get(where + more)
            yield where + more, answer.getvalue().decode("utf-8", "replace") + str(answer.headers)


def test_what_is_one_persons_stands_nowhere_else(settings: Any) -> None:
    """Their rows in every table, and then: every page as somebody else, as nobody, as an administrator of all, those
    that show people as every role, and what machines read."""
    settings.SMS_GATEWAY = "print"
    whole = make_whole(WALK, "+8613911223344", "990101199001011234")
    known, every = numbers_of(whole), list(patterns(get_resolver()))
    assert {"user_id", "group_id", "volunteer_id", "card_id", "export_id"} <= {*known}
    own = [one for one in every if door_of(one[1]).permission == SIGNED_IN]
    asked = 0
    for client, pages in (
        (client_of(make_reader("+8613911223300", "别人"), levels.CODE, levels.PASSWORD), own),
        (Client(), [one for one in every if not door_of(one[1]).permission]),
    ):
        for where, said in walk(client, pages, known):
            asked += 1
            assert WALK not in said, where
            assert not [one for one in RAW if one in said], where
    for where in MACHINES:
        answer = Client().get(where)
        said = answer.getvalue().decode("utf-8", "replace")
        assert WALK not in said, where
        assert not [one for one in RAW if one in said], where
    staff = [one for one in staff_pages() if door_of(one[1]).permission != SIGNED_IN]
    about_people = [one for one in staff if door_of(one[1]).shows]
    met = set()
    for role in ROLES:
        pages = staff if role == "platform_admin" else about_people
        for where, said in walk(client_of(make_user(f"walks-{role}", role=role)), pages, known):
            asked += 1
            assert not [one for one in RAW if one in said], f"{role}: {where}"
            met |= {where} if f"{WALK}姓名" in said else set()
    assert {f"/desk/accounts/{whole.user.pk}/", f"/desk/volunteers/{known['volunteer_id']}/"} <= met, "they were there"
    assert asked > 250
