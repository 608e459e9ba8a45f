"""Connections to the outside that cannot be led inside.

The host is resolved here, every address it has is checked, and the connection goes to a checked address: a
name that answers differently the second time (DNS rebinding) gains nothing. Private, loopback, link-local,
multicast, reserved and carrier (100.64.0.0/10) addresses are refused, also when they hide in an IPv6 address,
unless the operator allows the host.
"""

import ipaddress
import socket
import time
from collections.abc import Callable, Iterable

import httpcore

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


class ForbiddenAddress(Exception):
    """The host leads into a network that is not public."""


class Unresolvable(Exception):
    """The host has no address."""


def is_public(text: str) -> bool:
    """Whether this literal address lies in the public internet; embedded IPv4 addresses count too.

    Tunnels to IPv4 (6to4, Teredo) are none: releases of Python differ about them, and nobody serves by them any more
    (RFC 7526).
    """
    address: Address = ipaddress.ip_address(text.partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address):
        if address.sixtofour or address.teredo or address.is_site_local:
            return False
        if address.ipv4_mapped or address in _NAT64:
            address = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.is_global and not (address.is_multicast or address.is_reserved)


def checked_addresses(host: str, port: int, allowed_hosts: frozenset[str]) -> list[str]:
    """The addresses to connect to, in the resolver's order.

    Raises `Unresolvable`, or `ForbiddenAddress` when any address of a host that is not allowed is not public.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as failure:
        raise Unresolvable(f"{host}: {failure}") from failure
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    inside = [] if host.lower() in allowed_hosts else [text for text in addresses if not is_public(text)]
    if inside:
        raise ForbiddenAddress(f"{host} leads to {inside[0]}, which is not a public address")
    return addresses


class Guarded(httpcore.NetworkBackend):
    """Opens connections to checked addresses only, and lets none outlive `deadline` (monotonic clock)."""

    def __init__(self, allowed_hosts: frozenset[str], clock: Callable[[], float] = time.monotonic) -> None:
        self._allowed = allowed_hosts
        self._plain = httpcore.SyncBackend()
        self._clock = clock
        self.deadline = float("inf")

    def left(self, timeout: float | None) -> float:
        """Seconds that the next step may take; raises `httpcore.ReadTimeout` when the time is over."""
        left = self.deadline - self._clock()
        if left <= 0:
            raise httpcore.ReadTimeout("the time for the whole answer is over")
        return left if timeout is None else min(timeout, left)

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        failure: Exception = Unresolvable(host)
        for address in checked_addresses(host, port, self._allowed):
            try:
                stream = self._plain.connect_tcp(address, port, self.left(timeout), local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as refused:
                failure = refused
            else:
                return _Timed(stream, self)
        raise failure


class _Timed(httpcore.NetworkStream):
    """A connection whose every step is cut at the deadline: one byte a second is no way to hold a worker."""

    def __init__(self, stream: httpcore.NetworkStream, guard: Guarded) -> None:
        self._stream = stream
        self._guard = guard

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._guard.left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._guard.left(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: object, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        inner = self._stream.start_tls(ssl_context, server_hostname, self._guard.left(timeout))  # type: ignore[arg-type]
        return _Timed(inner, self._guard)

    def get_extra_info(self, info: str) -> object:
        return self._stream.get_extra_info(info)
