"""Upstreams for tests, and a provider over HTTP that can be told to misbehave."""

import base64
import datetime as dt
import hashlib
import json
import secrets
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from django.test import Client

from wenmai.lib import clock
from wenmai.lib.access import SYSTEM
from wenmai.people import queries as people
from wenmai.people.models import User
from wenmai.people.provider.testing import sent_to
from wenmai.people.testing import make_user
from wenmai.people.upstreams import asking, queries, services
from wenmai.people.upstreams.models import Upstream, UpstreamIdentity, UpstreamSession
from wenmai.people.upstreams.services import Wish

CLIENT = "wenmai-node"
SECRET = "s3cret"  # noqa: S105 -- for tests
Claims = dict[str, Any]


def make_upstream(
    *, slug: str = "province", name: str = "省平台", issuer: str = "https://id.example", **wish: Any
) -> Upstream:
    """Entered by one person and approved by another; not asked and not on."""
    enterer, reviewer = (
        people.actor(User.objects.filter(username=name).first() or make_user(name, role="platform_admin"))
        for name in ("enterer", "reviewer")
    )
    given = {"client_id": CLIENT, "secret": SECRET, "levels": "", "level_otherwise": 0, "makes_accounts": True}
    made = services.add(
        slug=slug, wish=Wish(name=name, issuer=issuer, **{**given, **wish}), loopback=True, actor=enterer,
        now=clock.now(),
    )  # fmt: skip
    draft = queries.waiting_terms(made.pk)
    assert draft is not None
    return services.approve(upstream_id=made.pk, terms_id=draft.pk, actor=reviewer, now=clock.now())


def public(key: RSAPrivateKey, kid: str) -> dict[str, Any]:
    return {
        **json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key())),
        "kid": kid,
        "use": "sig",
        "alg": "RS256",
    }


class Provider:
    """Says what a provider says. `twist_…` change it on the way out; `asked` has every token request."""

    key: ClassVar[RSAPrivateKey] = generate_private_key(public_exponent=65537, key_size=2048)
    other_key: ClassVar[RSAPrivateKey] = generate_private_key(public_exponent=65537, key_size=2048)

    def __init__(self) -> None:
        self.person: Claims = {"sub": "p-1", "name": "演示甲"}
        self.twist_claims: Callable[[Claims], Claims] = lambda claims: claims
        self.twist_metadata: Callable[[Claims], Claims] = lambda told: told
        self.twist_userinfo: Callable[[Claims], Claims] = lambda told: told
        self.sign: Callable[[Claims], str] = self.signed
        self.keys = [public(self.key, "k1")]
        self.codes: dict[str, dict[str, str]] = {}
        self.asked: list[dict[str, str]] = []
        self.refreshable: dict[str, str] = {}
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}"

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    def signed(self, claims: Claims, kid: str = "k1", typ: str = "JWT") -> str:
        return jwt.encode(claims, self.key, algorithm="RS256", headers={"kid": kid, "typ": typ})

    def metadata(self) -> Claims:
        return self.twist_metadata({
            "issuer": self.issuer, "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token", "jwks_uri": f"{self.issuer}/keys",
            "userinfo_endpoint": f"{self.issuer}/userinfo", "end_session_endpoint": f"{self.issuer}/end",
            "code_challenge_methods_supported": ["S256"], "id_token_signing_alg_values_supported": ["RS256"],
            "authorization_response_iss_parameter_supported": True,
        })  # fmt: skip

    def authorize(self, address: str) -> dict[str, str]:
        """As a browser that logs in there: what stands in the address that it is sent back to."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        code = secrets.token_urlsafe(8)
        self.codes[code] = asked
        return {"code": code, "state": asked["state"], "iss": self.issuer}

    def token(self, form: dict[str, str]) -> tuple[int, Claims]:
        self.asked.append(form)
        if form.get("grant_type") == "refresh_token":
            scope = self.refreshable.pop(form.get("refresh_token", ""), None)
            return (200, self.refreshed(scope)) if scope else (400, {"error": "invalid_grant"})
        asked = self.codes.pop(form.get("code", ""), None)
        if asked is None or asked["redirect_uri"] != form.get("redirect_uri"):
            return 400, {"error": "invalid_grant"}
        shown = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        if base64.urlsafe_b64encode(shown).rstrip(b"=").decode() != asked["code_challenge"]:
            return 400, {"error": "invalid_grant"}
        access, moment = secrets.token_urlsafe(8), int(dt.datetime.now(dt.UTC).timestamp())
        half = hashlib.sha256(access.encode()).digest()[:16]
        claims = {
            "iss": self.issuer, "aud": asked["client_id"], "iat": moment, "exp": moment + 300, "sid": "s-1",
            "nonce": asked["nonce"], "sub": self.person["sub"], "auth_time": moment, "acr": "loa-2",
            "at_hash": base64.urlsafe_b64encode(half).rstrip(b"=").decode(),
        }  # fmt: skip
        told = {"access_token": access, "token_type": "Bearer", "id_token": self.sign(self.twist_claims(claims))}
        return 200, {**self.refreshed(asked.get("scope", "")), **told}

    def refreshed(self, scope: str) -> Claims:
        """Tokens by which it can be asked once more."""
        token = secrets.token_urlsafe(8)
        self.refreshable[token] = scope
        return {
            "access_token": secrets.token_urlsafe(8),
            "token_type": "Bearer",
            "refresh_token": token,
            "scope": scope,
        }

    def logout_token(self, **changed: Any) -> str:
        moment = int(dt.datetime.now(dt.UTC).timestamp())
        claims = {
            "iss": self.issuer, "aud": CLIENT, "iat": moment, "exp": moment + 120, "jti": secrets.token_urlsafe(8),
            "sub": self.person["sub"], "sid": "s-1",
            "events": {"http://schemas.openid.net/event/backchannel-logout": {}}, **changed,
        }  # fmt: skip
        return self.signed({name: value for name, value in claims.items() if value is not None}, typ="logout+jwt")

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                if self.path == "/.well-known/openid-configuration":
                    self._say(200, provider.metadata())
                elif self.path == "/keys":
                    self._say(200, {"keys": provider.keys})
                else:
                    self._say(404, {})

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                form = {name: values[0] for name, values in parse_qs(body).items()}
                if self.path == "/token":
                    self._say(*provider.token({**form, "authorization": self.headers.get("Authorization", "")}))
                else:
                    self._say(200, provider.twist_userinfo(dict(provider.person)))

            def _say(self, status: int, told: Any) -> None:
                body = json.dumps(told).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        return Handler


def switched_on(provider: Provider, **wish: Any) -> Upstream:
    """The provider as an upstream that people see on the page for logging in."""
    made = make_upstream(issuer=provider.issuer, **wish)
    asking.learn(made, clock.now())
    return services.switch(upstream_id=made.pk, to=True, actor=SYSTEM, now=clock.now())


def go(browser: Client, slug: str = "province", **given: str) -> str:
    """Presses the button; the address that the browser is sent to."""
    return sent_to(browser.post(f"/account/with/{slug}/", given))


def come_back(browser: Client, told: dict[str, str], slug: str = "province") -> Any:
    return browser.get(f"/account/with/{slug}/back?{urlencode(told)}")


def log_in(browser: Client, provider: Provider) -> Any:
    """There and back, as it should be."""
    return come_back(browser, provider.authorize(go(browser)))


def is_in(browser: Client) -> bool:
    return browser.get("/account/").status_code == 200


def joined(upstream: Upstream, user: User, subject: str = "p-1") -> UpstreamIdentity:
    return UpstreamIdentity.objects.create(upstream=upstream, subject=subject, user=user, linked_at=clock.now())


def refused(browser: Client, provider: Provider, told: dict[str, str], words: str) -> None:
    answer = come_back(browser, told)
    assert answer.status_code == 400
    assert words in answer.content.decode()
    assert not is_in(browser)
    assert not UpstreamSession.objects.exists()


def inside(provider: Provider, upstream: Upstream) -> Client:
    if not UpstreamIdentity.objects.exists():
        joined(upstream, make_user("reader"))
    browser = Client()
    log_in(browser, provider)
    assert is_in(browser)
    return browser


def other(**changed: Any) -> Callable[[Claims], Claims]:
    return lambda claims: {name: value for name, value in {**claims, **changed}.items() if value is not None}
