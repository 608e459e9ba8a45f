"""Behind a reverse proxy: who really asked, and by which scheme.

A proxy adds the address that it was asked from at the right end of X-Forwarded-For; what stands further left came with
the request, and anybody can write it. So the list is read from the right, past the proxies that the operator trusts,
up to the first address that is none of them. From anybody else both headers mean nothing and are taken away.
"""

from collections.abc import Callable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

MOST_HOPS = 20
Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network


def reveal(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware, before all that asks for the client's address or for the scheme."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        asked = request.META
        forwarded_for = asked.pop("HTTP_X_FORWARDED_FOR", "")
        forwarded_proto = asked.pop("HTTP_X_FORWARDED_PROTO", "")
        asked.pop("HTTP_FORWARDED", None)
        if is_trusted(asked.get("REMOTE_ADDR", ""), settings.TRUSTED_PROXIES):
            asked["REMOTE_ADDR"] = client_of(asked["REMOTE_ADDR"], forwarded_for, settings.TRUSTED_PROXIES)
            scheme = forwarded_proto.rpartition(",")[2].strip().lower()
            if scheme in ("http", "https"):
                asked["wsgi.url_scheme"] = scheme
        return get_response(request)

    return middleware


def client_of(proxy: str, forwarded_for: str, trusted: list[Network]) -> str:
    """The right-most address that is no trusted proxy; what cannot be read ends the way, and the last hop counts."""
    last = proxy
    for hop in reversed(forwarded_for.split(",")[-MOST_HOPS:]):
        address = _read(hop)
        if address is None:
            break
        last = str(address)
        if not _within(address, trusted):
            break
    return last


def is_trusted(address: str, trusted: list[Network]) -> bool:
    read = _read(address) if trusted else None
    return read is not None and _within(read, trusted)


def _within(address: Address, trusted: list[Network]) -> bool:
    return any(address in network for network in trusted)


def _read(text: str) -> Address | None:
    """An address, with or without a port ("192.0.2.1:80", "[2001:db8::1]:80"); one of IPv4 within IPv6 is IPv4."""
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text)
    except ValueError:
        return None
    mapped = getattr(address, "ipv4_mapped", None)
    return mapped or address
