"""Letting a program in: its token and scope, how often it may ask, its key, and how it is refused."""

import datetime as dt
import hashlib
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.utils import translation
from django.utils.cache import add_never_cache_headers, patch_vary_headers
from django.utils.translation import trans_real
from ninja import NinjaAPI
from ninja.errors import ValidationError
from ninja.security.base import AuthBase

from wenmai.gateway.taking.wording import OTHERWISE, SENTENCES, STATUS
from wenmai.lib import clock, pace
from wenmai.lib.levels import Level
from wenmai.lib.refusal import Refused
from wenmai.people.queries import visitors
from wenmai.people.queries.visitors import Visitor

READS, WRITES = "bookings", "bookings_write"
"""The scopes; `people.provider.rules.SCOPES` has their words."""
READS_PER_MINUTE, WRITES_PER_MINUTE, WRONG_PER_MINUTE = 120, 30, 60
"""By one app for one person; wrong tokens from one address. Ours, no norm."""
SAFE = ("GET", "HEAD")
LONGEST_KEY = 255
_KEY = re.compile(rf'"?([\x21\x23-\x7e]{{1,{LONGEST_KEY}}})"?')
HERE = "my/"


class No(Exception):
    """A refusal on its way out, in words already: its language is the request's."""

    def __init__(self, code: str, detail: str = "", *, words: str = "", **headers: str) -> None:
        super().__init__(code)
        self.code, self.detail, self.headers = code, detail, headers
        self.words = words or str(SENTENCES[code]) % {"detail": detail}
        self.status = STATUS.get(code, OTHERWISE)


class Token(AuthBase):
    """Looks at the header only: what stands in an address is written down on the way, and cookies mean nothing."""

    openapi_type = "oauth2"
    scope, level = READS, Level.GUEST

    def __init__(self) -> None:
        self.openapi_flows = {
            "authorizationCode": {
                "authorizationUrl": "/openid/authorize", "tokenUrl": "/openid/token", "refreshUrl": "/openid/token",
                "scopes": {self.scope: visitors.scope_words()[self.scope]},
            }
        }  # fmt: skip
        super().__init__()

    def __call__(self, request: HttpRequest) -> Visitor:
        now = clock.now()
        place = f"api wrong {request.META.get('REMOTE_ADDR', '')}"
        require_pace(place, WRONG_PER_MINUTE, now, counts=False)
        scheme, _blank, token = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token.strip():
            raise No("token_missing", **{"WWW-Authenticate": f'Bearer scope="{self.scope}"'})
        found = visitors.visitor(token.strip(), now)
        if found is None:
            pace.count(place, now.timestamp())
            raise No("token_odd", **{"WWW-Authenticate": 'Bearer error="invalid_token"'})
        if self.scope not in found.scopes:
            told = f'Bearer error="insufficient_scope", scope="{self.scope}"'
            raise No("scope_missing", self.scope, **{"WWW-Authenticate": told})
        if found.is_child:
            raise No("child")
        if found.actor.level < self.level:
            raise no_level(self.level)
        most = READS_PER_MINUTE if request.method in SAFE else WRITES_PER_MINUTE
        kind = "reads" if request.method in SAFE else "writes"
        require_pace(f"api {kind} {found.app_id} {found.actor.user_id}", most, now, counts=True)
        return found


class Reads(Token):
    """Reads one's own."""


class Writes(Token):
    """Takes places and gives them back."""

    scope, level = WRITES, Level.PHONE


def no_level(level: int) -> No:
    """How to step up is told as RFC 9470 has it."""
    acr = visitors.acr(level)
    told = f'Bearer error="insufficient_user_authentication", acr_values="{acr}"'
    return No("level_low", acr, **{"WWW-Authenticate": told})


def require_pace(key: str, most: int, now: dt.datetime, *, counts: bool) -> None:
    """Refused: too_often (detail: seconds)."""
    moment = now.timestamp()
    if pace.is_over(key, most, moment):
        wait = pace.wait_s(key, moment)
        raise No("too_often", str(wait), **{"Retry-After": str(wait)})
    if counts:
        pace.count(key, moment)


def key_of(request: HttpRequest, visitor: Visitor) -> str:
    """What the services know the request by: apps do not meet each other's keys, nor those of pages. As a quoted
    string, as the draft of the header has it, or bare. Refused: key_missing, key_odd."""
    given = request.headers.get("Idempotency-Key", "").strip()
    if not given:
        raise No("key_missing")
    found = _KEY.fullmatch(given)
    if found is None:
        raise No("key_odd")
    return "api:" + hashlib.sha256(f"{visitor.app_id}\n{found[1]}".encode()).hexdigest()[:56]


@contextmanager
def refusing(sentence: Callable[[Refused], str], *, level: int = 0) -> Iterator[None]:
    """A service's refusal gets its status and its sentence. `level`: what would be enough where less was shown."""
    try:
        yield
    except Refused as refusal:
        if refusal.code in ("level_low", "level_needed"):
            raise no_level(level) from refusal
        words = "" if refusal.code in SENTENCES else sentence(refusal)
        raise No(refusal.code, refusal.detail, words=words) from refusal


def visitor_of(request: HttpRequest) -> Visitor:
    """Whom the token let in."""
    found = getattr(request, "auth", None)  # ninja keeps it there
    assert isinstance(found, Visitor)
    return found


def register(api: NinjaAPI) -> None:
    """How refusals are answered."""

    @api.exception_handler(No)
    def refuse(request: HttpRequest, no: No) -> Any:
        answer = api.create_response(
            request, {"code": no.code, "detail": no.words, "about": no.detail}, status=no.status
        )
        for name, value in no.headers.items():
            answer[name] = value
        return answer

    @api.exception_handler(ValidationError)
    def cannot_be_read(request: HttpRequest, error: ValidationError) -> Any:
        if f"/{HERE}" not in request.path:
            return api.create_response(request, {"detail": error.errors}, status=422)
        if any(one.get("loc", ("",))[0] == "header" for one in error.errors):
            return refuse(request, No("key_missing" if not request.headers.get("Idempotency-Key") else "key_odd"))
        names = sorted({str(one["loc"][-1])[:40] for one in error.errors if one.get("loc")})[:9]
        return refuse(request, No("request_odd", ", ".join(names)))


def in_their_language(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Sentences as Accept-Language asks for; nobody keeps the answer."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        with translation.override(_language(request.headers.get("Accept-Language", "")[:200])):
            response = view(request, *args, **kwargs)
            response["Content-Language"] = translation.get_language() or ""
        patch_vary_headers(response, ["Accept-Language", "Authorization"])
        add_never_cache_headers(response)
        return response

    return answer


def _language(asked: str) -> str:
    """The first one that there is; Chinese for all others."""
    for code, _weight in trans_real.parse_accept_lang_header(asked.lower()):
        try:
            return trans_real.get_supported_language_variant(code)
        except LookupError:
            continue
    return "zh-hans"
