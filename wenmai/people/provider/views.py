"""What machines ask: who we are, our keys, tokens, and about tokens. People are in `pages`."""

import functools
import json
from collections.abc import Callable
from typing import Any, cast

from allauth.idp.oidc.internal.oauthlib.utils import convert_response, extract_params, get_validator_context
from django.conf import settings
from django.core.exceptions import BadRequest
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from oauthlib.oauth2.rfc6749.errors import OAuth2Error

from wenmai.lib import clock
from wenmai.lib.access import public
from wenmai.people.provider import limits, queries
from wenmai.people.provider.engine import GRANTS, server
from wenmai.people.provider.facts import ACR
from wenmai.people.provider.rules import SCOPES
from wenmai.people.provider.services.keys import ALGORITHM

SECRETS = ["client_secret_basic", "client_secret_post"]
MOST_BYTES = 64 * 1024
JWKS_S = 3_600
Answer = Callable[[HttpRequest], HttpResponse]


def plain(request: HttpRequest) -> None:
    """Refuses what no database and no protocol can hold."""
    if int(request.META.get("CONTENT_LENGTH") or 0) > MOST_BYTES:
        raise BadRequest("A form of less than 64 kB.")
    for asked in (request.GET, request.POST):
        if any("\0" in text for name, values in asked.lists() for text in (name, *values)):
            raise BadRequest("A name or a value holds a NUL character.")


def for_machines(answer: Answer) -> Answer:
    """Without cookies and tokens against forgery: who asks shows a secret or a token in the request itself. Wrong
    secrets from one address are answered for a while, then no more."""

    @functools.wraps(answer)
    def guarded(request: HttpRequest) -> HttpResponse:
        plain(request)
        now, place = clock.now().timestamp(), f"wrong {request.META.get('REMOTE_ADDR', '')}"
        if limits.is_over(place, limits.WRONG_PER_MINUTE, now):
            return _too_many()
        response = answer(request)
        if response.status_code == 401:
            limits.count(place, now)
        return response

    guarded.csrf_exempt = True  # type: ignore[attr-defined]
    return cast(Answer, public(never_cache(guarded)))


@require_safe
@public
@cache_control(max_age=JWKS_S, public=True)
def configuration(request: HttpRequest) -> HttpResponse:
    """OpenID Connect Discovery 1.0 §3."""

    def at(name: str) -> str:
        return f"{settings.BASE_URL}{reverse(name)}"

    told: dict[str, Any] = {
        "issuer": settings.BASE_URL,
        "authorization_endpoint": at("openid_authorize"),
        "token_endpoint": at("openid_token"),
        "userinfo_endpoint": at("openid_userinfo"),
        "jwks_uri": at("openid_jwks"),
        "introspection_endpoint": at("openid_introspect"),
        "revocation_endpoint": at("openid_revoke"),
        "end_session_endpoint": at("openid_logout"),
        "scopes_supported": [*SCOPES],
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": [*GRANTS],
        "subject_types_supported": ["pairwise"],
        "acr_values_supported": [ACR.format(level) for level in range(4)],
        "id_token_signing_alg_values_supported": [ALGORITHM],
        "token_endpoint_auth_methods_supported": [*SECRETS, "none"],
        "introspection_endpoint_auth_methods_supported": SECRETS,
        "revocation_endpoint_auth_methods_supported": [*SECRETS, "none"],
        "code_challenge_methods_supported": ["S256"],
        "claims_supported": [
            "sub", "sid", "iss", "aud", "exp", "iat", "auth_time", "nonce", "acr", "amr", "at_hash", "name",
            "phone_number", "phone_number_verified", "institution_roles",
            "reader_cards",
        ],
        "ui_locales_supported": ["zh-Hans", "en"],
        "authorization_response_iss_parameter_supported": True,
        "backchannel_logout_supported": True,
        "backchannel_logout_session_supported": True,
        "claims_parameter_supported": False,
        "request_parameter_supported": False,
        "request_uri_parameter_supported": False,
    }  # fmt: skip
    return _open(JsonResponse(told))


@require_safe
@public
@cache_control(max_age=JWKS_S, public=True)
def jwks(request: HttpRequest) -> HttpResponse:
    """Keys are kept by others for an hour; the next one is shown two weeks before it signs."""
    return _open(JsonResponse({"keys": queries.public_keys(clock.now())}))


@require_POST
@for_machines
@transaction.atomic
def token(request: HttpRequest) -> HttpResponse:
    """Tokens for a code, or for the refresh token of a login. What a replay ends stays ended: nothing is rolled
    back by a refusal."""
    answer: HttpResponse = convert_response(*server().create_token_response(*extract_params(request)))
    answer["Cache-Control"] = "no-store"
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
@for_machines
def userinfo(request: HttpRequest) -> HttpResponse:
    """What the app may know about who logged in."""
    try:
        answer: HttpResponse = convert_response(*server().create_userinfo_response(*extract_params(request)))
    except OAuth2Error as refused:
        answer = JsonResponse(json.loads(refused.json), status=refused.status_code)
        answer["WWW-Authenticate"] = f'Bearer error="{refused.error}"'
    return answer


@require_POST
@for_machines
def introspect(request: HttpRequest) -> HttpResponse:
    """RFC 7662, for apps with a secret and about their own tokens."""
    get_validator_context().supported_auth_methods = SECRETS
    try:
        _headers, body, status = server().create_introspect_response(*extract_params(request))
    except limits.TooMany:
        return _too_many()
    return HttpResponse(body, status=status, content_type="application/json")


@require_POST
@for_machines
@transaction.atomic
def revoke(request: HttpRequest) -> HttpResponse:
    """RFC 7009: the login ends, whichever of its tokens was named; what is no token is none any more."""
    _headers, body, status = server().create_revocation_response(*extract_params(request))
    return HttpResponse(body or "", status=status, content_type="application/json")


def _open(answer: HttpResponse) -> HttpResponse:
    answer["Access-Control-Allow-Origin"] = "*"
    return answer


def _too_many() -> HttpResponse:
    answer = JsonResponse(
        {"error": "temporarily_unavailable", "error_description": "Too many requests: wait for a minute."}, status=429
    )
    answer["Retry-After"] = "60"
    return answer
