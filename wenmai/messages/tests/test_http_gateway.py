"""The adapter against a server that verifies, refuses, hangs, fails and answers garbage; signatures against openssl."""

import datetime as dt
import shutil
import subprocess

import pytest
from django.conf import settings

from wenmai.lib import clock
from wenmai.lib.http import Limits
from wenmai.lib.signed import signature
from wenmai.messages.gateways import Accepted, Answer, Declined, Later, Sms
from wenmai.messages.gateways.http import LIMITS, HttpGateway
from wenmai.messages.rules import HOLD
from wenmai.messages.testing.server import KEY_ID, SECRET, Provider

SMS = Sms("5f0c", "+8613800138000", "login_code", "SMS_100001", "zh-hans", {"code": "482913"}, "验证码 482913")
QUICK = Limits(connect_s=2, read_s=0.3, total_s=0.5, body_bytes=64 * 1024, redirects=0)


def send(provider: Provider, *, secret: str = SECRET, limits: Limits = LIMITS, **more: object) -> Answer:
    gateway = HttpGateway(
        url=provider.url, key_id=KEY_ID, secret=secret, allowed_hosts=["127.0.0.1"], limits=limits, **more,  # type: ignore[arg-type]
    )  # fmt: skip
    return gateway.send(SMS)


def test_it_is_accepted_and_says_all_that_a_provider_needs(provider: Provider) -> None:
    assert send(provider) == Accepted("m-5f0c")
    (asked,) = provider.asked
    assert asked.said == {
        "phone": "+8613800138000",
        "template": "SMS_100001",
        "language": "zh-hans",
        "values": {"code": "482913"},
        "text": "验证码 482913",
    }
    assert asked.headers["Idempotency-Key"] == "5f0c"
    assert asked.headers["Content-Type"] == "application/json; charset=utf-8"


def test_the_signature_is_what_openssl_says(provider: Provider) -> None:
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("no openssl on this machine")

    def digest(content: bytes, *options: str) -> str:
        ended = subprocess.run([openssl, "dgst", "-sha256", *options], input=content, capture_output=True, check=True)
        return ended.stdout.decode().rsplit("= ", 1)[1].strip()

    send(provider)
    (asked,) = provider.asked
    timestamp, nonce = asked.headers["Wenmai-Timestamp"], asked.headers["Wenmai-Nonce"]
    said = f"WENMAI-HMAC-SHA256\nPOST\n/v1/sms?tenant=1\n{timestamp}\n{nonce}\n{digest(asked.body)}"
    assert digest(said.encode(), "-hmac", SECRET) == asked.headers["Wenmai-Signature"]


def test_the_example_of_the_document_is_signed_as_it_says() -> None:
    """docs/reference/sms-gateway.md gives these values, for whoever writes the other side."""
    body = b'{"phone": "+8613800138000", "template": "SMS_100001"}'
    said = signature(
        SECRET.encode(), "POST", "/v1/sms?tenant=1", "1772323200", "00112233445566778899aabbccddeeff", body
    )
    assert said in (settings.ROOT / "docs" / "reference" / "sms-gateway.md").read_text("utf-8")


def test_nothing_is_signed_twice_alike(provider: Provider) -> None:
    assert send(provider) == send(provider)
    assert len(provider.nonces) == 2
    assert len(provider.delivered) == 1


def test_another_secret_and_an_old_request_are_refused(provider: Provider) -> None:
    """The server's own eyes are open."""
    assert send(provider, secret="x" * 32) == Declined("unauthorised")
    assert send(provider, now=lambda: clock.now() - dt.timedelta(minutes=10)) == Declined("unauthorised")
    assert provider.forged == ["signature", "timestamp"]
    assert provider.asked == []


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        ("decline", Declined("BLACKLISTED")),
        ("busy", Later("busy", 7)),
        ("fault", Later("fault")),
        ("garbage", Later("garbled")),
        ("empty", Later("garbled")),
        ("huge", Later("garbled")),
        ("drop", Later("garbled")),
        ("redirect", Declined("address")),
    ],
)
def test_whatever_it_answers_has_a_type(provider: Provider, mode: str, expected: Answer) -> None:
    provider.mode = mode
    assert send(provider) == expected
    assert len(provider.asked) == 1


@pytest.mark.parametrize("code", ["", "x" * 41, "<script>", "a b", "\u202e", "\n"])
def test_an_odd_code_is_not_passed_on(provider: Provider, code: str) -> None:
    provider.mode, provider.code = "decline", code
    assert send(provider) == Declined("status_422")


def test_a_gateway_that_hangs_is_left_in_time(provider: Provider) -> None:
    provider.mode = "hang"
    begun = clock.now()
    assert send(provider, limits=QUICK) == Later("timeout")
    assert clock.now() - begun < dt.timedelta(seconds=5)
    assert LIMITS.total_s < HOLD.total_seconds(), "nobody else takes it meanwhile"


def test_nobody_there_is_asked_again(provider: Provider) -> None:
    provider.url = "http://127.0.0.1:9/sms"
    assert send(provider) == Later("unreachable")


def test_a_private_address_is_not_asked(provider: Provider) -> None:
    gateway = HttpGateway(url=provider.url, key_id=KEY_ID, secret=SECRET)
    assert gateway.send(SMS) == Declined("address")
    assert (provider.asked, provider.forged) == ([], [])
