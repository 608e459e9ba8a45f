import datetime as dt
import gzip
import socket
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

import httpcore
import pytest

from wenmai.lib import network
from wenmai.lib.http import Fetched, Fetcher, FetchFailed, Limits, Patience, retry_after

Script = Callable[[int, str], list[bytes | float]]


@contextmanager
def server(script: Script) -> Iterator[str]:
    """A server that says exactly what the script says, byte for byte; a float is a pause in seconds."""
    listener = socket.create_server(("127.0.0.1", 0))
    asked = 0
    over = threading.Event()

    def answer(connection: socket.socket, number: int) -> None:
        with connection:
            head = b""
            while b"\r\n\r\n" not in head:
                part = connection.recv(65536)
                if not part:
                    return
                head += part
            for piece in script(number, head.decode()):
                try:
                    if isinstance(piece, float):
                        over.wait(piece)
                    else:
                        connection.sendall(piece)
                except OSError:
                    return

    def serve() -> None:
        nonlocal asked
        while not over.is_set():
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            asked += 1
            threading.Thread(target=answer, args=(connection, asked), daemon=True).start()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        over.set()
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(5)


def page(body: bytes, status: str = "200 OK", **headers: str) -> list[bytes | float]:
    lines = [f"HTTP/1.1 {status}", "Connection: close"]
    headers.setdefault("Content_Length", str(len(body)))
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return ["\r\n".join(lines).encode() + b"\r\n\r\n", body]


def body(answer: Fetched) -> bytes:
    return answer.body


def fetch(url: str, *, waits: list[float] | None = None, attempts: int = 1, **limits: float) -> bytes:
    waited: list[float] = [] if waits is None else waits
    with Fetcher(
        allowed_hosts={"127.0.0.1"},
        limits=Limits(**limits),  # type: ignore[arg-type]
        patience=Patience(attempts=attempts, first_s=2, longest_s=60),
        wait=waited.append,
    ) as fetcher:
        return fetcher.get(url, body)


def failure(url: str, **options: float) -> FetchFailed:
    with pytest.raises(FetchFailed) as caught:
        fetch(url, **options)  # type: ignore[arg-type]
    assert caught.value.code in FetchFailed.CODES
    return caught.value


def test_an_answer_comes_whole_and_named():
    with server(lambda _n, head: page(head.split()[1].encode())) as url:
        assert fetch(url + "/a?b=%20c") == b"/a?b=%20c"


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("8.8.8.8", True),
        ("2400:3200::1", True),
        ("10.1.2.3", False),
        ("127.9.9.9", False),
        ("169.254.169.254", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("100.64.0.1", False),
        ("0.0.0.0", False),
        ("224.0.0.1", False),
        ("240.0.0.1", False),
        ("255.255.255.255", False),
        ("::1", False),
        ("::", False),
        ("fe80::1%eth0", False),
        ("fc00::1", False),
        ("fec0::1", False),
        ("ff02::1", False),
        ("::ffff:10.0.0.1", False),
        ("64:ff9b::7f00:1", False),
        ("2002:7f00:1::", False),
        ("2002:0808:0808::", False),
        ("2001:0:808:808::f7f7:f7f7", False),
        ("64:ff9b::808:808", True),
        ("::ffff:8.8.8.8", True),
    ],
)
def test_only_public_addresses_are_public(address, public):
    assert network.is_public(address) is public


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "[::1]", "0", "[::ffff:127.0.0.1]"])
def test_no_spelling_leads_inside(host):
    with Fetcher(wait=lambda _s: None) as fetcher, pytest.raises(FetchFailed) as caught:
        fetcher.get(f"http://{host}:1/", body)
    assert caught.value.code == "forbidden_address"
    assert not caught.value.transient


@pytest.mark.parametrize(
    "address",
    [
        "ftp://example.org/",
        "file:///etc/passwd",
        "http://",
        "http://u:p@example.org/",
        "http://a b/",
        "//x",
        "http://[::1/",
    ],
)
def test_odd_addresses_are_refused(address):
    assert failure(address).code == "address"


def test_a_name_that_changes_its_mind_is_connected_to_where_it_was_checked(monkeypatch):
    answers = iter([["93.184.216.34"], ["127.0.0.1"]])
    asked: list[str] = []

    def resolve(host: str, port: int, **_: object) -> list[tuple[int, int, int, str, tuple[str, int]]]:
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in next(answers)]

    connected: list[str] = []

    class Plain:
        def connect_tcp(self, host: str, *_: object) -> object:
            connected.append(host)
            raise httpcore.ConnectError("no road in a test")

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    guard = network.Guarded(frozenset())
    monkeypatch.setattr(guard, "_plain", Plain())
    with pytest.raises(httpcore.ConnectError):
        guard.connect_tcp("rebind.example", 80, 1)
    assert (asked, connected) == (["rebind.example"], ["93.184.216.34"])
    with pytest.raises(network.ForbiddenAddress):
        guard.connect_tcp("rebind.example", 80, 1)
    assert connected == ["93.184.216.34"]


def test_a_host_with_one_inner_address_is_refused_whole(monkeypatch):
    def resolve(*_: object, **__: object) -> list[tuple[object, ...]]:
        return [(0, 0, 0, "", ("93.184.216.34", 80)), (0, 0, 0, "", ("10.0.0.1", 80))]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    with pytest.raises(network.ForbiddenAddress, match=r"10\.0\.0\.1"):
        network.checked_addresses("both.example", 80, frozenset())
    assert len(network.checked_addresses("both.example", 80, frozenset({"both.example"}))) == 2


def test_redirects_are_followed_and_each_hop_is_checked():
    def script(_n: int, head: str) -> list[bytes | float]:
        if head.startswith("GET /start"):
            return page(b"", "302 Found", Location="/end?x=1")
        if head.startswith("GET /inside"):
            return page(b"", "301 Moved", Location="http://localhost:1/")
        if head.startswith("GET /file"):
            return page(b"", "301 Moved", Location="file:///etc/passwd")
        if head.startswith("GET /loop"):
            return page(b"", "307 Again", Location="/loop")
        return page(b"arrived")

    with server(script) as url:
        assert fetch(url + "/start") == b"arrived"
        assert failure(url + "/inside").code == "forbidden_address"
        assert failure(url + "/file").code == "address"
        assert failure(url + "/loop").code == "redirects"


def test_busy_servers_are_waited_for_as_they_ask():
    def script(number: int, _head: str) -> list[bytes | float]:
        if number == 1:
            return page(b"", "503 Later", Retry_After="7")
        if number == 2:
            return page(b"", "500 Oops")
        return page(b"at last")

    waits: list[float] = []
    with server(script) as url:
        assert fetch(url, waits=waits, attempts=5) == b"at last"
    assert waits == [7, 4]


def test_a_server_that_asks_for_too_long_is_not_waited_for():
    waits: list[float] = []
    script = page(b"", "503 Later", Retry_After="86400")
    with server(lambda _n, _h: script) as url, pytest.raises(FetchFailed) as caught:
        fetch(url, waits=waits, attempts=5)
    assert (caught.value.code, caught.value.retry_after_s, waits) == ("busy", 86400, [])


def test_what_is_wrong_with_the_content_is_asked_again_too():
    def read(answer: Fetched) -> bytes:
        if answer.body == b"<html>":
            raise FetchFailed("status", "not what was asked for", transient=True)
        return answer.body

    fetcher = Fetcher(allowed_hosts={"127.0.0.1"}, wait=lambda _s: None)
    with server(lambda n, _h: page(b"<html>" if n < 3 else b"fine")) as url, fetcher:
        assert fetcher.get(url, read) == b"fine"


@pytest.mark.parametrize(("status", "transient"), [("404 No", False), ("403 No", False), ("502 Bad", True)])
def test_bad_statuses_come_with_what_they_said(status, transient):
    with server(lambda _n, _h: page(b"because", status)) as url:
        caught = failure(url)
    assert (caught.code, caught.transient) == ("status", transient)
    assert caught.answer is not None
    assert caught.answer.body == b"because"


def test_short_answers_are_noticed_and_long_ones_cut():
    with server(lambda _n, _h: page(b"<a>short", Content_Length="100")) as url:
        assert failure(url).code == "protocol"
    with server(lambda _n, _h: page(b"<a/>and more", Content_Length="4")) as url:
        assert fetch(url) == b"<a/>"


def test_no_http_at_all():
    with server(lambda _n, _h: [b"SSH-2.0-OpenSSH_9.2\r\n"]) as url:
        assert failure(url).code == "protocol"
    with server(lambda _n, _h: []) as url:
        assert failure(url).code == "protocol"


def test_endless_headers_end():
    with server(lambda _n, _h: [b"HTTP/1.1 200 OK\r\n" + b"X-A: " + b"a" * 300_000]) as url:
        assert failure(url).code == "protocol"


def test_sizes_are_counted_not_believed():
    with server(lambda _n, _h: page(b"x" * 5000)) as url:
        assert failure(url, body_bytes=4999).code == "too_large"
    with server(lambda _n, _h: [b"HTTP/1.1 200 OK\r\n\r\n", *[b"y" * 1000] * 6]) as url:
        assert failure(url, body_bytes=5999).code == "too_large"


def _whatever_is_asked(answer, _number, _headers):
    return answer


def test_compressed_answers_open_within_the_limit():
    plain = b"\xe6\x98\xa5\xe7\x9c\xa0" * 1000
    for packed in (
        gzip.compress(plain),
        zlib.compress(plain),
        gzip.compress(plain[:600]) + gzip.compress(plain[600:]),
    ):
        with server(partial(_whatever_is_asked, page(packed, Content_Encoding="gzip"))) as url:
            assert fetch(url) == plain
    bomb = gzip.compress(b"\0" * 50_000_000)
    with server(lambda _n, _h: page(bomb, Content_Encoding="gzip")) as url:
        assert failure(url, body_bytes=1_000_000).code == "too_large"


@pytest.mark.parametrize("packed", [gzip.compress(b"abc" * 1000, mtime=0)[:-9], b"no gzip at all"])
def test_broken_compression_is_a_failure_not_a_short_answer(packed):
    with server(lambda _n, _h: page(packed, Content_Encoding="gzip")) as url:
        assert failure(url).code == "compression"


def test_unknown_compression_is_refused():
    with server(lambda _n, _h: page(b"x", Content_Encoding="br")) as url:
        assert failure(url).code == "compression"


def test_slow_drips_are_cut_at_the_whole_time():
    for begin in (b"", b"HTTP/1.1 200 OK\r\n\r\n"):
        drops: list[bytes | float] = [b"x", 0.05]
        with server(partial(_whatever_is_asked, [begin, *drops * 200])) as url:
            begun = time.monotonic()
            assert failure(url, total_s=0.3, read_s=5).code == "timeout"
            assert time.monotonic() - begun < 3


def test_silence_is_cut_at_the_reading_time():
    with server(lambda _n, _h: [5.0]) as url:
        assert failure(url, read_s=0.1).code == "timeout"


def test_nobody_there():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    assert failure(f"http://127.0.0.1:{port}/").code == "unreachable"


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("120", 120),
        (" 0 ", 0),
        ("Mon, 23 Nov 2026 12:01:30 GMT", 90),
        ("Mon, 23 Nov 2026 11:00:00 GMT", 0),
        ("soon", None),
        ("", None),
        ("-5", None),
        ("٣", None),
        ("9" * 40, 999_999_999),
    ],
)
def test_both_forms_of_retry_after(text, seconds):
    assert retry_after(text, dt.datetime(2026, 11, 23, 12, 0, tzinfo=dt.UTC)) == seconds


def test_patience_doubles_and_has_an_end():
    patience = Patience(attempts=5, first_s=2, longest_s=10)
    assert [patience.pause(n, None) for n in (1, 2, 3, 4, 5)] == [2, 4, 8, 10, None]
    assert patience.pause(1, 9) == 9
    assert patience.pause(1, 11) is None


def test_headers_go_along_and_not_modified_is_an_answer() -> None:
    """At every hop, and only with the question that they belong to."""
    heads = []

    def script(number: int, head: str) -> list[bytes | float]:
        heads.append('if-none-match: "x"' in head.lower())
        return page(b"", "302 Found", Location="/b") if number == 1 else page(b"", "304 Not Modified")

    with server(script) as url, Fetcher(allowed_hosts={"127.0.0.1"}) as fetcher:
        assert fetcher.get(f"{url}/a", lambda answer: answer.status, {"If-None-Match": '"x"'}) == 304
        assert fetcher.get(f"{url}/c", lambda answer: answer.status) == 304
    assert heads == [True, True, False]
