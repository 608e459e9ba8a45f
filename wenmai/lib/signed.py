"""Questions to an outside service that must know who asks: a JSON POST with an HMAC over all that matters in it.

Documented for whoever builds the other side in docs/reference/sms-gateway.md.
"""

import datetime as dt
import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from wenmai.lib.http import Fetched, Fetcher, Limits, Patience

SCHEME = "WENMAI-HMAC-SHA256"


class Peer(NamedTuple):
    """Where, under which name, and with which secret; hosts in a private network that the operator allows."""

    url: str
    key_id: str
    secret: str
    allowed_hosts: tuple[str, ...] = ()


def post(
    to: Peer, said: Mapping[str, Any], *, limits: Limits, now: dt.datetime, headers: Mapping[str, str] | None = None
) -> Fetched:
    """One attempt. Raises `lib.http.FetchFailed`."""
    body = json.dumps(said, ensure_ascii=False).encode()
    all_headers = {"Content-Type": "application/json; charset=utf-8", **(headers or {}), **_signed(to, body, now)}
    with Fetcher(allowed_hosts=to.allowed_hosts, limits=limits, patience=Patience(attempts=1)) as fetcher:
        return fetcher.post(to.url, body, all_headers)


def signature(secret: bytes, method: str, target: str, timestamp: str, nonce: str, body: bytes) -> str:
    """In hexadecimal; `target` is the path with its query, as in the request's first line."""
    said = "\n".join((SCHEME, method, target, timestamp, nonce, hashlib.sha256(body).hexdigest()))
    return hmac.digest(secret, said.encode(), hashlib.sha256).hex()


def read_json(body: bytes) -> dict[str, object]:
    """The object in an answer; nothing where there is none."""
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}


def _signed(to: Peer, body: bytes, now: dt.datetime) -> dict[str, str]:
    parts = urlsplit(to.url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    timestamp, nonce = str(int(now.timestamp())), secrets.token_hex(16)
    return {
        "Wenmai-Key": to.key_id,
        "Wenmai-Timestamp": timestamp,
        "Wenmai-Nonce": nonce,
        "Wenmai-Signature": signature(to.secret.encode(), "POST", target, timestamp, nonce, body),
    }
