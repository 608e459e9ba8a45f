"""Asking a library's system by SIP2, over TCP or TLS.

The connection goes to checked addresses only, the whole session has an end however slowly the other side drips, and
one drop in the middle is mended: connected anew, logged in anew, asked again. Answers to earlier questions are passed
over by their sequence number; an answer that cannot be read is asked for once more.
"""

import datetime as dt
import secrets
import ssl
import time
from collections.abc import Callable, Collection, Iterable, Iterator
from types import TracebackType
from typing import NamedTuple, Self, TypeVar

import certifi
import httpcore
from django.utils import timezone

from wenmai.formats import sip2
from wenmai.lib.network import ForbiddenAddress, Guarded, Unresolvable
from wenmai.people.outside.answers import NotTheirs, Step, SystemFailed
from wenmai.people.rules.cards import Holder, Standing, standing_of_sip2

T = TypeVar("T")
CHINESE = "019"
STATUS = "0" + "040" + "2.00"
"""Of the question 99: in order, 40 characters a line, the version."""
MOST_ANSWERS = 6
"""Answers read for one question: those to earlier ones are passed over."""


class Sip2(NamedTuple):
    """How it is reached. `ca`: certificates in PEM that are trusted beside the public ones; `login`: empty where the
    server wants none; `location`, `institution`: as the library's system calls them."""

    host: str
    port: int
    is_tls: bool = False
    ca: str = ""
    login: str = ""
    institution: str = ""
    location: str = ""
    charset: str = "auto"


class Times(NamedTuple):
    """Seconds for a connection, for one answer, and for everything."""

    connect: float = 5
    answer: float = 8
    whole: float = 20


ROUND = Times(whole=60)
"""For a visit about many cards."""


def prove(
    system: Sip2,
    secret: str,
    *,
    number: str,
    pin: str,
    allowed_hosts: Collection[str],
    now: dt.datetime,
    times: Times = Times(),  # noqa: B008
) -> Holder:
    """The card, when the PIN is right. `secret` is the password of `login`. Raises `NotTheirs`, and `SystemFailed`:
    unchecked where the server does not say whether the PIN was right, for then anybody could have any card."""
    with Session(system, secret, allowed_hosts, now, times) as session:
        found = session.patron(number, pin)
    if found.is_valid is False or found.is_proved is False:
        raise NotTheirs
    if found.is_proved is None:
        raise SystemFailed("unchecked")
    return _holder(found, number, timezone.localdate(now))


def look(
    system: Sip2,
    secret: str,
    *,
    number: str,
    allowed_hosts: Collection[str],
    now: dt.datetime,
    times: Times = Times(),  # noqa: B008
) -> Holder:
    """How the card stands now, without a PIN. Raises `SystemFailed`."""
    with Session(system, secret, allowed_hosts, now, times) as session:
        return _holder(session.patron(number, ""), number, timezone.localdate(now))


def look_at(
    system: Sip2,
    secret: str,
    numbers: Iterable[str],
    *,
    allowed_hosts: Collection[str],
    now: dt.datetime,
    times: Times = ROUND,
) -> Iterator[Holder | SystemFailed]:
    """How cards stand now, without PINs, all in one visit; another one after a question that came to nothing."""
    visit: Session | None = None
    try:
        for number in numbers:
            visit = visit or Session(system, secret, allowed_hosts, now, times)
            try:
                yield _holder(visit.patron(number, ""), number, timezone.localdate(now))
            except NotTheirs:
                yield SystemFailed("odd", "charset")
            except SystemFailed as failed:
                visit.close()
                visit = None
                yield failed
    finally:
        if visit is not None:
            visit.close()


def try_out(
    system: Sip2,
    secret: str,
    *,
    number: str,
    allowed_hosts: Collection[str],
    now: dt.datetime,
    times: Times = Times(),  # noqa: B008
) -> Iterator[Step]:
    """What the library's staff want to know, step by step, up to the first that fails.

    With a `number`: whether it is found, and whether a PIN is looked at, for which a wrong one is tried once.
    """
    try:
        with Session(system, secret, allowed_hosts, now, times) as session:
            server = session.begin()
            yield Step(True, "connected", session.peer())
            if system.login:
                yield Step(True, "logged_in")
            yield Step(True, "introduced", " · ".join(part for part in (server.name, server.version) if part))
            if number:
                yield from _try_card(session, number)
    except SystemFailed as failure:
        yield Step(False, failure.code, failure.detail)


def _try_card(session: "Session", number: str) -> Iterator[Step]:
    found = session.patron(number, f"{secrets.randbelow(10**8):08d}")
    if found.is_valid is False:
        yield Step(False, "card_unknown")
        return
    standing = _holder(found, number, timezone.localdate(session.now)).standing
    yield Step(True, "card_found", standing)
    codes = {False: "pin_checked", True: "pin_ignored", None: "unchecked"}
    yield Step(found.is_proved is False, codes[found.is_proved])


def _holder(found: sip2.Patron, number: str, today: dt.date) -> Holder:
    standing = standing_of_sip2(found.flags, is_valid=found.is_valid, valid_until=found.valid_until, today=today)
    if standing == Standing.GONE:
        return Holder(number, "", standing)
    return Holder(found.number or number, found.name, standing, found.valid_until)


class _Dropped(Exception):
    """The connection ended where an answer should have come."""


class Session:
    """One visit: `begin` is called by the first question. Used in `with`."""

    def __init__(
        self, system: Sip2, secret: str, allowed_hosts: Collection[str], now: dt.datetime, times: Times
    ) -> None:
        self.now = now
        self._system, self._secret, self._times = system, secret, times
        self._guard = Guarded(frozenset(host.lower() for host in allowed_hosts))
        self._guard.deadline = time.monotonic() + times.whole
        self._stream: httpcore.NetworkStream | None = None
        self._server: sip2.Server | None = None
        self._rest, self._sequence, self._is_mended = b"", 0, False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.close()

    def begin(self) -> sip2.Server:
        """Connects, logs in, and hears what the server says of itself. Raises `SystemFailed`."""
        return self._mended(self._introduced)

    def patron(self, number: str, pin: str) -> sip2.Patron:
        """What it says about a reader. Raises `SystemFailed`."""
        return self._mended(lambda: self._patron(number, pin))

    def peer(self) -> str:
        """`TLSv1.3`, or nothing."""
        inner = self._stream.get_extra_info("ssl_object") if self._stream else None
        return inner.version() or "" if isinstance(inner, ssl.SSLObject | ssl.SSLSocket) else ""

    def _mended(self, ask: Callable[[], T]) -> T:
        try:
            return ask()
        except _Dropped:
            self.close()
            if self._is_mended:
                raise SystemFailed("dropped") from None
        self._is_mended = True
        return self._mended(ask)

    def _introduced(self) -> sip2.Server:
        if self._server is None:
            self._connect()
            if self._system.login:
                self._log_in()
            self._server = sip2.server(self._ask("99", STATUS, (), {"98"}))
            if not self._server.is_online:
                raise SystemFailed("offline")
        return self._server

    def _log_in(self) -> None:
        fields = [("CN", self._system.login), ("CO", self._secret), ("CP", self._system.location)]
        if self._ask("93", "00", fields, {"94"}).fixed != "1":
            raise SystemFailed("login")

    def _patron(self, number: str, pin: str) -> sip2.Patron:
        full = sip2.knows_information(self._introduced().supports)
        fixed = CHINESE + sip2.stamp(self.now) + (" " * 10 if full else "")
        fields = [("AO", self._system.institution), ("AA", number), ("AC", ""), ("AD", pin)]
        answer = self._ask("63", fixed, fields, {"64"}) if full else self._ask("23", fixed, fields, {"24"})
        try:
            return sip2.patron(answer)
        except sip2.Unreadable as odd:
            raise SystemFailed("odd", odd.code) from None

    def _ask(self, code: str, fixed: str, fields: Iterable[tuple[str, str]], wanted: Collection[str]) -> sip2.Message:
        """One question and its answer. Sent again where the server asks for that, answered again where we do."""
        self._sequence = (self._sequence + 1) % 10
        try:
            line = sip2.write(code, fixed, fields, self._sequence, self._system.charset)
        except ValueError:
            raise NotTheirs from None
        self._send(line)
        is_sent_again = is_asked_again = False
        for _turn in range(MOST_ANSWERS):
            try:
                answer = sip2.read(self._receive(), self._system.charset)
            except sip2.Unreadable as odd:
                if is_asked_again:
                    raise SystemFailed("odd", odd.code) from None
                is_asked_again = True
                self._send(sip2.SEND_AGAIN)
                continue
            if answer.code == "96" and not is_sent_again:
                is_sent_again = True
                self._send(line)
            elif answer.code in wanted and answer.sequence in (None, self._sequence):
                return answer
            elif answer.sequence in (None, self._sequence):
                raise SystemFailed("odd", f"{answer.code} to {code}")
        raise SystemFailed("odd", "sequence")

    def _connect(self) -> None:
        times, system = self._times, self._system
        try:
            self._stream = self._guard.connect_tcp(system.host, system.port, times.connect)
            if system.is_tls:
                self._stream = self._stream.start_tls(_trust(system.ca), system.host, times.connect)
        except Exception as failure:
            raise _typed(failure) from failure

    def _send(self, line: bytes) -> None:
        assert self._stream is not None
        try:
            self._stream.write(line, self._times.answer)
        except httpcore.TimeoutException:
            raise SystemFailed("timeout") from None
        except httpcore.NetworkError:
            raise _Dropped from None

    def _receive(self) -> bytes:
        """One line; what came behind it is kept."""
        assert self._stream is not None
        while not (line := self._line()):
            try:
                more = self._stream.read(4096, self._times.answer)
            except httpcore.TimeoutException:
                raise SystemFailed("timeout") from None
            except httpcore.NetworkError:
                raise _Dropped from None
            if not more:
                raise _Dropped
            self._rest += more
            if len(self._rest) > sip2.LONGEST:
                raise SystemFailed("odd", "too_long")
        return line

    def _line(self) -> bytes:
        self._rest = self._rest.lstrip(b"\r\n")
        line, end, rest = self._rest.replace(b"\n", b"\r").partition(b"\r")
        if not end:
            return b""
        self._rest = rest
        return line

    def close(self) -> None:
        if self._stream is not None:
            self._stream.close()
        self._stream, self._server, self._rest = None, None, b""


def _trust(ca: str) -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    if ca:
        context.load_verify_locations(cadata=ca)
    return context


def _typed(failure: Exception) -> SystemFailed:
    if isinstance(failure.__context__, ssl.SSLError) or isinstance(failure, ssl.SSLError):
        reason = failure.__context__ if isinstance(failure.__context__, ssl.SSLError) else failure
        return SystemFailed("tls", str(getattr(reason, "verify_message", "") or getattr(reason, "reason", ""))[:100])
    if isinstance(failure, ForbiddenAddress):
        return SystemFailed("forbidden_address")
    if isinstance(failure, Unresolvable):
        return SystemFailed("unresolvable")
    if isinstance(failure, httpcore.TimeoutException):
        return SystemFailed("timeout")
    if isinstance(failure, httpcore.NetworkError | OSError):
        return SystemFailed("unreachable")
    raise failure
