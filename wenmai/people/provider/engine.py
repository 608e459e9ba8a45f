"""oauthlib's grammar and django-allauth's validator, answering from our tables.

Of the base class stay: which client asks, which response and grant types it may, how a client without a secret is let
in. What it keeps in a cache or compares loosely (codes, redirect addresses, refresh tokens) is here (docs/adr/0016).
"""

import datetime as dt
import hmac
import secrets
import uuid
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import jwt
from allauth.core import context
from allauth.core.internal.httpkit import extract_basic_auth
from allauth.idp.oidc.internal.oauthlib.request_validator import OAuthLibRequestValidator
from allauth.idp.oidc.internal.oauthlib.utils import get_validator_context
from allauth.idp.oidc.models import Client
from django.conf import settings
from oauthlib.common import Request
from oauthlib.oauth2.rfc6749.errors import InvalidScopeError
from oauthlib.openid import Server

from wenmai.lib import clock
from wenmai.people.provider import limits, queries, services
from wenmai.people.provider.models import AppCode, AppLogin
from wenmai.people.provider.queries import ActiveApp
from wenmai.people.provider.rules import ACCESS_S, ID_TOKEN_S, OPTIONAL, without
from wenmai.people.provider.services import Granted
from wenmai.people.provider.services.apps import digest
from wenmai.people.provider.services.keys import ALGORITHM

GRANTS = ("authorization_code", "refresh_token")


@dataclass
class Asking:
    """What is known of one request; on Django's request, so that no parameter can be taken for it."""

    apps: dict[str, ActiveApp] = field(default_factory=dict)
    granted: Granted | None = None
    code: AppCode | None = None
    login: AppLogin | None = None
    withheld: tuple[str, ...] = ()
    pair: tuple[str, str] = ("", "")
    sid: str = ""


def asking() -> Asking:
    found = getattr(context.request, "_people_asking", None)
    if found is None:
        found = context.request._people_asking = Asking()
    assert isinstance(found, Asking)
    return found


class Validator(OAuthLibRequestValidator):
    # --- the app ---------------------------------------------------------------------------------------------------
    def _lookup_client(self, request: Request, client_id: Any) -> Client | None:
        """An app whose terms are in use, in the shape that allauth knows; it is not in allauth's table."""
        clients = get_validator_context().clients
        if client_id not in clients:
            app = queries.active_app(client_id) if isinstance(client_id, str) else None
            clients[client_id] = _shaped(app) if app else None
            if app:
                asking().apps[client_id] = app
        return clients[client_id]

    def authenticate_client(self, request: Request, *args: Any, **kwargs: Any) -> bool:
        client_id, secret = extract_basic_auth(request.headers)
        if not client_id and not secret:
            client_id, secret = getattr(request, "client_id", None), getattr(request, "client_secret", None)
        client = self._lookup_client(request, client_id) if client_id else None
        if client is None or client.type != Client.Type.CONFIDENTIAL or not isinstance(secret, str) or not secret:
            return False
        if not hmac.compare_digest(client.secret, digest(secret)):
            return False
        self._use_client(request, client)
        return True

    def validate_redirect_uri(self, client_id: str, redirect_uri: str, request: Request, *args: Any, **kwargs: Any):  # type: ignore[no-untyped-def]
        """Letter by letter (RFC 9700 §2.1)."""
        return redirect_uri in asking().apps[client_id].redirect_uris

    def is_pkce_required(self, client_id: str, request: Request) -> bool:
        return True

    def is_origin_allowed(self, client_id: str, origin: str, request: Request, *args: Any, **kwargs: Any) -> bool:
        return False

    def validate_scopes(
        self, client_id: str, scopes: list[str], client: Client, request: Request, *args: Any, **kwargs: Any
    ) -> bool:
        """What the node has withdrawn is left out, and the login goes on with the rest; the app reads in the answer
        what it was given (RFC 6749 §3.3). What its terms never had is refused."""
        app = self._app(client)
        held = {*OPTIONAL} - {*app.scopes}
        request.scopes = without(scopes, {*app.withdrawn, *held})
        asking().withheld = tuple(one for one in app.withdrawn if one in scopes)
        return bool(request.scopes) and {*request.scopes} <= {*app.scopes}

    # --- codes -----------------------------------------------------------------------------------------------------
    def save_authorization_code(self, client_id: str, code: Any, request: Request, *args: Any, **kwargs: Any) -> None:
        granted = asking().granted
        assert granted is not None
        services.issue_code(granted=granted, code=code["code"], now=clock.now())

    def validate_code(
        self, client_id: str, code: str, client: Client, request: Request, *args: Any, **kwargs: Any
    ) -> bool:
        found = services.take_code(code=code, app_id=self._app(client).id, now=clock.now())
        if found is None or not found.user.is_active:
            return False
        asking().code = found
        request.user, request.scopes, request.claims = found.user, found.scopes, None
        request.code_challenge, request.code_challenge_method = found.challenge, "S256"
        return True

    def get_code_challenge(self, code: str, request: Request) -> str | None:
        found = asking().code
        return found.challenge if found else None

    def get_code_challenge_method(self, code: str, request: Request) -> str | None:
        return "S256"

    def confirm_redirect_uri(
        self, client_id: str, code: str, redirect_uri: str, client: Client, request: Request, *args: Any, **kwargs: Any
    ) -> bool:
        found = asking().code
        return found is not None and found.redirect_uri == redirect_uri

    def get_authorization_code_scopes(
        self, client_id: str, code: str, redirect_uri: str, request: Request
    ) -> list[str]:
        """Asked before the code is looked at, to tell OpenID from OAuth: with us it is always OpenID."""
        found = asking().code
        return list(found.scopes) if found else ["openid"]

    def get_authorization_code_nonce(
        self, client_id: str, code: str, redirect_uri: str, request: Request
    ) -> str | None:
        found = asking().code
        return (found.nonce or None) if found else None

    def invalidate_authorization_code(
        self, client_id: str, code: str, request: Request, *args: Any, **kwargs: Any
    ) -> None:
        """It was used up when it was looked at."""

    # --- tokens ----------------------------------------------------------------------------------------------------
    def validate_refresh_token(
        self, refresh_token: str, client: Client, request: Request, *args: Any, **kwargs: Any
    ) -> bool:
        found = services.refresh(token=refresh_token, app_id=self._app(client).id, now=clock.now())
        if found is None or not found.user.is_active:
            return False
        if request.scope and {*request.scope.split()} != {*found.scopes}:
            raise InvalidScopeError("Tokens are for all that was agreed to: leave scope out.", request=request)
        asking().login = found
        request.user = found.user
        return True

    def get_original_scopes(self, refresh_token: str, request: Request, *args: Any, **kwargs: Any) -> list[str]:
        login = asking().login
        return list(login.scopes) if login else []

    def rotate_refresh_token(self, request: Request) -> bool:
        return True

    def refresh_id_token(self, request: Request) -> bool:
        return True

    def save_bearer_token(self, token: dict[str, Any], request: Request, *args: Any, **kwargs: Any) -> None:
        now, now_asking = clock.now(), asking()
        access, refresh = now_asking.pair
        if now_asking.login is not None:
            services.rotate_tokens(login=now_asking.login, access=access, refresh=refresh, now=now)
        else:
            assert now_asking.code is not None
            services.begin_login(code=now_asking.code, access=access, refresh=refresh, sid=now_asking.sid, now=now)

    def finalize_id_token(
        self, id_token: dict[str, Any], token: dict[str, Any], token_handler: Any, request: Request
    ) -> str:
        now, now_asking = clock.now(), asking()
        known = now_asking.login or now_asking.code
        assert known is not None
        if isinstance(known, AppLogin):
            sub, sid = known.subject, known.sid
        else:
            now_asking.sid = sid = secrets.token_urlsafe(16)
            sub = services.subject(app_id=known.app_id, user_id=known.user_id)
        moment = int(now.timestamp())
        told = {
            **id_token, "iss": settings.BASE_URL, "sub": sub, "sid": sid, "iat": moment, "exp": moment + ID_TOKEN_S,
            "jti": uuid.uuid4().hex, "auth_time": int(known.authenticated_at.timestamp()), "acr": known.acr,
            "amr": list(known.amr),
        }  # fmt: skip
        return services.sign(told, now=now)

    def validate_bearer_token(self, token: str, scopes: list[str], request: Request) -> bool:
        """In the header only: what stands in an address is written down on the way."""
        if not token or "HTTP_AUTHORIZATION" not in request.headers:
            return False
        found = queries.login_by_access(token, clock.now())
        if found is None or not set(scopes) <= set(found.scopes):
            return False
        asking().login = found
        request.user, request.scopes, request.access_token = found.user, list(found.scopes), token
        request.client, request.client_id = None, found.app.client_id
        return True

    def get_userinfo_claims(self, request: Request) -> dict[str, Any]:
        login = asking().login
        assert login is not None
        return queries.claims(login)

    def introspect_token(
        self, token: str, token_type_hint: str | None, request: Request, *args: Any, **kwargs: Any
    ) -> dict[str, Any] | None:
        """For apps with a secret, about tokens that they were given; about others nothing is said."""
        app, now = self._app(request.client), clock.now()
        asker = f"introspect {app.client_id}"
        if limits.is_over(asker, limits.PER_MINUTE, now.timestamp()):
            raise limits.TooMany
        limits.count(asker, now.timestamp())
        access = queries.login_by_access(token, now)
        login = access or queries.login_by_refresh(token, now)
        if login is None or login.app_id != app.id:
            return None
        until = login.access_until if access else login.refresh_until
        return {
            "iss": settings.BASE_URL, "client_id": app.client_id, "sub": login.subject, "aud": app.client_id,
            "scope": " ".join(login.scopes), "token_type": "Bearer" if access else "refresh_token",
            "exp": int(until.timestamp()), "acr": login.acr, "auth_time": int(login.authenticated_at.timestamp()),
        }  # fmt: skip

    def revoke_token(
        self, token: str, token_type_hint: str | None, request: Request, *args: Any, **kwargs: Any
    ) -> None:
        services.revoke(token=token, app_id=self._app(request.client).id, now=clock.now())

    # --- who is here -----------------------------------------------------------------------------------------------
    def validate_silent_login(self, request: Request) -> bool:
        return bool(context.request.user.is_authenticated)

    def validate_silent_authorization(self, request: Request) -> bool:
        """The page for consent looks, as for everybody."""
        return True

    def validate_user_match(self, id_token_hint: str | None, scopes: Any, claims: Any, request: Request) -> bool:
        """That the person who is here is the one the app means."""
        if not id_token_hint or not context.request.user.is_authenticated:
            return True
        hint = read_hint(id_token_hint, clock.now())
        app = self._app(request.client)
        if hint is None or hint.get("aud") != app.client_id:
            return False
        return bool(hint.get("sub") == services.subject(app_id=app.id, user_id=context.request.user.pk))

    def _app(self, client: Client) -> ActiveApp:
        return asking().apps[client.id]


def read_hint(token: str, now: dt.datetime) -> dict[str, Any] | None:
    """An identity token of ours, however old; None for anything else."""
    try:
        kid = jwt.get_unverified_header(token).get("kid")
        key = next(one for one in queries.public_keys(now) if one["kid"] == kid)
        read: dict[str, Any] = jwt.decode(
            token, jwt.PyJWK(key).key, algorithms=[ALGORITHM], issuer=settings.BASE_URL,
            options={"verify_exp": False, "verify_aud": False, "verify_iat": False, "require": ["iss", "sub", "aud"]},
        )  # fmt: skip
    except (jwt.PyJWTError, StopIteration):
        return None
    return None if "events" in read else read


def _shaped(app: ActiveApp) -> Client:
    return Client(
        id=app.client_id, name=app.name, secret=app.secret_hash, scopes="\n".join(app.scopes), response_types="code",
        type=Client.Type.PUBLIC if app.is_public else Client.Type.CONFIDENTIAL, grant_types="\n".join(GRANTS),
        redirect_uris="\n".join(app.redirect_uris), skip_consent=app.is_first_party,
    )  # fmt: skip


def _access_token(request: Request) -> str:
    now_asking = asking()
    now_asking.pair = services.new_tokens(now_asking.login.word if now_asking.login else "")
    return now_asking.pair[0]


def _refresh_token(request: Request) -> str:
    return asking().pair[1]


@lru_cache(maxsize=1)
def server() -> Server:
    return Server(
        request_validator=Validator(), token_expires_in=ACCESS_S, token_generator=_access_token,
        refresh_token_generator=_refresh_token,
    )  # fmt: skip
