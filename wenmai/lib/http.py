"""Asking other people's servers: guarded, limited, patient, typed.

Built on httpcore, the engine under httpx, because it lets us choose the address that is connected to
(network.py) and undo compression ourselves, within the limit. Proxies of the environment are not used.
"""

import datetime as dt
import ssl
import time
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from email.utils import parsedate_to_datetime
from functools import lru_cache
from types import MappingProxyType, TracebackType
from typing import NamedTuple, Self, TypeVar
from urllib.parse import urljoin, urlsplit

import certifi
import httpcore

from wenmai.lib.network import ForbiddenAddress, Guarded, Unresolvable

T = TypeVar("T")
BLOCK = 256 * 1024
REDIRECTS = frozenset({301, 302, 303, 307, 308})
BUSY = frozenset({408, 425, 429, 503})


_NONE: Mapping[str, str] = MappingProxyType({})


class Limits(NamedTuple):
    """`total_s` is for one whole answer with its redirects, `body_bytes` also after decompression."""

    connect_s: float = 10
    read_s: float = 60
    total_s: float = 300
    body_bytes: int = 64 * 1024 * 1024
    redirects: int = 5


class Patience(NamedTuple):
    """How often and how far apart to ask again; a server that wants more than `longest_s` gets no wait."""

    attempts: int = 5
    first_s: float = 2
    longest_s: float = 120

    def pause(self, attempt: int, asked_s: float | None) -> float | None:
        """Seconds before attempt number `attempt` + 1; None when it is not worth waiting."""
        if attempt >= self.attempts or (asked_s or 0) > self.longest_s:
            return None
        return float(max(asked_s or 0, min(self.first_s * 2 ** (attempt - 1), self.longest_s)))


class Fetched(NamedTuple):
    """An answer. Header names are in lower case; `url` is the last one after redirects."""

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes


class FetchFailed(Exception):
    """No usable answer. `code` is one of CODES, `detail` an English sentence for the log.

    `transient`: asking again may help. `retry_after_s`: the server said when. `answer`: what came with a
    bad status.
    """

    CODES = frozenset(
        {
            "address",  # not http or https, a user name in it, no host
            "forbidden_address",
            "unresolvable",
            "unreachable",
            "tls",
            "timeout",
            "protocol",  # not HTTP, or an answer shorter than announced
            "too_large",
            "compression",
            "redirects",
            "busy",
            "status",
        }
    )

    def __init__(
        self,
        code: str,
        detail: str,
        *,
        transient: bool = False,
        retry_after_s: float | None = None,
        answer: Fetched | None = None,
    ) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail
        self.transient = transient
        self.retry_after_s = retry_after_s
        self.answer = answer


@lru_cache(maxsize=1)
def _trusting() -> ssl.SSLContext:
    """Whose certificates are believed. To read them takes longer than most answers, so a process does it once."""
    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    return context


class Fetcher:
    """Keeps one connection alive between questions; close it, or use it in `with`.

    `allowed_hosts`: host names that may lead inside. `wait` sleeps between attempts and may raise, to break
    off. `agent` is sent as User-Agent.
    """

    def __init__(
        self,
        *,
        allowed_hosts: Iterable[str] = (),
        limits: Limits = Limits(),  # noqa: B008
        patience: Patience = Patience(),  # noqa: B008
        wait: Callable[[float], None] = time.sleep,
        agent: str = "Wenmai",
    ) -> None:
        self._guard = Guarded(frozenset(host.lower() for host in allowed_hosts))
        self._pool = httpcore.ConnectionPool(
            ssl_context=_trusting(), max_connections=2, keepalive_expiry=30, network_backend=self._guard
        )
        self._limits, self._patience, self._wait = limits, patience, wait
        self._headers = [("User-Agent", agent), ("Accept-Encoding", "gzip")]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        self._pool.close()

    def get(self, url: str, read: Callable[[Fetched], T], headers: Mapping[str, str] = _NONE) -> T:
        """Asks, follows, and hands the answer to `read`, whose value is returned. `headers` go along at every hop.

        Transient failures are tried again, also those that `read` raises: a page that is not as it should be.
        """
        attempt = 1
        while True:
            try:
                return read(self._follow(url, headers))
            except FetchFailed as failure:
                pause = self._patience.pause(attempt, failure.retry_after_s) if failure.transient else None
                if pause is None:
                    raise
                # a half-read or odd connection is not used again
                self._drop_idle()
                self._wait(pause)
                attempt += 1

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Fetched:
        """Asks once and follows nothing; whatever its status, the answer is returned. Raises `FetchFailed`."""
        self._guard.deadline = time.monotonic() + self._limits.total_s
        return self._once(url, "POST", body, [*headers.items()])

    def _drop_idle(self) -> None:
        for connection in self._pool.connections:
            if connection.is_idle():
                connection.close()

    def _follow(self, url: str, headers: Mapping[str, str]) -> Fetched:
        self._guard.deadline = time.monotonic() + self._limits.total_s
        for _hop in range(self._limits.redirects + 1):
            answer = self._once(url, more=[*headers.items()])
            if answer.status not in REDIRECTS or "location" not in answer.headers:
                return _judged(answer)
            url = urljoin(url, answer.headers["location"])
        raise FetchFailed("redirects", f"more than {self._limits.redirects} redirects, the last to {url[:200]}")

    def _once(
        self, url: str, method: str = "GET", content: bytes | None = None, more: Iterable[tuple[str, str]] = ()
    ) -> Fetched:
        check_address(url)
        timeout = {
            "connect": self._limits.connect_s,
            "read": self._limits.read_s,
            "write": self._limits.read_s,
        }
        try:
            asked = self._pool.stream(
                method, url, headers=[*self._headers, *more], content=content, extensions={"timeout": timeout}
            )
            with asked as response:
                headers = _headers(response.headers)
                body = _body(response.iter_stream(), headers, self._limits.body_bytes)
                return Fetched(url, response.status, headers, body)
        except Exception as failure:
            raise _typed(failure, url) from failure


def check_address(url: str) -> None:
    """Raises `FetchFailed` "address" unless this is a plain http or https address."""
    try:
        parts = urlsplit(url)
        fine = parts.scheme in {"http", "https"} and parts.hostname and parts.username is None and parts.port != 0
        url.encode("ascii")
    except ValueError:
        fine = False
    if not fine or any(character.isspace() for character in url):
        raise FetchFailed("address", f"not a plain http or https address: {url[:200]}")


def _headers(pairs: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    return {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in pairs}


def _body(stream: Iterable[bytes], headers: Mapping[str, str], limit: int) -> bytes:
    """Reads up to the limit; lengths that lie are cut or refused by the counting, not believed."""
    coding = headers.get("content-encoding", "identity").strip().lower()
    if coding in {"gzip", "x-gzip", "deflate"}:
        stream = _inflated(stream)
    elif coding not in {"", "identity"}:
        raise FetchFailed("compression", f"compressed as {coding[:40]}, which was not asked for")
    parts, size = [], 0
    for part in stream:
        size += len(part)
        if size > limit:
            raise FetchFailed("too_large", f"more than {limit} bytes")
        parts.append(part)
    return b"".join(parts)


def _inflated(stream: Iterable[bytes]) -> Iterator[bytes]:
    """Undoes gzip or zlib in small blocks, so that a bomb meets the limit before it meets the memory."""
    machine = zlib.decompressobj(47)
    begun = False
    for part in stream:
        rest = part
        while rest:
            if machine.eof:
                machine = zlib.decompressobj(47)
            begun = True
            yield machine.decompress(rest, BLOCK)
            rest = machine.unused_data if machine.eof else machine.unconsumed_tail
    yield machine.flush(BLOCK)
    if begun and not machine.eof:
        raise FetchFailed("compression", "the compressed answer breaks off", transient=True)


def _judged(answer: Fetched) -> Fetched:
    if answer.status < 400:
        return answer
    if answer.status in BUSY:
        pause = retry_after(answer.headers.get("retry-after", ""), dt.datetime.now(dt.UTC))
        raise FetchFailed("busy", f"status {answer.status}", transient=True, retry_after_s=pause, answer=answer)
    raise FetchFailed("status", f"status {answer.status}", transient=answer.status >= 500, answer=answer)


def retry_after(text: str, now: dt.datetime) -> float | None:
    """Seconds to wait, from either form of the header (RFC 9110 §10.2.3); None when it says nothing."""
    text = text.strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    with suppress(ValueError, TypeError):
        moment = parsedate_to_datetime(text)
        return max(0.0, (moment.replace(tzinfo=moment.tzinfo or dt.UTC) - now).total_seconds())
    return None


# In this order: the first that fits.
_FAILURES: tuple[tuple[type[Exception] | tuple[type[Exception], ...], str, bool], ...] = (
    (ForbiddenAddress, "forbidden_address", False),
    (Unresolvable, "unresolvable", True),
    (ssl.SSLError, "tls", False),
    (httpcore.TimeoutException, "timeout", True),
    (httpcore.ConnectError, "unreachable", True),
    ((httpcore.ProtocolError, httpcore.UnsupportedProtocol), "protocol", True),
    ((httpcore.NetworkError, OSError), "unreachable", True),
    (zlib.error, "compression", True),
)


def _typed(failure: Exception, url: str) -> Exception:
    if isinstance(failure, httpcore.ConnectError) and isinstance(failure.__context__, ssl.SSLError):
        failure = failure.__context__
    for kinds, code, transient in _FAILURES:
        if isinstance(failure, kinds):
            host = urlsplit(url).hostname or ""
            return FetchFailed(code, f"{host}: {failure}" if str(failure) else host, transient=transient)
    return failure
