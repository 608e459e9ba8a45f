"""The mode of a browser: on by one tap, off by who may, and never by a cookie that somebody made."""

from typing import Any

import pytest
from django.conf import settings
from django.core import signing
from django.test import Client

from wenmai.people.rules import levels
from wenmai.people.testing import PASSWORD, client_of, forget_attempts, make_reader, make_user
from wenmai.people.testing.families import make_child, make_guardian

pytestmark = pytest.mark.django_db
PIN = "402817"


@pytest.fixture(autouse=True)
def _forgetful() -> None:
    forget_attempts()


def text(answer: Any) -> str:
    return str(answer.content.decode())


def is_on(browser: Client) -> bool:
    return "未成年人模式开着" in text(browser.get("/accessibility"))


def switched_on(**more: str) -> Client:
    browser = Client()
    assert browser.post("/account/minors", {"pin": PIN, **more}).status_code == 302
    assert is_on(browser)
    return browser


@pytest.mark.parametrize("pin", ["", "12345", "111111", "123456", "987654", "abcdef", "1" * 13])
def test_without_an_account_digits_are_chosen_that_are_not_guessed(pin: str) -> None:
    browser = Client()
    assert browser.post("/account/minors", {"pin": pin}).status_code == 400
    assert not is_on(browser)


def test_the_digits_lead_out_and_nothing_else_does() -> None:
    browser = switched_on()
    for wrong in ("402818", "", "0000000000", PASSWORD):
        assert browser.post("/account/minors", {"shown": wrong}).status_code == 400
        assert is_on(browser)
    assert browser.post("/account/minors", {"shown": "４０２８１７"}).status_code == 302
    assert not is_on(browser)


def test_digits_are_not_found_by_trying() -> None:
    browser = switched_on()
    answers = [browser.post("/account/minors", {"shown": f"{number:06d}"}) for number in range(12)]
    assert "试的次数太多了" in text(answers[-1])
    assert browser.post("/account/minors", {"shown": PIN}).status_code == 400, "nor by the right ones then"


def test_a_cookie_of_ones_own_making_leaves_the_mode_on() -> None:
    browser = switched_on()
    real = browser.cookies[settings.MINORS_COOKIE_NAME].value
    other = signing.dumps([0, "word", "index"], salt="people.device")
    for made in ("off", real[:-1], real + "x", other, signing.dumps("x", salt="people.minors")):
        browser.cookies[settings.MINORS_COOKIE_NAME] = made
        assert is_on(browser), made
        assert browser.post("/account/minors", {"shown": PIN}).status_code == 400
    assert PIN not in str(signing.loads(real, salt="people.minors"))


def test_one_tap_for_an_account_with_a_password_which_leads_out() -> None:
    browser = client_of(make_user("adult"))
    assert browser.post("/account/minors", {"pin": ""}).status_code == 302
    browser.post("/account/leave")
    assert is_on(browser)
    assert browser.post("/account/minors", {"shown": "wrong horse"}).status_code == 400
    assert browser.post("/account/minors", {"shown": PASSWORD}).status_code == 302
    assert not is_on(browser)
    assert client_of(make_reader()).post("/account/minors", {"pin": ""}).status_code == 400, "no password to leave with"


def test_a_guardian_shows_a_code_that_leads_out() -> None:
    guardian, browser = make_guardian(), switched_on()
    phone = client_of(guardian, levels.CODE, levels.PASSWORD)
    code = text(phone.post("/account/family/leave")).split('<p class="figure"><b>')[1].split("</b>")[0]
    assert browser.post("/account/minors", {"shown": code}).status_code == 302
    assert not is_on(browser)
    child = make_child(guardian)
    for nobody in (child, make_reader()):
        assert client_of(nobody, levels.CODE).post("/account/family/leave").status_code == 403


def test_a_childs_account_has_nothing_to_switch() -> None:
    browser = client_of(make_child(make_guardian()))
    assert "模式一直开着" in text(browser.get("/account/minors"))
    assert "模式一直开着" in text(browser.post("/account/minors", {"shown": PIN}))
    browser.post("/account/leave")
    browser.get("/")
    assert not is_on(browser)
    assert settings.CHILD_COOKIE_NAME not in {name for name, one in browser.cookies.items() if one.value}
