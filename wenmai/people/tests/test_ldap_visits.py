"""Visits to a real directory (Debian's slapd), and to servers that are none."""

import datetime as dt
import logging
import os
import socket
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from wenmai.institutions.testing import make_organisation
from wenmai.people.models import CardSystem
from wenmai.people.outside import ldap
from wenmai.people.outside.answers import NotTheirs, SystemFailed
from wenmai.people.outside.ldap import Ldap, Times
from wenmai.people.rules.cards import Holder, Standing
from wenmai.people.testing import client_of, make_user
from wenmai.people.tests import slapd
from wenmai.people.tests.slapd import ADMIN, BASE, SECRET, Directory
from wenmai.people.tests.test_sip2_sessions import certificate, only_certificate

NOW = dt.datetime(2026, 11, 29, 12, tzinfo=dt.UTC)
PIN = "246810"
QUICK = Times(connect=1, answer=0.5, whole=0.9)


@pytest.fixture(scope="module")
def pem(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return certificate(tmp_path_factory.mktemp("pem"), "127.0.0.1")


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory, pem: Path) -> Iterator[Directory]:
    if slapd.SLAPD is None:
        assert not os.environ.get("CI"), "slapd is missing: tools/install-browser installs it"
        pytest.skip("no slapd on this machine: apt-get install slapd")
    with slapd.running(tmp_path_factory.mktemp("slapd"), pem) as directory:
        yield directory


def of(directory: Directory, pem: Path | None = None, tls: str = "none", **more: Any) -> Ldap:
    port = directory.tls_port if tls == "tls" else directory.port
    ca = only_certificate(pem) if pem else ""
    values = {"base": BASE, "bind_dn": ADMIN, "until": "employeeType", **more}
    return Ldap("127.0.0.1", port, tls, ca=ca, **values)


def prove(system: Ldap, number: str = "L0001", proof: str = PIN, secret: str = SECRET, **more: Any) -> Holder:
    return ldap.prove(system, secret, number=number, proof=proof, allowed_hosts=["127.0.0.1"], now=NOW, **more)


def failure(system: Ldap, **more: Any) -> str:
    with pytest.raises(SystemFailed) as failed:
        prove(system, **more)
    written = "".join(traceback.format_exception(failed.value))
    assert PIN not in written
    assert SECRET not in written
    return failed.value.code


@pytest.mark.parametrize("tls", ["none", "tls", "starttls"])
def test_a_reader_proves_a_card(directory: Directory, pem: Path, tls: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    assert prove(of(directory, pem, tls)) == Holder("L0001", "王小明", Standing.GOOD, dt.date(2030, 12, 31))
    assert PIN not in caplog.text


@pytest.mark.parametrize(
    ("number", "proof"),
    [("L0001", "000000"), ("L0001", ""), ("L9999", PIN), ("*", PIN), ("L000*", PIN), ("L0001)(uid=*", PIN),
     ("L0001\0", PIN), ("other", "")],
)  # fmt: skip
def test_who_is_not_let_in(directory: Directory, number: str, proof: str) -> None:
    with pytest.raises(NotTheirs):
        prove(of(directory), number, proof)


def test_this_server_would_have_let_nobody_in_as_anybody(directory: Directory) -> None:
    """The trap is there: a name without a password is answered with success, so the refusal above is ours."""
    name = f"uid=L0001,{BASE}".encode()
    bind = b"\x02\x01\x03\x04" + bytes([len(name)]) + name + b"\x80\x00"
    message = b"\x02\x01\x01\x60" + bytes([len(bind)]) + bind
    with socket.create_connection(("127.0.0.1", directory.port), 2) as connection:
        connection.sendall(b"\x30" + bytes([len(message)]) + message)
        assert b"\x61\x07\x0a\x01\x00" in connection.recv(100)


def test_a_number_with_marks_of_a_filter_is_that_number(directory: Directory) -> None:
    assert prove(of(directory, until=""), "a*(b)\\c", "222222").name == "odd"


def test_two_entries_of_one_number_are_nobody(directory: Directory) -> None:
    assert failure(of(directory), number="twice", proof="111111") == "odd"


def test_how_a_card_stands_without_its_password(directory: Directory) -> None:
    def look(number: str) -> Holder:
        return ldap.look(of(directory), SECRET, number=number, allowed_hosts=["127.0.0.1"], now=NOW)

    assert look("L0002").standing == Standing.EXPIRED
    assert look("L0009") == Holder("L0009", "", Standing.GONE)


def test_the_searching_account_is_refused(directory: Directory) -> None:
    assert failure(of(directory), secret="wrong") == "login"
    assert failure(of(directory), secret="") == "login"


def test_a_base_that_is_not_there_knows_nobody(directory: Directory) -> None:
    with pytest.raises(NotTheirs):
        prove(of(directory, base="dc=elsewhere"))


def test_certificates_are_looked_at(directory: Directory, pem: Path, tmp_path: Path) -> None:
    other = certificate(tmp_path, "library.invalid")
    for tls in ("tls", "starttls"):
        assert failure(of(directory, None, tls)) == "tls"
        assert failure(of(directory, other, tls)) == "tls"


def test_the_inside_is_closed_unless_the_operator_opens_it(directory: Directory) -> None:
    with pytest.raises(SystemFailed) as failed:
        ldap.prove(of(directory), SECRET, number="L0001", proof=PIN, allowed_hosts=[], now=NOW)
    assert failed.value.code == "forbidden_address"


def test_trying_it_out(directory: Directory) -> None:
    def tried(system: Ldap, number: str, secret: str = SECRET) -> list[tuple[bool, str]]:
        steps = ldap.try_out(system, secret, number=number, allowed_hosts=["127.0.0.1"], now=NOW)
        return [(step.is_well, step.code) for step in steps]

    begun = [(True, "connected"), (True, "searched")]
    assert tried(of(directory), "") == begun
    assert tried(of(directory), "L0001") == [*begun, (True, "card_found"), (True, "pin_checked")]
    assert tried(of(directory), "L0009") == [*begun, (False, "card_unknown")]
    assert tried(of(directory), "", "wrong") == [(False, "login")]


def serve(answer: Callable[[socket.socket], None]) -> int:
    """A server of one answer; its port."""
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    listening.listen()

    def run() -> None:
        with listening:
            for _visitor in range(2):
                visitor, _address = listening.accept()
                with visitor:
                    try:
                        visitor.recv(4096)
                        answer(visitor)
                    except OSError:
                        return

    threading.Thread(target=run, daemon=True).start()
    return int(listening.getsockname()[1])


def drip(visitor: socket.socket) -> None:
    for _second in range(40):
        visitor.sendall(b"\x30")
        time.sleep(0.05)


def endless(visitor: socket.socket) -> None:
    visitor.sendall(b"\x30\x84\x7f\xff\xff\xff")
    while True:
        visitor.sendall(b"\x00" * 65_536)


@pytest.mark.parametrize(
    ("answer", "codes"),
    [
        (lambda visitor: None, {"dropped", "odd"}),
        (lambda visitor: visitor.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n"), {"dropped", "odd", "timeout"}),
        (lambda visitor: visitor.sendall(b"\x30\x03\x02\x01\x01"), {"dropped", "odd"}),
        (lambda visitor: time.sleep(2), {"timeout"}),
        (drip, {"timeout", "odd", "dropped"}),
        (endless, {"odd", "timeout"}),
    ],
)  # fmt: skip
def test_servers_that_are_no_directory(answer: Callable[[socket.socket], None], codes: set[str]) -> None:
    began = time.monotonic()
    system = Ldap("127.0.0.1", serve(answer), "none", BASE, bind_dn=ADMIN)
    assert failure(system, times=QUICK) in codes
    assert time.monotonic() - began < 3


def test_nobody_there() -> None:
    assert failure(Ldap("127.0.0.1", slapd.free_port(), "none", BASE, bind_dn=ADMIN), times=QUICK) == "unreachable"


@pytest.mark.django_db
def test_from_the_desk_to_the_linked_card(directory: Directory, pem: Path, settings: Any) -> None:
    settings.ALLOWED_PRIVATE_HOSTS = ["127.0.0.1"]
    organisation = make_organisation("高校图书馆")
    client = client_of(make_user("admin", role="organisation_admin", organisation_id=organisation.pk))
    begin = f"/desk/cards/new?organisation={organisation.pk}&kind=ldap"
    values = {
        "name": "校园卡", "host": "127.0.0.1", "port": directory.tls_port, "tls": "tls", "ca": only_certificate(pem),
        "base": BASE, "bind_dn": ADMIN, "secret": SECRET, "number": "uid", "reader_name": "cn", "until": "employeeType",
    }  # fmt: skip
    assert client.post(begin, {**values, "number": "uid)(x"}).status_code == 400
    assert client.post(begin, values).status_code == 302
    system = CardSystem.objects.get()
    tried = client.post(f"/desk/cards/{system.pk}/try", {"number": "L0001"}).content.decode()
    assert "接通了。 TLSv1.3" in tried
    assert "故意用错的密码问，被拒绝了" in tried
    moved = client.post(f"/desk/cards/{system.pk}/change", {**values, "secret": "", "host": "elsewhere.example"})
    assert "请再输一次登录密码" in moved.content.decode()
    assert client.post(f"/desk/cards/{system.pk}/change", {**values, "secret": "", "name": "一卡通"}).status_code == 302
    client.post(f"/desk/cards/{system.pk}/switch", {"to": "on"})
    reader = client_of(make_user("reader"))
    where = f"/account/cards/new/{system.pk}"
    assert reader.post(where, {"number": "L0001", "proof": "000000"}).status_code == 400
    linked = reader.post(where, {"number": "l0001", "proof": PIN}, follow=True).content.decode()
    assert "王小明" in linked
    assert "2030-12-31" in linked
