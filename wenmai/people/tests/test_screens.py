"""Accounts on a television and on a kiosk: what stands there instead, and what is left behind."""

import datetime as dt
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import get_resolver

from wenmai.messages import services as messages
from wenmai.people import account_urls
from wenmai.people.screens import KIOSK_CLOSED, TV_STAYS
from wenmai.people.testing import PASSWORD, client_of, forget_attempts, make_user

pytestmark = pytest.mark.django_db
PHONE = "138 0013 8000"


@pytest.fixture(autouse=True)
def codes(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    arrived: list[str] = []

    def send(*, values: dict[str, str], **_asked: Any) -> int:
        arrived.append(values["code"])
        return len(arrived)

    monkeypatch.setattr(messages, "send_sms", send)
    forget_attempts()
    return arrived


def at(face: str) -> Client:
    client = Client()
    client.cookies["face"] = face
    return client


def come_in(client: Client, codes: list[str]) -> None:
    client.post("/account/enter", {"way": "phone", "phone": PHONE})
    answer = client.post("/account/enter/code", {"code": codes[-1]})
    if answer["Location"] == "/account/enter/first":
        client.post("/account/enter/first", {"name": "林小溪"})
    assert client.get("/account/").status_code == 200


def test_on_a_television_every_page_of_an_account_is_a_square_for_the_phone(codes: list[str]) -> None:
    names = {one.name for one in account_urls.urlpatterns if not one.pattern.regex.groups}
    paths = [f"/account/{one.pattern}" for one in account_urls.urlpatterns if one.name in names - TV_STAYS]
    assert len(paths) > 30
    client = at("tv")
    for path in paths:
        answer = client.get(path)
        text = answer.content.decode()
        assert (answer.status_code, "用手机扫一扫，在手机上打开这一页" in text) == (200, True), path
        assert "<form" not in text, path
        assert "no-store" in answer["Cache-Control"], path
    refused = client.post("/account/enter", {"way": "phone", "phone": PHONE})
    assert (refused.status_code, codes) == (403, [])
    assert "Scan" in client.get("/en/account/enter?next=/account/cards/").content.decode()
    assert settings.SESSION_COOKIE_NAME not in client.cookies
    assert "用手机扫一扫" not in Client().get("/account/enter?face=web").content.decode()


def test_the_names_that_screens_know_are_there() -> None:
    there = {name for name in get_resolver().reverse_dict if isinstance(name, str)}
    assert there >= KIOSK_CLOSED | TV_STAYS


def test_a_kiosk_lets_in_by_code_and_keeps_nothing(codes: list[str]) -> None:
    make_user("reader")
    client = at("kiosk")
    page = client.get("/account/enter").content.decode()
    assert ("data-keys" in page, 'name="password"' in page, "data-passkey" in page) == (True, False, False)
    assert 'autocomplete="off"' in page
    wrong = client.post("/account/enter", {"way": "password", "username": "reader", "password": PASSWORD})
    assert wrong.status_code == 400
    assert "_auth_user_id" not in client.session
    come_in(client, codes)
    assert settings.DEVICE_COOKIE_NAME not in client.cookies
    assert client.session.get_expiry_age() <= 15 * 60
    assert int(client.cookies[settings.SESSION_COOKIE_NAME]["max-age"]) == 15 * 60
    for path in ("/account/factors/", "/account/factors/passkeys/new", "/account/password", "/account/with/city/"):
        answer = client.get(path)
        assert (answer.status_code, "自己的手机" in answer.content.decode()) == (403, True), path
    assert client.post("/account/enter/passkey", {"credential": "{}"}).status_code == 403
    key = client.session.session_key or ""
    assert client.get("/reset")["Location"] == "/"
    assert client.get("/account/")["Location"].startswith("/account/enter")
    assert not client.session.exists(key)


def test_a_browser_that_was_ones_own_counts_as_a_stranger_at_a_kiosk(codes: list[str]) -> None:
    """Its cookie neither lets passwords be tried apart nor stays when the kiosk forgets."""
    client = Client()
    come_in(client, codes)
    mine = client.cookies[settings.DEVICE_COOKIE_NAME].value
    assert client.session.get_expiry_age() > dt.timedelta(hours=1).total_seconds()
    client.post("/account/leave")
    client.cookies["face"] = "kiosk"
    client.get("/account/enter")
    assert client.cookies[settings.DEVICE_COOKIE_NAME].value == mine
    client.get("/reset")
    assert client.cookies[settings.DEVICE_COOKIE_NAME].value == ""


def test_a_kiosk_opens_nothing_of_staff(codes: list[str]) -> None:
    """Also to somebody who is staff, and whatever the page: the door says whose it is."""
    client = client_of(make_user("boss", role="platform_admin"))
    for path in ("/desk/", "/desk/accounts/", "/desk/review/", "/desk/reports/"):
        assert client.get(path).status_code == 200, path
    client.cookies["face"] = "kiosk"
    for path in ("/desk/", "/desk/accounts/", "/desk/review/", "/desk/reports/", "/desk/cards/check"):
        answer = client.get(path)
        assert (answer.status_code, "工作台不在这里开" in answer.content.decode()) == (403, True), path
        assert "no-store" in answer["Cache-Control"], path
    assert "desk does not open here" in client.get("/en/desk/").content.decode()
    assert client.post("/desk/accounts/new", {"username": "other"}).status_code == 403
    assert at("kiosk").get("/desk/").status_code == 403
    assert client.get("/account/").status_code == 200
    assert client.get("/").status_code == 200


def test_its_keys_type_without_a_script(codes: list[str]) -> None:
    client, phone = at("kiosk"), ""

    def press(path: str, field: str, so_far: str, key: str) -> str:
        page = client.post(path, {"way": "phone", field: so_far, "key": key, "next": "/account/cards/"})
        assert page.status_code == 200
        return str(page.context["phone" if field == "phone" else "form"][field].value())

    for key in ["9", "clear", *"13800138001", "back", "0", "x", "12"]:
        phone = press("/account/enter", "phone", phone, key)
    assert (phone, codes) == ("13800138000", [])
    assert press("/account/enter", "phone", "1" * 50, "2") == "1" * 20
    client.post("/account/enter", {"way": "phone", "phone": phone, "next": "/account/cards/"})
    typed = ""
    for key in codes[-1]:
        typed = press("/account/enter/code", "code", typed, key)
    assert client.post("/account/enter/code", {"code": typed})["Location"] == "/account/enter/first"
    # a browser of one's own has keys: there the form is what it was sent as
    assert Client().post("/account/enter", {"way": "phone", "phone": "1", "key": "2"}).status_code == 400


def test_it_forgets_without_a_script_too(codes: list[str]) -> None:
    client = at("kiosk")
    come_in(client, codes)
    for path, seconds in (("/account/", 60), ("/account/cards/", 60), ("/account/privacy", 60), ("/", 300)):
        page = client.get(path).content.decode()
        assert f'<meta http-equiv="refresh"\n              content="{seconds};url=/reset" />' in page, path
    assert "http-equiv" not in Client().get("/account/enter?face=web").content.decode()
