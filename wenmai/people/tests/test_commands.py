import io
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from wenmai.institutions.testing import make_place
from wenmai.people.models import User

pytestmark = pytest.mark.django_db
PASSWORD = "a long and quiet river\n"


def run(*words: str) -> str:
    out = io.StringIO()
    call_command(*words, stdout=out)
    return out.getvalue()


def test_an_empty_node_gets_its_first_organisation_and_its_first_account(monkeypatch: pytest.MonkeyPatch) -> None:
    make_place("990100")
    code = run("organisations", "add", "市图书馆", "--kind=library", "--place=990100").split()[0]
    run("organisations", "add", "分馆", "--kind=library", "--place=990100", f"--under={code}")
    assert [line.split()[1] for line in run("organisations", "list").splitlines()] == ["市图书馆", "分馆"]
    monkeypatch.setattr("sys.stdin", io.StringIO(PASSWORD))
    run("account", "add", "first", "--name=管理员", "--role=organisation_admin", f"--organisation={code}")
    run("account", "grant", "first", "--role=cataloguer")
    assert "organisation_admin@市图书馆, cataloguer" in run("account", "list")
    login: dict[str, Any] = {"username": "first", "password": PASSWORD.strip()}
    assert Client().post("/account/enter", {"way": "password", **login}).status_code == 302


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("account", "grant", "nobody", "--role=cataloguer"), "no account nobody"),
        (("account", "add", "one", "--role=cataloguer", "--organisation=1234567890123456"), "no organisation"),
        (("organisations", "add", "馆", "--kind=library", "--place=123456"), "no place"),
    ],
)
def test_what_cannot_be_is_said_and_leaves_nothing(
    words: tuple[str, ...], sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(PASSWORD))
    with pytest.raises(CommandError, match=sentence):
        run(*words)
    assert not User.objects.exists()


def test_a_weak_password_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("12345\n"))
    with pytest.raises(CommandError, match="too weak"):
        run("account", "add", "one")
