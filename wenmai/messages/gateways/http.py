"""The gateway over HTTP, as docs/reference/sms-gateway.md has it: a signed JSON POST, a typed answer."""

import datetime as dt
import hashlib
import hmac
import json
import re
import secrets
from collections.abc import Callable, Iterable
from urllib.parse import urlsplit

from wenmai.lib import clock
from wenmai.lib.http import Fetched, Fetcher, FetchFailed, Limits, Patience, retry_after
from wenmai.messages.gateways import Accepted, Answer, Declined, Later, Sms

SCHEME = "WENMAI-HMAC-SHA256"
LIMITS = Limits(connect_s=5, read_s=10, total_s=20, body_bytes=64 * 1024, redirects=0)
_ID = re.compile(r"[\x21-\x7e]{1,100}")
_CODE = re.compile(r"[A-Za-z0-9_.:-]{1,40}")
_LATER = frozenset({408, 409, 425, 429})
# of the failures of lib.http that trying again does not mend
_SETTINGS = frozenset({"address", "forbidden_address", "tls"})


class HttpGateway:
    is_on = True
    inbox = ""

    def __init__(
        self,
        *,
        url: str,
        key_id: str,
        secret: str,
        allowed_hosts: Iterable[str] = (),
        limits: Limits = LIMITS,
        now: Callable[[], dt.datetime] = clock.now,
    ) -> None:
        self._url, self._key_id, self._secret = url, key_id, secret.encode()
        self._hosts, self._limits, self._now = [*allowed_hosts], limits, now

    def send(self, sms: Sms) -> Answer:
        body = json.dumps(
            {
                "phone": sms.phone,
                "template": sms.provider_template or sms.template,
                "language": sms.language,
                "values": dict(sms.values),
                "text": sms.text,
            },
            ensure_ascii=False,
        ).encode()
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "Idempotency-Key": sms.key,
            **self._signed(body),
        }
        try:
            with Fetcher(allowed_hosts=self._hosts, limits=self._limits, patience=Patience(attempts=1)) as fetcher:
                return _read(fetcher.post(self._url, body, headers), self._now())
        except FetchFailed as failure:
            return _failed(failure)

    def _signed(self, body: bytes) -> dict[str, str]:
        parts = urlsplit(self._url)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        timestamp, nonce = str(int(self._now().timestamp())), secrets.token_hex(16)
        return {
            "Wenmai-Key": self._key_id,
            "Wenmai-Timestamp": timestamp,
            "Wenmai-Nonce": nonce,
            "Wenmai-Signature": signature(self._secret, "POST", target, timestamp, nonce, body),
        }


def signature(secret: bytes, method: str, target: str, timestamp: str, nonce: str, body: bytes) -> str:
    """In hexadecimal; `target` is the path with its query, as in the request's first line."""
    said = "\n".join((SCHEME, method, target, timestamp, nonce, hashlib.sha256(body).hexdigest()))
    return hmac.digest(secret, said.encode(), hashlib.sha256).hex()


def _failed(failure: FetchFailed) -> Answer:
    if failure.code in _SETTINGS:
        return Declined("address")
    if failure.code == "timeout":
        return Later("timeout")
    return Later("unreachable" if failure.code in {"unreachable", "unresolvable"} else "garbled")


def _read(answer: Fetched, now: dt.datetime) -> Answer:
    """Whatever is no plain yes or no is asked again: with the same key, so that nothing is sent twice."""
    if answer.status in _LATER or answer.status >= 500:
        wait = retry_after(answer.headers.get("retry-after", ""), now)
        return Later("fault" if answer.status == 500 else "busy", wait)
    said = _json(answer.body)
    if 200 <= answer.status < 300:
        name = said.get("id")
        return Accepted(name) if isinstance(name, str) and _ID.fullmatch(name) else Later("garbled")
    if answer.status in {401, 403}:
        return Declined("unauthorised")
    if answer.status in {301, 302, 303, 307, 308, 404, 405}:
        return Declined("address")
    code = said.get("code")
    return Declined(code if isinstance(code, str) and _CODE.fullmatch(code) else f"status_{answer.status}")


def _json(body: bytes) -> dict[str, object]:
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}
