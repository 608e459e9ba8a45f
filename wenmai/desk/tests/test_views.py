import datetime as dt
import re

import pytest
from django.test import Client

from wenmai.harvest.models import Run
from wenmai.harvest.testing import make_oai_source
from wenmai.institutions.testing import make_organisation
from wenmai.lib import clock, lists
from wenmai.people.models import RoleRequest
from wenmai.people.rules import TRIES_PER_ACCOUNT, TRIES_WINDOW_S
from wenmai.people.testing import PASSWORD, client_of, forget_attempts, make_user
from wenmai.portal.models import Report

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def forgetful() -> None:
    """Passwords tried in another test are not counted here."""
    forget_attempts()


def test_staff_logs_in_with_a_password_and_out_again() -> None:
    make_user("Staff", role="platform_admin")
    client = Client()
    answer = client.post(
        "/account/enter", {"way": "password", "username": "staff", "password": PASSWORD, "next": "/desk/"}, follow=True
    )
    assert answer.redirect_chain == [("/desk/", 302)]
    assert "现在没有等您处理的事" in answer.content.decode()
    client.post("/desk/logout", follow=True)
    assert client.get("/desk/").headers["Location"].startswith("/account/enter")


def test_a_wrong_password_says_so_and_a_foreign_address_is_not_followed() -> None:
    make_user(role="platform_admin")
    client = Client()
    refused = client.post("/account/enter", {"way": "password", "username": "staff", "password": "wrong"})
    assert (refused.status_code, "密码不对" in refused.content.decode()) == (401, True)
    answer = client.post(
        "/account/enter",
        {"way": "password", "username": "staff", "password": PASSWORD, "next": "https://evil.example/"},
    )
    assert answer.headers["Location"] == "/desk/"


def test_who_tries_too_many_passwords_has_to_wait_and_others_have_not() -> None:
    make_user(role="platform_admin")
    client = Client()
    for _try in range(TRIES_PER_ACCOUNT):
        assert (
            client.post("/account/enter", {"way": "password", "username": "staff", "password": "wrong"}).status_code
            == 401
        )
    answer = client.post("/account/enter", {"way": "password", "username": "STAFF", "password": PASSWORD})
    assert (answer.status_code, "分钟再试" in answer.content.decode()) == (429, True)
    assert 0 < int(answer.headers["Retry-After"]) <= TRIES_WINDOW_S
    assert client.get("/desk/").headers["Location"].startswith("/account/enter"), "the right password does not help now"
    elsewhere = Client(REMOTE_ADDR="10.0.0.2").post(
        "/account/enter", {"way": "password", "username": "staff", "password": PASSWORD}
    )
    assert elsewhere.headers["Location"] == "/desk/"


def test_pages_of_staff_are_kept_by_nobody() -> None:
    client = client_of(make_user(role="platform_admin"))
    for address in ("/desk/", "/desk/catalogue/records/", "/sources/", "/account/"):
        assert "no-store" in client.get(address).headers["Cache-Control"], address
    assert "no-store" in Client().get("/account/enter").headers["Cache-Control"]


def test_text_that_no_table_can_hold_is_refused_at_every_door() -> None:
    client = client_of(make_user(role="platform_admin"))
    assert client.get("/desk/catalogue/records/?q=%00").status_code == 400
    assert client.get("/desk/catalogue/records/?q=x&%00=1").status_code == 400
    form = "application/x-www-form-urlencoded"
    for answer in (
        client.post("/desk/catalogue/files/", {"opinion": "a\0b", "decision": "refuse"}),
        client.post("/desk/catalogue/files/", "opinion=a%00b&decision=refuse", content_type=form),
    ):
        assert answer.status_code == 400


@pytest.mark.parametrize("after", ["9" * 30, "9" * 5000, "²", "٣", "x", "-1"])
def test_a_list_begins_anew_at_a_place_that_cannot_be(after: str) -> None:
    client = client_of(make_user(role="platform_admin"))
    assert client.get(f"/desk/review/?organisation={after}").status_code == 200


@pytest.mark.parametrize("address", ["/", "/account/enter", "/oai?verb=Identify"])
def test_a_question_with_too_many_parts_is_refused_with_a_page(address: str) -> None:
    question = "&".join(f"a{number}=1" for number in range(6_000))
    joint = "&" if "?" in address else "?"
    assert Client(raise_request_exception=False).get(f"{address}{joint}{question}").status_code == 400


def test_an_address_of_another_host_is_refused_with_a_page() -> None:
    answer = Client(raise_request_exception=False).get("/", headers={"host": "evil.example"})
    assert (answer.status_code, b"evil.example" in answer.content) == (400, False)


def test_the_login_page_speaks_the_language_that_was_asked_for() -> None:
    assert Client().get("/en/desk/").headers["Location"] == "/en/account/enter?next=/en/desk/"
    assert Client().get("/desk/").headers["Location"] == "/account/enter?next=/desk/"


def test_a_session_begins_with_a_number_of_its_own() -> None:
    make_user(role="platform_admin")
    client = Client()
    client.cookies["wenmai_session"] = "chosen-by-somebody-else"
    client.post("/account/enter", {"way": "password", "username": "staff", "password": PASSWORD})
    assert client.cookies["wenmai_session"].value != "chosen-by-somebody-else"
    assert client.get("/desk/").status_code == 200


def test_an_account_without_a_role_sees_nothing() -> None:
    assert client_of(make_user()).get("/desk/").status_code == 403


def test_what_waits_stands_on_the_first_page_for_those_who_can_deal_with_it() -> None:
    here, there = make_organisation("甲馆"), make_organisation("乙馆")
    now = clock.now()
    for organisation, days in ((here, 3), (here, 9), (there, 40)):
        Report.objects.create(
            kind="correct", page="/", words="有误", organisation=organisation, created_at=now - dt.timedelta(days=days)
        )
    RoleRequest.objects.create(
        user=make_user("asks"), role="village_admin", organisation=here, asked_at=now - dt.timedelta(days=20)
    )
    chief = make_user("chief", role="organisation_admin", organisation_id=here.pk)
    seen = client_of(chief).get("/desk/").content.decode()
    assert re.search(r"最早的等了\s*1\s*周", seen)
    assert re.search(r'纠错与举报</a> <span class="tag warn">2</span>', seen), "the other institution's is not counted"
    assert seen.index("权限申请") < seen.index("纠错与举报"), "what has waited longest comes first"
    looks = client_of(make_user("looks", role="inspector", organisation_id=here.pk)).get("/desk/").content.decode()
    assert "现在没有等您处理的事" in looks


def test_no_more_is_counted_than_anybody_reads(monkeypatch) -> None:
    monkeypatch.setattr(lists, "MOST", 3)
    Report.objects.bulk_create(
        Report(kind="correct", page="/", words="有误", created_at=clock.now()) for _number in range(7)
    )
    seen = client_of(make_user(role="platform_admin")).get("/desk/").content.decode()
    assert re.search(r'纠错与举报</a> <span class="tag warn">3\+</span>', seen)


def test_a_source_in_trouble_waits_until_its_next_run_is_well() -> None:
    source = make_oai_source("https://opac.example.org/oai")
    client = client_of(make_user(role="platform_admin"))
    Run.objects.create(source=source, mode="full", state="failed", failure="timeout", created_at=clock.now())
    assert "采收出了问题" in client.get("/desk/").content.decode()
    assert f'/sources/{source.pk}"' in client.get("/sources/?state=trouble").content.decode()
    Run.objects.create(source=source, mode="full", state="finished", created_at=clock.now())
    assert "采收出了问题" not in client.get("/desk/").content.decode()
    assert f'/sources/{source.pk}"' not in client.get("/sources/?state=trouble").content.decode()


def test_a_village_sees_five_things_and_others_what_is_theirs() -> None:
    place = make_organisation("苇渡村综合性文化服务中心", kind="village_center")
    seen = (
        client_of(make_user("village", role="village_admin", organisation_id=place.pk)).get("/desk/").content.decode()
    )
    for task in ("今天", "点单", "签到", "上报", "提需求"):
        assert re.search(rf'<li class="card">\s*<h3>\s*<a href="[^"]+">{task}</a>', seen), task
    assert seen.count('<li class="card">') == 5
    assert place.name in seen
    guard = client_of(make_user("guard", role="security_admin"))
    first = guard.get("/desk/").content.decode()
    assert "权限复核" in first, "without records to look at, there is a desk, too"
    assert re.search(r"您负责 1\s家机构", first)
    assert place.name in first
    assert client_of(make_user("reader")).get("/desk/").status_code == 403


def test_the_first_page_asks_administrators_for_their_second_factor_like_any_other(settings) -> None:
    settings.STAFF_FACTORS = "administrators"
    chief = client_of(make_user("chief", role="platform_admin"))
    for address in ("/desk/", "/desk/accounts/"):
        assert chief.get(address).headers["Location"].startswith("/account/level"), address
