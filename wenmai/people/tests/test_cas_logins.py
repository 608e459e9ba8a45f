"""A real CAS server (django-cas-server, in a process of its own), and what somebody in between could try."""

import datetime as dt
import http.cookiejar
import re
import socket
import threading
import urllib.parse
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from wenmai.institutions.testing import make_organisation
from wenmai.lib import clock
from wenmai.lib.access import SYSTEM
from wenmai.people.models import CardSystem, ReaderCard
from wenmai.people.outside import cas
from wenmai.people.outside.answers import NotTheirs, SystemFailed
from wenmai.people.services import card_systems
from wenmai.people.testing import client_of, make_user
from wenmai.people.tests import cas_server
from wenmai.people.tests.slapd import free_port

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with cas_server.running(tmp_path_factory.mktemp("cas"), free_port()) as address:
        yield address


@pytest.fixture
def system(address: str, settings: Any) -> CardSystem:
    settings.ALLOWED_PRIVATE_HOSTS, settings.BASE_URL = ["127.0.0.1"], cas_server.SERVICE
    made = card_systems.add_card_system(
        organisation_id=make_organisation().pk, kind="cas", name="大学图书馆", secret="", actor=SYSTEM, now=clock.now(),
        settings={"address": address, "number": "cardno", "name": "displayName", "until": "until"},
    )  # fmt: skip
    return card_systems.switch_card_system(system_id=made.pk, is_on=True, actor=SYSTEM, now=clock.now())


class _Stays(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_arguments: Any) -> None:
        return None


def log_in(where: str) -> str:
    """What a person does at the library's login page; the address that leads back."""
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()), _Stays())
    page = browser.open(where, timeout=5).read().decode()
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page))
    fields = {name: value.replace("&amp;", "&") for name, value in fields.items()}
    typed = {**fields, "username": cas_server.USER, "password": cas_server.PASSWORD}
    try:
        browser.open(where, urllib.parse.urlencode(typed).encode(), timeout=5)
    except urllib.error.HTTPError as redirect:
        return str(redirect.headers["Location"])
    raise AssertionError("the login led nowhere")


def set_out(client: Client, system: CardSystem) -> str:
    answer = client.post(f"/account/cards/new/{system.pk}/login")
    assert answer.status_code == 302
    return str(answer.headers["Location"])


def come_back(client: Client, where: str) -> str:
    path = where.removeprefix(cas_server.SERVICE)
    assert path.startswith("/account/cards/new/")
    return client.get(path, follow=True).content.decode()


def test_a_reader_logs_in_there_and_has_a_card_here(system: CardSystem, address: str) -> None:
    client = client_of(make_user())
    assert "去图书馆登录" in client.get(f"/account/cards/new/{system.pk}").content.decode()
    where = set_out(client, system)
    assert where.startswith(f"{address}/login?service=")
    back = log_in(where)
    page = come_back(client, back)
    for words in ("读者证已绑定", "C0007", "钱七", "2031-01-01"):
        assert words in page
    card = ReaderCard.objects.get()
    assert "再登录一次" in client.post(f"/account/cards/{card.pk}/refresh", follow=True).content.decode()
    assert "不是从这里开始的" in come_back(client, back)


def test_a_ticket_is_good_once(system: CardSystem, address: str) -> None:
    where = set_out(client_of(make_user()), system)
    service = urllib.parse.parse_qs(urllib.parse.urlsplit(where).query)["service"][0]
    ticket = urllib.parse.parse_qs(urllib.parse.urlsplit(log_in(where)).query)["ticket"][0]
    asked: dict[str, Any] = {"ticket": ticket, "service": service, "allowed_hosts": ["127.0.0.1"], "now": clock.now()}
    assert cas.prove(cas.Cas(address, number="cardno"), **asked).number == "C0007"
    with pytest.raises(NotTheirs):
        cas.prove(cas.Cas(address, number="cardno"), **asked)


def test_nobody_is_led_here_with_somebody_elses_ticket(system: CardSystem) -> None:
    """Login CSRF: the ticket is good, the browser is another one, or set out for nothing."""
    attacker, victim = client_of(make_user("attacker")), client_of(make_user("victim"))
    back = log_in(set_out(attacker, system))
    assert "不是从这里开始的" in come_back(victim, back)
    set_out(victim, system)
    assert "不是从这里开始的" in come_back(victim, back)
    assert Client().get(back.removeprefix(cas_server.SERVICE)).status_code == 302
    assert not ReaderCard.objects.exists()


def test_a_login_that_took_too_long(system: CardSystem, monkeypatch: pytest.MonkeyPatch) -> None:
    client = client_of(make_user())
    back = log_in(set_out(client, system))
    late = clock.now() + dt.timedelta(seconds=601)
    monkeypatch.setattr("wenmai.people.views.cas.clock.now", lambda: late)
    assert "已经过时" in come_back(client, back)
    assert not ReaderCard.objects.exists()


def test_a_ticket_for_one_library_is_none_for_another(system: CardSystem) -> None:
    other = card_systems.add_card_system(
        organisation_id=system.organisation_id, kind="cas", name="另一馆", secret="", settings=system.settings,
        actor=SYSTEM, now=clock.now(),
    )  # fmt: skip
    card_systems.switch_card_system(system_id=other.pk, is_on=True, actor=SYSTEM, now=clock.now())
    client = client_of(make_user())
    back = log_in(set_out(client, system))
    assert "不是从这里开始的" in come_back(client, back.replace(f"new/{system.pk}/", f"new/{other.pk}/"))
    assert not ReaderCard.objects.exists()


@pytest.mark.parametrize("ticket", ["", "ST-", "ST-1", "PT-1", "ST-1 &service=x", "ST-" + "1" * 400, "ST-\r\nX: y"])
def test_tickets_that_are_none(system: CardSystem, ticket: str) -> None:
    client = client_of(make_user())
    state = urllib.parse.unquote(set_out(client, system)).partition("state=")[2]
    query = urllib.parse.urlencode({"state": state, "ticket": ticket})
    page = client.get(f"/account/cards/new/{system.pk}/back?{query}", follow=True).content.decode()
    assert "没有成功，或者已经用过了" in page


def test_trying_it_out(system: CardSystem, settings: Any) -> None:
    client = client_of(make_user("admin", role="organisation_admin", organisation_id=system.organisation_id))
    assert "票据会核对" in client.post(f"/desk/cards/{system.pk}/try").content.decode()


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("https://cas.example.cn/cas", 302),
        ("http://cas.example.cn/cas", 400),
        ("http://127.0.0.1:1/cas", 302),
        ("javascript:alert(1)", 400),
        ("https://user@cas.example.cn/", 400),
        ("https://cas.example.cn/cas?x=1", 400),
    ],
)
def test_addresses_of_servers(settings: Any, address: str, status: int) -> None:
    settings.ALLOWED_PRIVATE_HOSTS = ["127.0.0.1"]
    client = client_of(make_user("admin", role="platform_admin"))
    where = f"/desk/cards/new?organisation={make_organisation().pk}&kind=cas"
    values = {"name": "x", "address": address, "number": "", "reader_name": "", "until": ""}
    assert client.post(where, values).status_code == status


def serve(answer: bytes) -> int:
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    listening.listen()

    def run() -> None:
        with listening:
            visitor, _address = listening.accept()
            with visitor:
                visitor.recv(4096)
                visitor.sendall(answer)

    threading.Thread(target=run, daemon=True).start()
    return int(listening.getsockname()[1])


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n<html>login</html>  ",
        b"HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n" + b"x" * 100_000,
        b"nonsense\r\n\r\n",
    ],
)
def test_servers_that_are_none(answer: bytes) -> None:
    system = cas.Cas(f"http://127.0.0.1:{serve(answer)}/cas")
    with pytest.raises(SystemFailed) as failed:
        cas.prove(system, ticket="ST-1", service="x", allowed_hosts=["127.0.0.1"], now=clock.now())
    assert failed.value.code in {"odd", "unreachable"}
    assert "ST-1" not in str(failed.value)


def test_the_inside_is_closed_unless_the_operator_opens_it() -> None:
    with pytest.raises(SystemFailed) as failed:
        cas.prove(cas.Cas("http://127.0.0.1:1/cas"), ticket="ST-1", service="x", allowed_hosts=[], now=clock.now())
    assert failed.value.code == "forbidden_address"
