"""Coming in by telephone and code, from first time to a lost password."""

import datetime as dt
import re
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from allauth.account.internal.flows import login
from django.test import Client

from wenmai.journal.models import Entry
from wenmai.lib import clock, vault
from wenmai.messages import services as messages
from wenmai.people.models import Code, User
from wenmai.people.rules import CODE_TRIES, CODES_PER_PHONE, CODES_UNTIL_WAITING, RESEND_S, WAITING_S
from wenmai.people.testing import PASSWORD, forget_attempts, make_user

pytestmark = pytest.mark.django_db
PHONE, PLAIN = "+8613800138000", "138 0013 8000"
ENTER, CODE, FIRST = "/account/enter", "/account/enter/code", "/account/enter/first"


class Phones:
    """What arrived by SMS; and a clock that can be put forward."""

    def __init__(self) -> None:
        self.arrived: list[tuple[str, str]] = []
        self.passed = dt.timedelta()

    def send(self, *, phone: str, values: dict[str, str], **_asked: Any) -> int:
        self.arrived.append((phone, values["code"]))
        return len(self.arrived)

    def code(self) -> str:
        return self.arrived[-1][1]

    def wait(self, seconds: float) -> None:
        self.passed += dt.timedelta(seconds=seconds)


@pytest.fixture(autouse=True)
def phones(monkeypatch: pytest.MonkeyPatch) -> Iterator[Phones]:
    made = Phones()
    now = clock.now
    monkeypatch.setattr(messages, "send_sms", made.send)
    monkeypatch.setattr(clock, "now", lambda: now() + made.passed)
    monkeypatch.setattr(login, "time", SimpleNamespace(time=lambda: clock.now().timestamp()))
    forget_attempts()
    yield made
    forget_attempts()


def ask(client: Client, phone: str = PLAIN, **more: str) -> Any:
    return client.post(ENTER, {"way": "phone", "phone": phone, **more})


def register(client: Client, phones: Phones, phone: str = PLAIN, **more: str) -> User:
    ask(client, phone, **more)
    assert client.post(CODE, {"code": phones.code()}).headers["Location"] == FIRST
    client.post(FIRST, {"name": "漪漪"})
    return User.objects.latest("id")


def text(answer: Any) -> str:
    return str(answer.content.decode())


def test_who_comes_for_the_first_time_gets_an_account_and_comes_back_into_it(phones: Phones) -> None:
    client = Client()
    assert ask(client, next="/search").headers["Location"] == CODE
    assert phones.arrived[0][0] == PHONE
    page = text(client.get(CODE))
    assert "138****8000" in page
    assert "13800138000" not in page
    assert client.post(CODE, {"code": phones.code()}).headers["Location"] == FIRST
    assert not User.objects.exists(), "nothing is kept before a yes"
    assert client.post(FIRST, {"name": "漪漪"}).headers["Location"] == "/search"
    (user,) = User.objects.all()
    assert (user.name, user.has_usable_password()) == ("漪漪", False)
    assert "138****8000" in text(client.get("/account/"))
    client.post("/account/leave")
    phones.wait(RESEND_S)
    ask(client)
    assert client.post(CODE, {"code": phones.code()}).headers["Location"] == "/account/"
    assert list(User.objects.all()) == [user]
    assert list(Entry.objects.order_by("id").values_list("name", flat=True)) == [
        "people.registered", "people.logged_in", "people.logged_in",
    ]  # fmt: skip


def test_nothing_readable_stays_in_the_database(phones: Phones) -> None:
    register(Client(), phones)
    kept = str([list(model.objects.values()) for model in (User, Code, Entry)])
    for secret in ("13800138000", phones.code(), "127.0.0.1"):
        assert secret not in kept


def test_a_code_is_good_once_and_only_in_its_browser(phones: Phones) -> None:
    client, thief = Client(), Client(REMOTE_ADDR="10.0.0.9")
    ask(client)
    mine = phones.code()
    assert thief.post(CODE, {"code": mine}).headers["Location"] == ENTER
    ask(thief)
    assert thief.post(CODE, {"code": mine}).status_code == (400 if mine != phones.code() else 302)
    assert client.post(CODE, {"code": f" {mine[:3]} {mine[3:]} "}).headers["Location"] == FIRST
    assert "已经失效" in text(client.post(CODE, {"code": mine}))


def test_a_code_that_is_wrong_too_often_or_too_old_is_over(phones: Phones) -> None:
    client = Client()
    ask(client)
    wrong = f"{(int(phones.code()) + 1) % 10**6:06d}"
    said = [text(client.post(CODE, {"code": wrong})) for _try in range(CODE_TRIES)]
    assert f"还可以试 {CODE_TRIES - 1} 次" in said[0]
    assert "已经失效" in said[-1]
    assert "已经失效" in text(client.post(CODE, {"code": phones.code()})), "the right one comes too late"
    assert "6 位数字" in text(client.post(CODE, {"code": "12345"}))
    phones.wait(RESEND_S)
    client.post(CODE, {"again": "1"})
    phones.wait(301)
    assert "已经失效" in text(client.post(CODE, {"code": phones.code()}))


def test_tries_at_one_moment_are_all_counted(phones: Phones) -> None:
    client = Client()
    ask(client)
    number = Code.objects.get()
    Code.objects.update(tries=CODE_TRIES)
    assert "已经失效" in text(client.post(CODE, {"code": phones.code()}))
    number.refresh_from_db()
    assert (number.tries, number.used_at) == (CODE_TRIES, None)


def test_codes_are_not_sent_without_end_and_the_owner_is_never_shut_out(phones: Phones) -> None:
    owner = Client()
    user = register(owner, phones)
    owner.post("/account/leave")
    phones.wait(7_200)
    for number in range(CODES_PER_PHONE[0].most):
        stranger = Client(REMOTE_ADDR=f"10.0.1.{number}")
        assert ask(stranger).status_code == 302
        assert "请过" in text(ask(stranger)), "one more at once"
    refused = ask(Client(REMOTE_ADDR="10.0.2.1"))
    assert (refused.status_code, "过一小时再试" in text(refused)) == (429, True)
    assert ask(owner).headers["Location"] == CODE, "the browser that the account knows counts apart"
    assert owner.post(CODE, {"code": phones.code()}).headers["Location"] == "/account/"
    assert User.objects.get() == user


def test_many_from_one_place_wait_and_need_to_see_nothing(phones: Phones) -> None:
    for number in range(CODES_UNTIL_WAITING.most):
        assert ask(Client(), f"1390000000{number}").status_code == 302
    client = Client()
    page = text(ask(client, "13900000009"))
    assert "请等十几秒" in page
    ticket = re.findall(r'name="ticket" value="([^"]+)"', page)[0]
    assert ask(client, "13900000009", ticket=ticket).status_code == 429, "too early"
    phones.wait(WAITING_S)
    assert ask(client, "13900000009", ticket=ticket).status_code == 302
    assert ask(Client(), "13900000008", ticket=ticket).status_code == 429, "a ticket is good for one"
    assert ask(Client(), "13900000008", ticket="x" * 50).status_code == 429


@pytest.mark.parametrize(
    "odd", ["", "12345", "+86 23800138000", "abc", "１３８００１３", "+8613800138000;DROP", "9" * 5000]
)
def test_what_is_no_telephone_is_refused_in_words(odd: str, phones: Phones) -> None:
    answer = ask(Client(), odd)
    assert answer.status_code == 400
    assert not phones.arrived


def test_a_telephone_leads_in_with_a_password_too_and_is_told_apart_from_names(phones: Phones) -> None:
    client = Client()
    user = register(client, phones)
    assert client.post("/account/password", {"new": PASSWORD, "again": PASSWORD}).headers["Location"] == "/account/"
    for name in (PLAIN, "+8613800138000", user.username, user.username.upper()):
        other = Client()
        answer = other.post(ENTER, {"way": "password", "username": name, "password": PASSWORD})
        assert answer.headers["Location"] == "/account/", name
    assert Client().post(ENTER, {"way": "password", "username": PLAIN, "password": "wrong"}).status_code == 401


def test_strangers_who_guess_do_not_shut_out_the_browser_that_is_known(phones: Phones) -> None:
    make_user("owner", role="village_admin")
    known = Client()
    known.post(ENTER, {"way": "password", "username": "owner", "password": PASSWORD})
    known.post("/account/leave")
    stranger = Client()  # from the same address
    for _try in range(10):
        assert stranger.post(ENTER, {"way": "password", "username": "owner", "password": "x"}).status_code == 401
    assert stranger.post(ENTER, {"way": "password", "username": "owner", "password": PASSWORD}).status_code == 429
    answer = known.post(ENTER, {"way": "password", "username": "owner", "password": PASSWORD})
    assert answer.headers["Location"] == "/desk/"


def test_what_leads_in_is_changed_only_by_who_showed_lately_who_they_are(phones: Phones) -> None:
    client = Client()
    user = register(client, phones)
    phones.wait(301)
    for page in ("/account/phone", "/account/password", "/account/factors/app/on", "/account/factors/passkeys/new"):
        assert client.get(page).headers["Location"].startswith("/account/again?"), page
        assert client.post(page, {"phone": "13900000000"}).headers["Location"].startswith("/account/again?")
    again = client.get("/account/again?next=/account/phone").headers["Location"]
    assert again == "/account/again/code?next=%2Faccount%2Fphone"
    client.get(again)
    wrong = f"{(int(phones.code()) + 1) % 10**6:06d}"
    assert client.post(again, {"code": wrong}).status_code == 400
    assert client.post(again, {"code": phones.code()}).headers["Location"] == "/account/phone"
    assert client.get("/account/phone").status_code == 200
    client.post("/account/phone", {"phone": "13900000000"})
    assert client.post("/account/phone/code", {"code": phones.code()}).headers["Location"] == "/account/"
    user.refresh_from_db()
    assert vault.unseal(user.phone_sealed, purpose="people.phone") == "+8613900000000"


def test_a_telephone_belongs_to_one_account(phones: Phones) -> None:
    register(Client(), phones)
    client = Client()
    other = register(client, phones, "13900000000")
    phones.wait(RESEND_S)
    client.post("/account/phone", {"phone": PLAIN})
    if client.get("/account/phone/code").status_code == 302:
        client.get("/account/again/code?next=/account/phone")
    answer = client.post("/account/phone/code", {"code": phones.code()})
    assert "已经用在另一个账号上" in text(answer)
    other.refresh_from_db()
    assert vault.unseal(other.phone_sealed, purpose="people.phone") == "+8613900000000"


def test_an_account_that_is_switched_off_is_told_so(phones: Phones) -> None:
    client = Client()
    user = register(client, phones)
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert client.get("/account/").status_code == 302
    phones.wait(RESEND_S)
    ask(client)
    answer = client.post(CODE, {"code": phones.code()}, follow=True)
    assert (answer.status_code, "账号停用了" in text(answer)) == (403, True)


@pytest.mark.parametrize("page", [CODE, FIRST])
def test_pages_out_of_turn_lead_to_the_beginning(page: str) -> None:
    assert Client().get(page).headers["Location"] == ENTER
    assert Client().post(page, {"code": "123456", "name": "x"}).headers["Location"] == ENTER
