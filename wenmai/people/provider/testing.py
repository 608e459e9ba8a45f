"""Apps for tests, and an app's own side of a login: what a relying party sends, and reads."""

import base64
import hashlib
import secrets
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from django.test import Client

from wenmai.institutions.testing import make_organisation
from wenmai.lib import clock
from wenmai.people import queries as people
from wenmai.people.models import User
from wenmai.people.provider import queries, services
from wenmai.people.provider.models import App, AppTerms
from wenmai.people.provider.rules import SCOPES_FOR_ALL, Terms
from wenmai.people.testing import make_user

BACK = "https://app.example/back"
OUT = "https://app.example/out"
HEAR = "https://app.example/hear"


class Made(NamedTuple):
    app: App
    secret: str


def make_app(
    *, organisation_id: int = 0, sector: str = "app.example", is_public: bool = False, is_active: bool = True,
    **terms: Any,
) -> Made:  # fmt: skip
    """One that somebody entered and another one approved."""
    given = {"name": "阅读应用", "redirect_uris": (BACK,), "logout_uris": (OUT,), "scopes": ("openid", "profile")}
    organisation_id = organisation_id or make_organisation("应用馆").pk
    if not {*given, *terms.get("scopes", ())} <= {*given, *SCOPES_FOR_ALL}:
        allow(organisation_id, *terms["scopes"])
    enterer, reviewer = _person("enterer"), _person("reviewer")
    registered = services.register(
        organisation_id=organisation_id, sector=sector, is_public=is_public,
        terms=Terms(**{**given, **terms}), loopback=True, actor=people.actor(enterer), now=clock.now(),
    )  # fmt: skip
    if is_active:
        draft = AppTerms.objects.get(app=registered.app, state="draft")
        services.approve(
            app_id=registered.app.pk, terms_id=draft.pk, actor=people.actor(reviewer), now=clock.now()
        )  # fmt: skip
    return Made(registered.app, registered.secret)


def allow(organisation_id: int, *scopes: str) -> None:
    """The node lets apps of this institution ask for these and no others."""
    by = people.actor(_person("reviewer"))
    services.allow_scopes(organisation_id=organisation_id, scopes=scopes, actor=by, now=clock.now())


def _person(name: str) -> User:
    return User.objects.filter(username=name).first() or make_user(name, role="platform_admin")


class RelyingParty:
    """The app's side. Each step can be changed by whoever wants to do it wrong."""

    def __init__(self, made: Made, browser: Client, **asked: str) -> None:
        self.app, self.secret, self.browser, self.machine = made.app, made.secret, browser, Client()
        self.verifier = secrets.token_urlsafe(48)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(self.verifier.encode()).digest()).rstrip(b"=").decode()
        self.asked = {
            "client_id": self.app.client_id, "response_type": "code", "redirect_uri": BACK, "scope": "openid profile",
            "state": "s-1", "nonce": "n-1", "code_challenge": challenge, "code_challenge_method": "S256", **asked,
        }  # fmt: skip

    @property
    def address(self) -> str:
        return "/openid/authorize?" + urlencode({key: value for key, value in self.asked.items() if value != ""})

    def ask(self) -> Any:
        return self.browser.get(self.address)

    def agree(self, answer: str = "yes") -> Any:
        """Looks at the page for consent and answers it."""
        page = self.ask()
        question = page.context["question"]
        return self.browser.post(self.address, {"question": question, "answer": answer})

    def come_back(self, answer: Any) -> dict[str, str]:
        """What stands in the address that the browser is sent to."""
        to = sent_to(answer)
        assert to.startswith(BACK), to
        return {key: values[0] for key, values in parse_qs(urlsplit(to).query).items()}

    def code(self) -> str:
        answer = self.ask()
        return self.come_back(answer if answer.status_code == 302 else self.agree())["code"]

    def post(self, path: str, given: dict[str, str]) -> Any:
        return self.machine.post(
            path, urlencode({**self.credentials(), **given}), content_type="application/x-www-form-urlencoded"
        )

    def credentials(self) -> dict[str, str]:
        return {"client_id": self.app.client_id, **({"client_secret": self.secret} if self.secret else {})}

    def redeem(self, code: str, **changed: str) -> Any:
        given = {
            "grant_type": "authorization_code", "code": code, "redirect_uri": BACK, "code_verifier": self.verifier,
        }  # fmt: skip
        return self.post("/openid/token", {**given, **changed})

    def tokens(self) -> dict[str, Any]:
        answer = self.redeem(self.code())
        assert answer.status_code == 200, answer.content.decode()
        read: dict[str, Any] = answer.json()
        return read

    def refresh(self, token: str, **more: str) -> Any:
        return self.post("/openid/token", {"grant_type": "refresh_token", "refresh_token": token, **more})

    def userinfo(self, access: str) -> Any:
        return self.machine.get("/openid/userinfo", headers={"authorization": f"Bearer {access}"})

    def introspect(self, token: str) -> Any:
        return self.post("/openid/introspect", {"token": token}).json()


def sent_to(answer: Any) -> str:
    """Where a browser goes on to: at once, or by the page in between after a form."""
    if answer.status_code == 302:
        return str(answer["Location"])
    assert "url" in (answer.context or {}), answer.content.decode()
    return str(answer.context["url"])


def opened(token: str) -> dict[str, Any]:
    """A token of this node, checked against its public keys as an app does it."""
    kid = jwt.get_unverified_header(token)["kid"]
    key = next(one for one in queries.public_keys(clock.now()) if one["kid"] == kid)
    read: dict[str, Any] = jwt.decode(token, jwt.PyJWK(key).key, algorithms=["RS256"], options={"verify_aud": False})
    return read
