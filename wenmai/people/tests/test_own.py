"""Second factors, browsers that are logged in, and what a stolen session cannot do."""

import base64
import json
import re
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.test import Client

from wenmai.lib import vault
from wenmai.people.models import FactorSecret, User
from wenmai.people.rules import browser_words
from wenmai.people.testing import PASSWORD, forget_attempts, make_user

pytestmark = pytest.mark.django_db
ENTER = "/account/enter"


@pytest.fixture(autouse=True)
def forgetful() -> None:
    forget_attempts()


@pytest.fixture
def owner() -> User:
    return make_user("owner", role="village_admin")


def come_in(**more: Any) -> Client:
    client = Client(**more)
    answer = client.post(ENTER, {"way": "password", "username": "owner", "password": PASSWORD})
    assert answer.status_code == 302
    return client


def text(answer: Any) -> str:
    return str(answer.content.decode())


def number_of(secret: str) -> str:
    counter = next(iter(yield_hotp_counters_from_time()))
    return str(format_hotp_value(hotp_value(secret, counter)))


def switch_on(client: Client) -> str:
    """The secret of the app."""
    page = text(client.get("/account/factors/app/on"))
    secret = str(re.findall(r"<code>([A-Z2-7]{32})</code>", page)[0])
    answer = client.post("/account/factors/app/on", {"code": number_of(secret)})
    assert answer.headers["Location"] == "/account/factors/codes/"
    return secret


def test_with_an_app_a_password_alone_does_not_lead_in(owner: User) -> None:
    client = come_in()
    secret = switch_on(client)
    codes = re.findall(r"<code>(\w{8,})</code>", text(client.get("/account/factors/codes/")))
    assert len(codes) == 10
    other = come_in()
    assert other.get("/desk/").status_code == 302, "the first step is none"
    page = other.get("/account/enter/factor")
    assert "第二步" in text(page)
    assert other.post("/account/enter/factor", {"code": "000000"}).status_code == 200
    assert other.post("/account/enter/factor", {"code": codes[0]}).headers["Location"] == "/desk/"
    assert other.get("/desk/").status_code == 200
    third = come_in()
    again = third.post("/account/enter/factor", {"code": codes[0]})
    assert again.status_code == 200, "a recovery code is good once"
    assert secret not in str(list(Authenticator.objects.values()))


def test_secrets_are_sealed_and_go_with_their_factor(owner: User) -> None:
    client = come_in()
    secret = switch_on(client)
    (kept, seed) = FactorSecret.objects.order_by("id")
    assert vault.unseal(kept.sealed, purpose="people.factor") == secret
    assert vault.unseal(seed.sealed, purpose="people.factor")
    client.post("/account/factors/app/off")
    assert not Authenticator.objects.exists()
    assert not FactorSecret.objects.exists()
    assert come_in().get("/desk/").status_code == 200


def test_each_browser_is_listed_and_can_be_logged_out(owner: User) -> None:
    here = come_in(HTTP_USER_AGENT="Mozilla/5.0 (Windows NT 10.0) Chrome/140 Safari/537")
    there = come_in(HTTP_USER_AGENT="Mozilla/5.0 (iPhone) MicroMessenger/8", REMOTE_ADDR="10.0.0.9")
    third = come_in(HTTP_USER_AGENT="curl/8.0 " + "x" * 5000)
    page = text(here.get("/account/sessions/"))
    assert "Chrome · Windows" in page
    assert "微信 · iPhone" in page
    assert "10.0.0.9" in page
    assert "xxxx" not in page
    (number,) = re.findall(r'name="session"\s+value="(\d+)"', page.split("10.0.0.9")[1])[:1]
    assert "已退出 1 处" in text(here.post("/account/sessions/", {"session": number}, follow=True))
    assert (there.get("/desk/").status_code, third.get("/desk/").status_code) == (302, 200)
    here.post("/account/sessions/")
    assert (third.get("/desk/").status_code, here.get("/desk/").status_code) == (302, 200)


@pytest.mark.parametrize("odd", ["x", "-1", "9" * 30, "²"])
def test_a_session_that_cannot_be_is_refused(odd: str, owner: User) -> None:
    client = come_in()
    assert client.post("/account/sessions/", {"session": odd}).status_code == 400
    assert client.get("/desk/").status_code == 200


def test_nobody_ends_somebody_elses_session(owner: User) -> None:
    mine = come_in()
    number = re.findall(r"\d+", text(mine.get("/account/sessions/")))
    other = Client()
    other.force_login(make_user("other", role="village_admin"))
    for one in {*number, "1", "2", "3"}:
        if len(one) < 10:
            other.post("/account/sessions/", {"session": one})
    assert mine.get("/desk/").status_code == 200


def test_a_passkey_that_is_none_is_refused_in_words(owner: User) -> None:
    client = come_in()
    asked = Client().get("/account/enter/passkey", headers={"accept": "application/json"}).json()
    assert base64.urlsafe_b64decode(asked["request_options"]["publicKey"]["challenge"] + "==")
    answer = {"clientDataJSON": "e30", "authenticatorData": "AAAA", "signature": "AAAA", "userHandle": "AAAA"}
    shaped = {"id": "AAAA", "rawId": "AAAA", "type": "public-key", "response": answer}
    nearly = [shaped, shaped | {"response": answer | {"attestationObject": "AAAA"}}, shaped | {"id": "!"}]
    plain = ["", "{}", "[]", "null", '"x"', "9" * 5000, "[" * 9000]
    for odd in (*plain, *map(json.dumps, nearly)):
        assert Client().post("/account/enter/passkey", {"credential": odd}).status_code in {200, 302, 400}
        assert client.post("/account/factors/passkeys/new", {"credential": odd}).status_code in {200, 400}
    assert not Authenticator.objects.exists()


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox · Linux"),
        ("Mozilla/5.0 (Phone; OpenHarmony 5.0) ArkWeb/4.1 Chrome/114 HuaweiBrowser/5.0", "Huawei · HarmonyOS"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/140.0 Safari/537.36 Edg/140.0", "Edge · Windows"),
        ("curl/8.9", "curl/8.9"),
        ("", ""),
        ("<script>", ""),
    ],
)
def test_browsers_in_words(agent: str, words: str) -> None:
    assert browser_words(agent) == words
