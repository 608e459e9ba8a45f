"""Asking a directory of readers by LDAP: found with an account of ours, proved by binding as the reader.

The connection goes to a checked address only, and what comes back is bounded in time and size, whatever the other side
says of its length. A bind without a password is none (RFC 4513 §5.1.2: servers answer it with success, as nobody): an
empty PIN is refused before anything is sent. Numbers are escaped in filters (RFC 4515).
"""

import datetime as dt
import socket
import ssl
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any, NamedTuple, TypeVar

import certifi
import ldap3
from django.utils import timezone
from ldap3.core.exceptions import LDAPException
from ldap3.utils.conv import escape_filter_chars

from wenmai.lib.network import ForbiddenAddress, Unresolvable, checked_addresses
from wenmai.people.outside.answers import NotTheirs, Step, SystemFailed
from wenmai.people.rules.cards import Holder, Standing
from wenmai.people.rules.patrons import read_day

T = TypeVar("T")
TLS_KINDS = ("tls", "starttls", "none")
MOST_BYTES = 1 << 20
"""From one visit; a reader's entry has a few hundred."""
_WRONG = frozenset({"invalidCredentials", "inappropriateAuthentication", "constraintViolation", "noSuchObject"})
_UNHEARD_OF = "wenmai-no-such-password"


class Ldap(NamedTuple):
    """`tls`: tls from the first byte (636), starttls on the plain port (389), none. `bind_dn`: the account that
    searches, empty for nobody. `number`, `name`, `until`: attributes of the card's number, the reader's name, and the
    last day."""

    host: str
    port: int
    tls: str
    base: str
    ca: str = ""
    bind_dn: str = ""
    number: str = "uid"
    name: str = "cn"
    until: str = ""


def read(settings: Mapping[str, Any]) -> Ldap:
    """Of a card system. Raises `SystemFailed`."""
    try:
        return Ldap(**settings)
    except TypeError as odd:
        raise SystemFailed("settings") from odd


class Times(NamedTuple):
    """Seconds for a connection, for one answer, and for everything."""

    connect: float = 5
    answer: float = 8
    whole: float = 15


class _Entry(NamedTuple):
    dn: str
    holder: Holder


def prove(
    system: Ldap,
    secret: str,
    *,
    number: str,
    proof: str,
    allowed_hosts: Collection[str],
    now: dt.datetime,
    times: Times = Times(),  # noqa: B008
) -> Holder:
    """The card, when the reader can bind with the PIN. Raises `NotTheirs` and `SystemFailed`."""
    if not proof:
        raise NotTheirs
    visit = _Visit(system, allowed_hosts, times)
    found = visit.search(secret, number, timezone.localdate(now))
    if found is None:
        visit.bind_as_reader(_nobody(system), proof)
        raise NotTheirs
    if not visit.bind_as_reader(found.dn, proof):
        raise NotTheirs
    return found.holder


def look(
    system: Ldap,
    secret: str,
    *,
    number: str,
    allowed_hosts: Collection[str],
    now: dt.datetime,
    times: Times = Times(),  # noqa: B008
) -> Holder:
    """How the card stands now. Raises `SystemFailed`."""
    found = _Visit(system, allowed_hosts, times).search(secret, number, timezone.localdate(now))
    return found.holder if found else Holder(number, "", Standing.GONE)


def try_out(
    system: Ldap,
    secret: str,
    *,
    number: str,
    allowed_hosts: Collection[str],
    now: dt.datetime,
    times: Times = Times(),  # noqa: B008
) -> Iterator[Step]:
    """Step by step, up to the first that fails; a wrong password is tried once for a card that is found."""
    visit = _Visit(system, allowed_hosts, times)
    try:
        found = visit.search(secret, number or "wenmai-test", timezone.localdate(now))
        yield Step(True, "connected", visit.version)
        yield Step(True, "searched", system.base)
        if not number:
            return
        if found is None:
            yield Step(False, "card_unknown")
            return
        yield Step(True, "card_found", found.holder.standing)
        is_ignored = visit.bind_as_reader(found.dn, _UNHEARD_OF)
        yield Step(not is_ignored, "pin_ignored" if is_ignored else "pin_checked")
    except SystemFailed as failure:
        yield Step(False, failure.code, failure.detail)


def _nobody(system: Ldap) -> str:
    """A name that is not there, so that a number that is not takes as long as one that is."""
    return f"{system.number}=wenmai-nobody,{system.base}"


class _Bounded:
    """A socket that gives no more than so many bytes, and none after the end of the time."""

    def __init__(self, inner: socket.socket, visit: "_Visit") -> None:
        self.inner, self._visit = inner, visit

    def recv(self, size: int, *flags: int) -> bytes:
        self.inner.settimeout(self._visit.left())
        content = self.inner.recv(size, *flags)
        self._visit.received += len(content)
        if self._visit.received > MOST_BYTES:
            raise SystemFailed("odd", "too_long")
        return content

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)


class _Visit:
    """All that is asked about one card, within one span of time."""

    def __init__(self, system: Ldap, allowed_hosts: Collection[str], times: Times) -> None:
        self._system, self._times = system, times
        self._allowed = frozenset(host.lower() for host in allowed_hosts)
        self._end = time.monotonic() + times.whole
        self.received, self.version = 0, ""

    def left(self) -> float:
        left = self._end - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return min(left, self._times.answer)

    def search(self, secret: str, number: str, today: dt.date) -> _Entry | None:
        """The reader's entry, if there is exactly one. Raises `SystemFailed`."""
        system = self._system
        wanted = f"({system.number}={escape_filter_chars(number)})"
        attributes = [name for name in (system.number, system.name, system.until) if name]
        with self._connected() as connection:
            if system.bind_dn and not self._asked(lambda: self._bound(connection, system.bind_dn, secret)):
                raise SystemFailed("login")
            self._asked(
                lambda: connection.search(system.base, wanted, ldap3.SUBTREE, attributes=attributes, size_limit=2)
            )
            said = connection.result["description"]
            if said not in ("success", "noSuchObject", "sizeLimitExceeded"):
                raise SystemFailed("odd", said)
            entries = [one for one in connection.response or [] if one["type"] == "searchResEntry"]
        if len(entries) > 1:
            raise SystemFailed("odd", "several")
        return _entry(system, entries[0], number, today) if entries else None

    def bind_as_reader(self, dn: str, proof: str) -> bool:
        """Whether the password is right. Raises `SystemFailed` where the directory does not say."""
        with self._connected() as connection:
            return self._asked(lambda: self._bound(connection, dn, proof))

    def _bound(self, connection: Any, dn: str, password: str) -> bool:
        if not password:
            return False
        if connection.rebind(user=dn, password=password, authentication=ldap3.SIMPLE):
            return True
        said = str(connection.result["description"])
        if said not in _WRONG:
            raise SystemFailed("odd", said)
        return False

    def _connected(self) -> Any:
        system = self._system
        address = self._asked(lambda: checked_addresses(system.host, system.port, self._allowed))[0]
        tls = None if system.tls == "none" else _Trust(system)
        server = ldap3.Server(
            address, system.port, use_ssl=system.tls == "tls", tls=tls, get_info=ldap3.NONE,
            connect_timeout=min(self._times.connect, self._asked(self.left)),
        )  # fmt: skip
        connection = ldap3.Connection(
            server, auto_bind=ldap3.AUTO_BIND_NONE, auto_referrals=False, raise_exceptions=False, check_names=False,
        )  # fmt: skip
        closing = _Closing(connection)
        try:
            self._asked(lambda: self._open(connection))
        except SystemFailed:
            closing.__exit__()
            raise
        return closing

    def _open(self, connection: Any) -> None:
        connection.open(read_server_info=False)
        connection.socket = _Bounded(connection.socket, self)
        if self._system.tls == "starttls":
            connection.start_tls(read_server_info=False)
            connection.socket = _Bounded(connection.socket, self)
        inner = connection.socket.inner
        self.version = (inner.version() or "") if isinstance(inner, ssl.SSLSocket) else ""

    def _asked(self, ask: Callable[[], T]) -> T:
        """What is raised on the way has a name of ours, and nothing of what was sent."""
        try:
            return ask()
        except ForbiddenAddress:
            raise SystemFailed("forbidden_address") from None
        except Unresolvable:
            raise SystemFailed("unresolvable") from None
        except (LDAPException, OSError, ssl.SSLError, ValueError, IndexError, KeyError, TypeError) as failure:
            raise self._typed(failure) from None

    def _typed(self, failure: Exception) -> SystemFailed:
        causes = " ".join(f"{type(one).__name__} {one}" for one in _causes(failure)).lower()
        if time.monotonic() >= self._end or "timeout" in causes or "timed out" in causes:
            return SystemFailed("timeout")
        if any(word in causes for word in ("certificate", "ssl", "tls", "hostname")):
            return SystemFailed("tls")
        if any(word in causes for word in ("refused", "unreachable", "socketopen", "no route")):
            return SystemFailed("unreachable")
        return SystemFailed("dropped" if "socket" in causes or "connection" in causes else "odd")


class _Closing:
    """A connection that is closed whatever happened on it."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    def __enter__(self) -> Any:
        return self._connection

    def __exit__(self, *_: object) -> None:
        if self._connection.socket is not None:  # the library lets go of one that broke
            self._connection.socket.close()


class _Trust(ldap3.Tls):
    """Certificates for the name that the library gave, though the connection goes to an address."""

    def __init__(self, system: Ldap) -> None:
        super().__init__(validate=ssl.CERT_REQUIRED, ca_certs_file=certifi.where())
        self._system = system

    def wrap_socket(self, connection: Any, do_handshake: bool = False) -> None:
        context = ssl.create_default_context()
        context.load_verify_locations(certifi.where())
        if self._system.ca:
            context.load_verify_locations(cadata=self._system.ca)
        plain = connection.socket.inner if isinstance(connection.socket, _Bounded) else connection.socket
        connection.socket = context.wrap_socket(plain, server_hostname=self._system.host)


def _causes(failure: BaseException | None) -> Iterator[BaseException]:
    while failure is not None:
        yield failure
        failure = failure.__cause__ or failure.__context__


def _entry(system: Ldap, entry: Any, number: str, today: dt.date) -> _Entry:
    held = {name.lower(): values for name, values in entry["attributes"].items()}
    until = read_day(_first(held, system.until)) if system.until else None
    standing = Standing.EXPIRED if until is not None and until < today else Standing.GOOD
    return _Entry(
        entry["dn"], Holder(_first(held, system.number) or number, _first(held, system.name)[:200], standing, until)
    )


def _first(held: dict[str, Any], name: str) -> str:
    values = held.get(name.lower(), [])
    one = values[0] if isinstance(values, list) and values else values
    return one.decode("utf-8", "replace") if isinstance(one, bytes) else str(one or "")
