"""A whole telephone: asked for with a reason, seen once, written down before it is seen, and read by the person."""

import re
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from wenmai.institutions.testing import make_organisation
from wenmai.journal.models import Entry
from wenmai.lib import clock
from wenmai.lib.access import SYSTEM, Actor
from wenmai.lib.refusal import Refused
from wenmai.people import services as people
from wenmai.people.groups.testing import make_real
from wenmai.people.looks import queries as looks
from wenmai.people.looks.models import Look
from wenmai.people.models import User
from wenmai.people.testing import client_of, make_reader, make_user
from wenmai.people.unmasking import rules, services
from wenmai.people.unmasking.models import Unmasking
from wenmai.people.volunteers import services as volunteers
from wenmai.people.volunteers.models import Volunteer
from wenmai.people.volunteers.testing import make_volunteer

pytestmark = pytest.mark.django_db
PHONE, MASKED = "13799887766", "137****7766"
WHY = {"reason": "call_back", "words": "问过开馆时间"}


@pytest.fixture
def library() -> Any:
    return make_organisation("光塔图书馆")


def asked_role(library: Any, reader: User) -> str:
    village = make_organisation("甲村", administrative_parent=library, kind="village_center")
    asked = people.ask_role(
        user_id=reader.pk, role="village_admin", organisation_id=village.pk, actor=SYSTEM, now=clock.now()
    )  # fmt: skip
    return f"/desk/requests/{asked.pk}/phone"


def token(answer: Any) -> str:
    found = re.search(r'name="unmask" value="([^"]+)"', answer.content.decode())
    assert found
    return found.group(1)


def press(client: Client, where: str, **more: str) -> Any:
    return client.post(where, {"unmask": token(client.get(where)), **WHY, **more})


def test_asked_shown_once_and_asked_again(library: Any) -> None:
    reader = make_reader(f"+86{PHONE}", "村管")
    where = asked_role(library, reader)
    admin = make_user("zhao-admin", role="organisation_admin", organisation_id=library.pk)
    client = client_of(admin)
    assert f'href="{where}"' in client.get("/desk/requests/").content.decode()
    question = client.get(where)
    assert MASKED in question.content.decode()
    assert PHONE not in question.content.decode()
    sent = {"unmask": token(question), **WHY}
    shown = client.post(where, sent)
    assert shown.status_code == 200
    assert PHONE in shown.content.decode()
    assert "no-store" in shown["Cache-Control"]
    again = client.post(where, sent)
    assert again.status_code == 409, "a page loaded again is another press"
    assert PHONE not in again.content.decode()
    assert "号码只显示一次" in again.content.decode()
    assert PHONE not in client.get(where).content.decode()
    (one,) = Unmasking.objects.all()
    assert (one.actor_id, one.person_id, one.reason, one.words) == (admin.pk, reader.pk, "call_back", "问过开馆时间")
    entry = Entry.objects.get(name="people.number_unmasked")
    assert (entry.subject_key, entry.detail) == (str(reader.pk), {"reason": "call_back"})
    seen = Look.objects.get(person_id=reader.pk, reason__startswith="whole_")
    assert (seen.page, seen.reason) == ("desk:people:request_phone", f"whole_call_back:{one.pk}")


def test_the_person_reads_why_and_auditors_read_who(library: Any) -> None:
    reader = make_reader(f"+86{PHONE}", "村管")
    where = asked_role(library, reader)
    client = client_of(make_user("zhao-admin", role="organisation_admin", organisation_id=library.pk))
    for _time in range(rules.MANY + 1):
        assert press(client, where).status_code == 200
    own = client_of(reader)
    for prefix, words in (("", "看了完整号码：回电话"), ("/en", "Saw the whole number: to call back")):
        page = own.get(f"{prefix}/account/looks").content.decode()
        assert words in page
        assert "问过开馆时间" in page
        assert "zhao-admin" not in page
    auditor = make_user("auditor", role="auditor", organisation_id=library.pk)
    page = client_of(auditor).get("/desk/looks/").content.decode()
    assert "zhao-admin" in page
    assert f"完整号码 {rules.MANY + 1} 个" in " ".join(page.split())
    (busy,) = looks.busy(people_scope(auditor), timezone.localdate(clock.now()))
    assert (busy.people, busy.numbers) == (1, rules.MANY + 1), "each press counts, of one person too"


def people_scope(user: User) -> Any:
    from wenmai.lib.levels import Level
    from wenmai.people import queries

    return queries.actor(user, Level.PHONE).scope("looks.view")


def test_what_is_forged_shows_nothing(library: Any) -> None:
    reader = make_reader(f"+86{PHONE}", "村管")
    where = asked_role(library, reader)
    client = client_of(make_user("admin", role="organisation_admin", organisation_id=library.pk))
    for sent in (
        {"reason": "curious"}, {"reason": ""}, {"reason": "other", "words": " \u3000 "}, {"words": "x" * 201},
        {"reason": "whole_call_back:1"}, {"unmask": ""}, {"unmask": "x" * 22},
    ):  # fmt: skip
        answer = press(client, where, **sent)
        assert answer.status_code in (400, 409), sent
        assert PHONE not in answer.content.decode(), sent
    assert PHONE not in client.post(where, WHY).content.decode()
    elsewhere = token(client.get(asked_role(library, make_reader("+8613799887700", "另一人"))))
    assert client.post(where, {"unmask": elsewhere, **WHY}).status_code == 409, "a token is one page's"
    assert not Unmasking.objects.exists()
    assert not Look.objects.filter(reason__startswith="whole_").exists()
    assert press(client, where, reason="other", words="<b>急</b>").status_code == 200
    assert "<b>急" not in client_of(reader).get("/account/looks").content.decode()


def test_only_whoever_may_and_only_where_they_may(library: Any) -> None:
    reader = make_reader(f"+86{PHONE}", "村管")
    where = asked_role(library, reader)
    foreign = make_organisation("外馆", place_code="990200")
    for role, place in (
        ("organisation_admin", foreign), ("cataloguer", library), ("auditor", library), ("security_admin", library)
    ):  # fmt: skip
        client = client_of(make_user(f"{role}-1", role=role, organisation_id=place.pk))
        assert client.get(where).status_code == 403, role
        assert client.post(where, WHY).status_code == 403, role
    assert not Look.objects.filter(person_id=reader.pk).exists()


def test_readers_belong_to_the_whole_node_and_nobody_unmasks_themselves(library: Any) -> None:
    reader = make_reader(f"+86{PHONE}", "读者甲")
    where = f"/desk/accounts/{reader.pk}/phone"
    below = client_of(make_user("below", role="organisation_admin", organisation_id=library.pk))
    assert below.get(where).status_code == 403
    whole = make_user("whole", role="platform_admin")
    assert MASKED in client_of(whole).get(f"/desk/accounts/{reader.pk}/").content.decode()
    assert PHONE in press(client_of(whole), where).content.decode()
    assert client_of(whole).get(f"/desk/accounts/{whole.pk}/phone").status_code == 404
    assert "看完整号码" not in client_of(whole).get(f"/desk/accounts/{whole.pk}/").content.decode()
    with pytest.raises(Refused, match="unmask_own"):
        services.unmask_phone(user_id=reader.pk, **WHY, actor=Actor(reader.pk, ""), now=clock.now())
    with pytest.raises(Refused, match="unmask_nothing"):
        services.unmask_phone(user_id=whole.pk, **WHY, actor=Actor(reader.pk, ""), now=clock.now())


def test_a_volunteers_telephone_is_theirs_to_share(library: Any) -> None:
    made = make_volunteer(make_real(f"+86{PHONE}", "志愿者"), library.pk)
    where, page = f"/desk/volunteers/{made.pk}/phone", f"/desk/volunteers/{made.pk}/"
    client = client_of(make_user("admin", role="organisation_admin", organisation_id=library.pk))
    assert client.get(where).status_code == 404
    assert MASKED not in client.get(page).content.decode()
    Volunteer.objects.filter(pk=made.pk).update(shares_phone=True)
    assert MASKED in client.get(page).content.decode()
    assert PHONE not in client.get(page).content.decode()
    assert PHONE in press(client, where).content.decode()
    volunteers.end(volunteer_id=made.pk, reason="到此为止", actor=SYSTEM, now=clock.now())
    assert client.get(where).status_code == 404


def test_the_database_keeps_reasons() -> None:
    now = clock.now()
    for bad in ({"reason": "curious"}, {"reason": "other"}, {"reason": "check", "person_id": 1}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Unmasking.objects.create(**{"at": now, "actor_id": 1, "person_id": 2, **bad})
