"""A planted person on every page of staff: shown only where the page says so, and masked everywhere."""

from typing import Any

import pytest

from tests.test_isolation import MARK, PARAMETER, SUBJECTS, address, door_of, staff_pages
from wenmai.institutions.models import Organisation
from wenmai.institutions.testing import make_organisation
from wenmai.lib import clock
from wenmai.lib.access import SIGNED_IN, SYSTEM
from wenmai.messages.testing import make_sms
from wenmai.people import services as people
from wenmai.people.looks.models import Look
from wenmai.people.models import User
from wenmai.people.rules import ROLES, read_document
from wenmai.people.testing import client_of, make_reader, make_user
from wenmai.portal import services as portal

pytestmark = pytest.mark.django_db
PHONE, NAME, CONTACT = "13799887766", "佘漪岭", "13699554433"
HOLDER, DOCUMENT = "佘漪岭样本", "110101199003078232"
PEOPLE = (NAME, f"{MARK}账号", f"{MARK}村管", "137****7766", CONTACT)
WHOLE = {"portal:reports": {CONTACT}}
"""Where something stands whole that is masked elsewhere: a citizen left it to be answered."""


def plant(organisation: Organisation) -> User:
    """A reader with a document, who asked for a role, got a message, and reported something."""
    now = clock.now()
    reader = make_reader(f"+86{PHONE}", NAME)
    village = make_organisation("样本村", kind="village_center", administrative_parent=organisation)
    people.ask_role(user_id=reader.pk, role="village_admin", organisation_id=village.pk, actor=SYSTEM, now=now)
    people.confirm_in_person(
        user_id=reader.pk, document=read_document("resident", DOCUMENT, today=now.date(), demo=False), holder=HOLDER,
        place="样本馆", actor=SYSTEM, now=now,
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
        allowed = WHOLE.get(page, set())
        assert not [one for one in (PHONE, DOCUMENT, HOLDER, CONTACT) if one in text and one not in allowed], route
        if answer.status_code == 200 and (shown := [one for one in PEOPLE if one in text]):
            assert door_of(entry).shows, f"{route} shows {shown} and does not say so at its door"
            assert Look.objects.count() > before or page in met, route
            met.add(page)
    if role == "platform_admin":
        assert met >= {"desk:people:accounts", "desk:people:account", "desk:people:requests", "portal:reports"}
