import pytest
from django.test import Client

from wenmai.people.testing import PASSWORD, client_of, make_user

pytestmark = pytest.mark.django_db


def test_staff_logs_in_with_a_password_and_out_again() -> None:
    make_user("Staff", role="platform_admin")
    client = Client()
    answer = client.post("/desk/login", {"username": "staff", "password": PASSWORD, "next": "/desk/"}, follow=True)
    assert answer.redirect_chain == [("/desk/", 302)]
    assert "待审记录" in answer.content.decode()
    client.post("/desk/logout")
    assert client.get("/desk/").headers["Location"].startswith("/desk/login")


def test_a_wrong_password_says_so_and_a_foreign_address_is_not_followed() -> None:
    make_user(role="platform_admin")
    client = Client()
    refused = client.post("/desk/login", {"username": "staff", "password": "wrong"})
    assert (refused.status_code, "密码不对" in refused.content.decode()) == (401, True)
    answer = client.post("/desk/login", {"username": "staff", "password": PASSWORD, "next": "https://evil.example/"})
    assert answer.headers["Location"] == "/desk/"


def test_an_account_without_a_role_sees_nothing() -> None:
    assert client_of(make_user()).get("/desk/").status_code == 403
