"""The gateway over HTTP, as docs/reference/sms-gateway.md has it: a signed JSON POST, a typed answer."""

import datetime as dt
import re
from collections.abc import Callable, Iterable

from wenmai.lib import clock, signed
from wenmai.lib.http import Fetched, FetchFailed, Limits, retry_after
from wenmai.messages.gateways import Accepted, Answer, Declined, Later, Sms

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
        self._to = signed.Peer(url, key_id, secret, tuple(allowed_hosts))
        self._limits, self._now = limits, now

    def send(self, sms: Sms) -> Answer:
        said = {
            "phone": sms.phone,
            "template": sms.provider_template or sms.template,
            "language": sms.language,
            "values": dict(sms.values),
            "text": sms.text,
        }
        try:
            answer = signed.post(
                self._to, said, limits=self._limits, now=self._now(), headers={"Idempotency-Key": sms.key}
            )
        except FetchFailed as failure:
            return _failed(failure)
        return _read(answer, self._now())


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
    said = signed.read_json(answer.body)
    if 200 <= answer.status < 300:
        name = said.get("id")
        return Accepted(name) if isinstance(name, str) and _ID.fullmatch(name) else Later("garbled")
    if answer.status in {401, 403}:
        return Declined("unauthorised")
    if answer.status in {301, 302, 303, 307, 308, 404, 405}:
        return Declined("address")
    code = said.get("code")
    return Declined(code if isinstance(code, str) and _CODE.fullmatch(code) else f"status_{answer.status}")
