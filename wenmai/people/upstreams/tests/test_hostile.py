"""Browsers that are led astray, tokens that are none, providers that are odd."""

import base64
import json
from collections.abc import Callable
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.test import Client

from wenmai.lib import clock
from wenmai.lib.access import SYSTEM
from wenmai.lib.refusal import Refused
from wenmai.people.testing import make_user
from wenmai.people.upstreams import asking, services
from wenmai.people.upstreams.models import Upstream
from wenmai.people.upstreams.rules import read_issuer, read_levels, read_metadata
from wenmai.people.upstreams.testing import (
    CLIENT,
    Claims,
    Provider,
    come_back,
    go,
    is_in,
    joined,
    log_in,
    make_upstream,
    other,
    public,
    refused,
    switched_on,
)

pytestmark = pytest.mark.django_db


# --- browsers that are led astray -------------------------------------------------------------------------------------


def test_login_by_forgery(provider: Provider, upstream: Upstream) -> None:
    """Somebody's own answer in another browser, without a question or with another one."""
    joined(upstream, make_user("attacker"))
    mine = Client()
    told = provider.authorize(go(mine))
    refused(Client(), provider, told, "不是从这个浏览器开始的")
    victim = Client()
    go(victim)
    refused(victim, provider, told, "不是从这个浏览器开始的")
    assert provider.asked == []


def test_nobody_is_sent_there_by_another_page(provider: Provider, upstream: Upstream) -> None:
    browser = Client(enforce_csrf_checks=True)
    assert browser.post("/account/with/province/").status_code == 403


def test_an_answer_is_good_once(provider: Provider, upstream: Upstream) -> None:
    joined(upstream, make_user("reader"))
    browser = Client()
    told = provider.authorize(go(browser))
    assert come_back(browser, told).status_code == 302
    browser.post("/account/leave")
    refused(browser, provider, told, "不是从这个浏览器开始的")


def test_the_session_begins_anew(provider: Provider, upstream: Upstream) -> None:
    """A session that was planted before the login is not the one after it."""
    joined(upstream, make_user("reader"))
    browser = Client()
    address = go(browser)
    planted = browser.session.session_key
    come_back(browser, provider.authorize(address))
    assert browser.session.session_key != planted
    thief = Client()
    thief.cookies["wenmai_session"] = str(planted)
    assert not is_in(thief)


def test_one_upstream_does_not_answer_for_another(provider: Provider, upstream: Upstream) -> None:
    second = Provider()
    try:
        switched_on(second, slug="city", name="市平台")
        browser = Client()
        told = provider.authorize(go(browser))
        answer = come_back(browser, told, slug="city")
        assert "不是您去的那一家" in answer.content.decode()
        assert second.asked == []
        for iss in (second.issuer, "", provider.issuer + "/"):
            browser = Client()
            told = provider.authorize(go(browser))
            refused(browser, provider, {**told, "iss": iss}, "不是您去的那一家")
    finally:
        second.close()


def test_an_upstream_that_says_no(provider: Provider, upstream: Upstream) -> None:
    browser = Client()
    told = provider.authorize(go(browser))
    refused(browser, provider, {"state": told["state"], "iss": told["iss"], "error": "access_denied"}, "access_denied")
    browser = Client()
    told = provider.authorize(go(browser))
    refused(browser, provider, {**told, "code": "replayed"}, "没有认可这次登录")


def test_what_took_too_long(provider: Provider, upstream: Upstream, monkeypatch: pytest.MonkeyPatch) -> None:
    import datetime as dt

    browser = Client()
    told = provider.authorize(go(browser))
    later = clock.now() + dt.timedelta(minutes=16)
    monkeypatch.setattr(clock, "now", lambda: later)
    refused(browser, provider, told, "放得太久")


# --- tokens that are none ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("twist", "word"),
    [
        (other(nonce="another"), "nonce"),
        (other(nonce=None), "nonce"),
        (other(nonce=7), "nonce"),
        (other(aud="somebody-else"), "aud"),
        (other(aud=None), "aud"),
        (other(aud=[CLIENT, "another"]), "azp"),
        (other(azp="somebody-else"), "azp"),
        (other(iss="https://id.example"), "iss"),
        (other(iss=None), "iss"),
        (lambda claims: {**claims, "exp": claims["iat"] - 61}, "exp"),
        (other(exp=None), "exp"),
        (other(exp="soon"), "exp"),
        (lambda claims: {**claims, "iat": claims["iat"] - 700}, "iat"),
        (lambda claims: {**claims, "iat": claims["iat"] + 120}, "iat"),
        (other(iat=None), "iat"),
        (lambda claims: {**claims, "nbf": claims["iat"] + 120}, "nbf"),
        (other(at_hash="AAAAAAAAAAAAAAAAAAAAAA"), "at_hash"),
        (other(sub=""), "sub"),
        (other(sub=None), "sub"),
        (other(sub="x" * 256), "sub"),
        (other(sub=["p-1"]), "sub"),
        (other(events={}), "events"),
    ],
)  # fmt: skip
def test_a_token_that_says_something_else(
    provider: Provider, upstream: Upstream, twist: Callable[[Claims], Claims], word: str
) -> None:
    joined(upstream, make_user("reader"))
    provider.twist_claims = twist
    browser = Client()
    refused(browser, provider, provider.authorize(go(browser)), f"（{word}")


def unsigned(provider: Provider, claims: Claims) -> str:
    return jwt.encode(claims, "", algorithm="none", headers={"kid": "k1"})


def by_public_key(provider: Provider, claims: Claims) -> str:
    """The public key, taken for a shared secret."""
    pem = provider.key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    import hashlib
    import hmac

    head = base64.urlsafe_b64encode(json.dumps({"alg": "HS256", "kid": "k1"}).encode()).rstrip(b"=")
    body = base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=")
    signature = base64.urlsafe_b64encode(hmac.digest(pem, head + b"." + body, hashlib.sha256)).rstrip(b"=")
    return b".".join([head, body, signature]).decode()


def by_other_key(provider: Provider, claims: Claims) -> str:
    return jwt.encode(claims, provider.other_key, algorithm="RS256", headers={"kid": "k1"})


def by_key_of_its_own(provider: Provider, claims: Claims) -> str:
    """A key that the token brings along."""
    headers = {"kid": "k1", "jwk": public(provider.other_key, "k1"), "jku": "https://evil.example/keys"}
    return jwt.encode(claims, provider.other_key, algorithm="RS256", headers=headers)


def by_unknown_key(provider: Provider, claims: Claims) -> str:
    return jwt.encode(claims, provider.other_key, algorithm="RS256", headers={"kid": "nobody"})


def with_crit(provider: Provider, claims: Claims) -> str:
    return jwt.encode(claims, provider.key, algorithm="RS256", headers={"kid": "k1", "crit": ["exp"]})


def by_a_weaker_algorithm(provider: Provider, claims: Claims) -> str:
    return jwt.encode(claims, provider.key, algorithm="RS512", headers={"kid": "k1"})


def changed_after_signing(provider: Provider, claims: Claims) -> str:
    head, _body, signature = provider.signed(claims).split(".")
    body = base64.urlsafe_b64encode(json.dumps({**claims, "sub": "admin"}).encode()).rstrip(b"=").decode()
    return f"{head}.{body}.{signature}"


def no_token(provider: Provider, claims: Claims) -> str:
    return "not.a.token"


def too_long(provider: Provider, claims: Claims) -> str:
    return provider.signed({**claims, "more": "x" * 40_000})


FORGERIES = [
    unsigned, by_public_key, by_other_key, by_key_of_its_own, by_unknown_key, with_crit, by_a_weaker_algorithm,
    changed_after_signing, no_token, too_long,
]  # fmt: skip


@pytest.mark.parametrize("forge", FORGERIES, ids=lambda one: one.__name__)
def test_a_token_that_is_forged(
    provider: Provider, upstream: Upstream, forge: Callable[[Provider, Claims], str]
) -> None:
    joined(upstream, make_user("reader"))
    joined(upstream, make_user("admin"), "admin")
    provider.sign = lambda claims: forge(provider, claims)
    browser = Client()
    refused(browser, provider, provider.authorize(go(browser)), "没有让它进来")


def test_userinfo_of_somebody_else(provider: Provider, upstream: Upstream) -> None:
    provider.twist_userinfo = lambda told: {**told, "sub": "admin"}
    browser = Client()
    refused(browser, provider, provider.authorize(go(browser)), "userinfo sub")


def test_a_key_that_is_new_is_looked_for_but_not_all_the_time(
    provider: Provider, upstream: Upstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    import datetime as dt

    joined(upstream, make_user("reader"))
    provider.keys = [public(provider.other_key, "k2")]
    provider.sign = lambda claims: jwt.encode(claims, provider.other_key, algorithm="RS256", headers={"kid": "k2"})
    browser = Client()
    refused(browser, provider, provider.authorize(go(browser)), "（kid")
    Upstream.objects.update(keys_at=clock.now() - dt.timedelta(minutes=6))
    log_in(browser, provider)
    assert is_in(browser)


# --- providers that are odd -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("twist", "word"),
    [
        (other(issuer="https://evil.example"), "issuer"),
        (lambda told: {**told, "issuer": told["issuer"] + "/"}, "issuer"),
        (other(token_endpoint="ftp://id.example/"), "token_endpoint"),
        (other(authorization_endpoint="javascript:alert(1)"), "authorization_endpoint"),
        (other(jwks_uri=None), "jwks_uri"),
        (other(id_token_signing_alg_values_supported=["HS256", "none"]), "id_token_signing_alg"),
        (other(code_challenge_methods_supported=["plain"]), "code_challenge"),
        (lambda told: [], "no document"),
    ],
)  # fmt: skip
def test_a_provider_that_describes_itself_oddly(
    provider: Provider, twist: Callable[[Claims], Claims], word: str
) -> None:
    made = make_upstream(issuer=provider.issuer)
    provider.twist_metadata = twist
    with pytest.raises(Refused, match=f"upstream_odd: {word}"):
        asking.learn(made, clock.now())
    with pytest.raises(Refused, match="upstream_unknown_yet"):
        services.switch(upstream_id=made.pk, to=True, actor=SYSTEM, now=clock.now())


def test_a_provider_inside_the_network_is_not_asked_unless_the_node_says_so(provider: Provider, settings: Any) -> None:
    settings.ALLOWED_PRIVATE_HOSTS = []
    with pytest.raises(Refused, match="upstream_silent: forbidden_address"):
        asking.learn(make_upstream(issuer=provider.issuer), clock.now())


def test_silent_what_it_said_last_goes_on(provider: Provider, upstream: Upstream) -> None:
    import datetime as dt

    provider.close()
    much_later = clock.now() + dt.timedelta(days=3)
    assert asking.fresh(upstream, much_later).metadata == upstream.metadata


def test_endpoints_without_tls_are_for_demonstrations_only(provider: Provider) -> None:
    with pytest.raises(Refused, match="upstream_odd"):
        read_metadata(provider.metadata(), provider.issuer, loopback=False)
    with pytest.raises(Refused, match="issuer_unfit"):
        read_issuer(provider.issuer, loopback=False)


def test_tables_of_levels() -> None:
    assert read_levels("urn:a=b = 2\n\n loa-1=1 ") == {"urn:a=b": 2, "loa-1": 1}
    for wrong in ("x", "x = 4", "= 1", "x = high"):
        with pytest.raises(Refused, match="levels_unfit"):
            read_levels(wrong)
