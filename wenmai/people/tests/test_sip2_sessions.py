"""Visits to a library's system that follows the standard, and to those that do not."""

import datetime as dt
import ipaddress
import logging
import socket
import time
import traceback
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from wenmai.people.outside import sip2
from wenmai.people.outside.answers import NotTheirs, SystemFailed
from wenmai.people.outside.sip2 import Sip2, Times
from wenmai.people.rules.cards import Holder, Standing
from wenmai.people.testing.sip2 import Library, Reader, running

NOW = dt.datetime(2026, 11, 29, 12, tzinfo=dt.UTC)
PIN = "246810"
HOLDER = Holder("0001", "王小明", Standing.GOOD, dt.date(2030, 12, 31))
QUICK = Times(connect=1, answer=0.5, whole=0.9)


def of(library: Library, **more: Any) -> Sip2:
    return Sip2("127.0.0.1", library.port, login="wenmai", institution="GT", **more)


def prove(
    library: Library, *, pin: str = PIN, number: str = "0001", secret: str = "terminal-secret", **more: Any
) -> Any:
    return sip2.prove(
        of(library, **more), secret, number=number, pin=pin, allowed_hosts=["127.0.0.1"], now=NOW, times=QUICK
    )  # fmt: skip


def failure(library: Library, **more: Any) -> str:
    with pytest.raises(SystemFailed) as failed:
        prove(library, **more)
    written = "".join(traceback.format_exception(failed.value)) + str(failed.value.args)
    assert PIN not in written
    assert "terminal-secret" not in written
    return failed.value.code


def test_a_card_with_its_pin(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with running() as library:
        assert prove(library) == HOLDER
        assert [line[:2] for line in library.heard] == ["93", "99", "63"]
        assert library.connections == 1
    assert PIN not in caplog.text


@pytest.mark.parametrize(
    "wrong", [{"pin": "000000"}, {"pin": ""}, {"number": "0002"}, {"pin": "1|AA2"}, {"pin": "1\r99"}]
)
def test_a_wrong_pin_and_an_unknown_card_are_one_refusal(wrong: dict[str, str]) -> None:
    with running() as library, pytest.raises(NotTheirs) as refusal:
        prove(library, **wrong)
    assert refusal.value.args == ()


def test_without_a_pin_a_card_is_looked_up() -> None:
    with running(Library(readers=[Reader(status="Y" + " " * 13)])) as library:
        found = sip2.look(of(library), "terminal-secret", number="0001", allowed_hosts=["127.0.0.1"], now=NOW)
        gone = sip2.look(of(library), "terminal-secret", number="7", allowed_hosts=["127.0.0.1"], now=NOW)
    assert found.standing == Standing.BLOCKED
    assert gone == Holder("7", "", Standing.GONE)


@pytest.mark.parametrize(
    ("status", "until", "standing"),
    [
        ("", "20301231", Standing.GOOD),
        ("", "20261128", Standing.EXPIRED),
        ("", "20261129", Standing.GOOD),
        ("Y", "20301231", Standing.BLOCKED),
        ("Y" + " " * 9 + "Y", "20301231", Standing.OWING),
        (" " * 10 + "Y", "20301231", Standing.OWING),
        (" " * 6 + "Y", "20301231", Standing.OWING),
        ("YYYYY", "20301231", Standing.LOST),
        (" " * 5 + "Y", "20301231", Standing.GOOD),
    ],
)
def test_how_the_library_stands_to_it(status: str, until: str, standing: Standing) -> None:
    with running(Library(readers=[Reader(status=status.ljust(14), until=until)])) as library:
        assert prove(library).standing == standing


def test_an_old_server_knows_the_short_question_only() -> None:
    with running(Library(supports="YYYYYYYNYYYNYNYY")) as library:
        assert prove(library) == HOLDER
        assert library.heard[-1][:2] == "23"


@pytest.mark.parametrize("charset", ["gb18030", "utf-8"])
def test_names_come_in_what_the_library_writes(charset: str) -> None:
    with running(Library(charset=charset, readers=[Reader(name="東方䶮")])) as library:
        assert prove(library, charset="auto" if charset == "gb18030" else charset).name == "東方䶮"


@pytest.mark.parametrize(
    ("mischief", "connections"),
    [
        ("drop_once", 2), ("half_once", 2), ("reset_once", 2), ("stale_first", 1), ("wrong_sum_once", 1),
        ("asks_again", 1), ("no_detection", 1), ("long_fixed", 1), ("line_feeds", 1),
    ],
)  # fmt: skip
def test_what_is_survived(mischief: str, connections: int) -> None:
    with running(Library(mischief=mischief)) as library:
        assert prove(library) == HOLDER
        assert library.connections == connections
        assert library.heard[0][:2] == "93"


@pytest.mark.parametrize(
    ("mischief", "code"),
    [
        ("drop_always", "dropped"), ("half_always", "dropped"), ("stale_always", "odd"), ("wrong_sum_always", "odd"),
        ("garbage", "odd"), ("http", "odd"), ("silent", "timeout"), ("drip", "timeout"), ("endless", "odd"),
        ("asks_again_always", "odd"), ("other_message", "odd"), ("no_proof", "unchecked"),
    ],
)  # fmt: skip
def test_what_is_refused_with_its_reason(mischief: str, code: str) -> None:
    began = time.monotonic()
    with running(Library(mischief=mischief)) as library:
        assert failure(library) == code
        assert library.connections <= 2
    assert time.monotonic() - began < 3


def test_a_drop_between_two_questions_is_logged_in_again() -> None:
    """Before the second answer: the whole of the way is gone anew, once."""
    with running(Library(mischief="drop_once")) as library:
        prove(library)
    assert [line[:2] for line in library.heard] == ["93", "99", "63", "93", "99", "63"]


def test_a_login_that_is_refused_and_a_library_that_is_closed() -> None:
    with running() as library:
        assert failure(library, secret="wrong") == "login"
        assert [line[:2] for line in library.heard] == ["93"]
    with running(Library(is_online=False)) as library:
        assert failure(library) == "offline"


def test_nobody_there() -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        port = nobody.getsockname()[1]
    assert failure(Library(port=port)) == "unreachable"


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_the_inside_is_closed_unless_the_operator_opens_it(host: str) -> None:
    with running() as library, pytest.raises(SystemFailed) as failed:
        sip2.prove(
            of(library)._replace(host=host), "terminal-secret", number="0001", pin=PIN, allowed_hosts=["10.0.0.9"],
            now=NOW,
        )  # fmt: skip
    assert failed.value.code == "forbidden_address"
    assert library.connections == 0


def certificate(folder: Path, host: str) -> Path:
    """One that signs itself, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    try:
        called: x509.GeneralName = x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        called = x509.DNSName(host)
    today = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(today - dt.timedelta(1))
        .not_valid_after(today + dt.timedelta(1))
        .add_extension(x509.SubjectAlternativeName([called]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    path = folder / "both.pem"
    path.write_bytes(
        made.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return path


def only_certificate(path: Path) -> str:
    return path.read_text().partition("-----BEGIN PRIVATE")[0]


def test_over_tls_with_the_librarys_own_certificate(tmp_path: Path) -> None:
    both = certificate(tmp_path, "127.0.0.1")
    with running(certificate=both) as library:
        assert prove(library, is_tls=True, ca=only_certificate(both)) == HOLDER


def test_a_certificate_of_somebody_else_is_not_believed(tmp_path: Path) -> None:
    both = certificate(tmp_path, "library.invalid")
    with running(certificate=both) as library:
        assert failure(library, is_tls=True) == "tls"
        assert failure(library, is_tls=True, ca=only_certificate(both)) == "tls"
        assert library.heard == []


def test_tls_to_who_speaks_none_and_plain_to_who_speaks_tls(tmp_path: Path) -> None:
    with running() as library:
        assert failure(library, is_tls=True) in {"tls", "timeout", "unreachable"}
    with running(certificate=certificate(tmp_path, "127.0.0.1")) as library:
        assert failure(library) in {"dropped", "odd", "timeout"}
        assert library.heard == []


def tried(library: Library, number: str = "") -> list[tuple[bool, str, str]]:
    steps = sip2.try_out(
        of(library), "terminal-secret", number=number, allowed_hosts=["127.0.0.1"], now=NOW, times=QUICK
    )  # fmt: skip
    return [tuple(step) for step in steps]  # type: ignore[misc]


def test_trying_it_out() -> None:
    begun = [(True, "connected", ""), (True, "logged_in", ""), (True, "introduced", "光塔图书馆 · 2.00")]
    with running() as library:
        assert tried(library) == begun
        assert tried(library, "0001") == [*begun, (True, "card_found", "good"), (True, "pin_checked", "")]
        assert tried(library, "0002") == [*begun, (False, "card_unknown", "")]
    with running(Library(mischief="proves_everything")) as library:
        assert tried(library, "0001")[-1] == (False, "pin_ignored", "")
    with running(Library(mischief="no_proof")) as library:
        assert tried(library, "0001")[-1] == (False, "unchecked", "")
    with running(Library(is_online=False)) as library:
        assert tried(library) == [(False, "offline", "")]
