"""What an upstream may say, and what of it is believed. Numbers are ours, none is a norm."""

import base64
import datetime as dt
import hashlib
import hmac
import re
from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import jwt

from wenmai.lib.levels import Level
from wenmai.lib.refusal import Refused
from wenmai.people.provider.rules import read_uri

ALGORITHMS = {"RS256": "RSA", "PS256": "RSA", "ES256": "EC"}
"""What a token may be signed with, and the kind of key for it. No `none`, and nothing that shares a secret."""
LEEWAY_S = 60
"""How far clocks may differ."""
FRESH_S = 600
"""A token that was made longer ago is not for this login."""
LOGOUT_EVENT = "http://schemas.openid.net/event/backchannel-logout"
LONGEST_TOKEN = 32_000
METADATA_S = 86_400
KEYS_AGAIN_S = 300
"""A key that is not known is looked for at most so often."""
PENDING_S = 900
"""How long somebody may take at the upstream, and then to say whose account it is."""
SESSION_KEPT_S = 2 * 86_400
CARDS, CARD_NUMBERS = "cards", "card_numbers"
"""Scopes by which another node of ours tells of reader cards that count here."""
ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")
_SLUG = re.compile(r"[a-z][a-z0-9-]{1,30}")
_PRINTED = re.compile(r"[\x20-\x7e]{1,255}")


class Proof(NamedTuple):
    """Who somebody is at an upstream, as it was signed."""

    subject: str
    acr: str
    sid: str
    name: str
    id_token: str
    auth_time: float
    """When they showed it there; 0 where nothing is said of it."""
    refresh_sealed: str = ""
    """What asks there again for reader cards, where they agreed to that; sealed, for it stands in the session."""


def read_slug(text: str) -> str:
    """Refused: slug_unfit."""
    if not _SLUG.fullmatch(text.strip()):
        raise Refused("slug_unfit", text.strip()[:40])
    return text.strip()


def read_issuer(text: str, *, loopback: bool) -> str:
    """Letter by letter as the upstream names itself; no query. Refused: issuer_unfit."""
    issuer = text.strip()
    try:
        read_uri(issuer, loopback=loopback)
    except Refused as unfit:
        raise Refused("issuer_unfit", issuer[:100]) from unfit
    if urlsplit(issuer).query:
        raise Refused("issuer_unfit", issuer[:100])
    return issuer


def read_levels(text: str) -> dict[str, int]:
    """`acr = level`, one a line. Refused: levels_unfit (detail: the line)."""
    found: dict[str, int] = {}
    for line in text.splitlines():
        if not line.strip():
            continue
        acr, sign, level = (part.strip() for part in line.rpartition("="))
        if not sign or not _PRINTED.fullmatch(acr) or level not in {"0", "1", "2", "3"} or len(found) >= 20:
            raise Refused("levels_unfit", line.strip()[:60])
        found[acr] = int(level)
    return found


def level_of(acr: str, levels: Mapping[str, int], otherwise: int) -> Level:
    """What the upstream's word for a login is worth here."""
    return Level(levels.get(acr, otherwise))


def read_metadata(told: Any, issuer: str, *, loopback: bool) -> dict[str, Any]:
    """What is kept of a provider's document (OpenID Connect Discovery 1.0 §4.3). Refused: upstream_odd (detail)."""
    if not isinstance(told, dict):
        raise Refused("upstream_odd", "no document")
    if told.get("issuer") != issuer:
        raise Refused("upstream_odd", f"issuer {str(told.get('issuer'))[:100]}")
    kept: dict[str, Any] = {}
    for name in (*ENDPOINTS, "userinfo_endpoint", "end_session_endpoint"):
        address = told.get(name)
        if address is None and name not in ENDPOINTS:
            continue
        try:
            kept[name] = read_uri(str(address or ""), loopback=loopback)
        except Refused as unfit:
            raise Refused("upstream_odd", f"{name} {str(address)[:100]}") from unfit
    if "S256" not in _words(told, "code_challenge_methods_supported", ["S256"]):
        raise Refused("upstream_odd", "code_challenge_methods_supported")
    if not set(_words(told, "id_token_signing_alg_values_supported", ["RS256"])) & set(ALGORITHMS):
        raise Refused("upstream_odd", "id_token_signing_alg_values_supported")
    kept["says_iss"] = told.get("authorization_response_iss_parameter_supported") is True
    methods = _words(told, "token_endpoint_auth_methods_supported", ["client_secret_basic"])
    kept["by_post"] = "client_secret_basic" not in methods and "client_secret_post" in methods
    return kept


def _words(told: Mapping[str, Any], name: str, otherwise: list[str]) -> list[str]:
    found = told.get(name, otherwise)
    return [one for one in found if isinstance(one, str)] if isinstance(found, list) else []


def read_keys(told: Any) -> list[dict[str, str]]:
    """Public keys for signatures, at most fifty; whatever else is in the set is left out. Refused: upstream_odd."""
    keys = told.get("keys") if isinstance(told, dict) else None
    if not isinstance(keys, list):
        raise Refused("upstream_odd", "keys")
    fields = ("kty", "kid", "n", "e", "crv", "x", "y", "alg")
    kept = [
        {name: key[name] for name in fields if isinstance(key.get(name), str)}
        for key in keys[:50]
        if isinstance(key, dict) and key.get("use", "sig") == "sig" and key.get("kty") in {"RSA", "EC"}
    ]
    return [key for key in kept if key["kty"] == "RSA" or key.get("crv") == "P-256"]


def check_id_token(
    token: str, keys: list[dict[str, str]], *, issuer: str, client_id: str, nonce: str, access_token: str,
    now: dt.datetime,
) -> dict[str, Any]:  # fmt: skip
    """OpenID Connect Core 1.0 §3.1.3.7. Refused: token_odd (detail: what), key_unknown."""
    told, algorithm = _opened(token, keys, issuer=issuer, client_id=client_id, now=now)
    if not isinstance(told.get("nonce"), str) or not hmac.compare_digest(told["nonce"].encode(), nonce.encode()):
        raise Refused("token_odd", "nonce")
    if not isinstance(told.get("sub"), str) or not _PRINTED.fullmatch(told["sub"]):
        raise Refused("token_odd", "sub")
    if "exp" not in told:
        raise Refused("token_odd", "exp")
    if "events" in told:
        raise Refused("token_odd", "events")
    if "at_hash" in told and told["at_hash"] != _half(access_token):
        raise Refused("token_odd", f"at_hash {algorithm}")
    return told


def check_logout_token(
    token: str, keys: list[dict[str, str]], *, issuer: str, client_id: str, now: dt.datetime
) -> tuple[str, str]:
    """OpenID Connect Back-Channel Logout 1.0 §2.6: (subject, sid), one of which may be empty.

    Refused: token_odd (detail: what), key_unknown.
    """
    told, _algorithm = _opened(token, keys, issuer=issuer, client_id=client_id, now=now)
    events = told.get("events")
    if not isinstance(events, dict) or not isinstance(events.get(LOGOUT_EVENT), dict):
        raise Refused("token_odd", "events")
    if "nonce" in told:
        raise Refused("token_odd", "nonce")
    subject, sid = (told.get(name, "") for name in ("sub", "sid"))
    if not isinstance(subject, str) or not isinstance(sid, str) or not (subject or sid):
        raise Refused("token_odd", "sub")
    return subject, sid


def _opened(
    token: str, keys: list[dict[str, str]], *, issuer: str, client_id: str, now: dt.datetime
) -> tuple[dict[str, Any], str]:
    """Signature, issuer, audience and times."""
    if not isinstance(token, str) or len(token) > LONGEST_TOKEN:
        raise Refused("token_odd", "length")
    try:
        header = jwt.get_unverified_header(token)
    except jwt.PyJWTError as odd:
        raise Refused("token_odd", "header") from odd
    algorithm = header.get("alg")
    if algorithm not in ALGORITHMS:
        raise Refused("token_odd", f"alg {str(algorithm)[:20]}")
    if "crit" in header:
        raise Refused("token_odd", "crit")
    try:
        told: dict[str, Any] = jwt.decode(
            token, jwt.PyJWK(_key(keys, header), algorithm=algorithm).key, algorithms=[algorithm],
            options={"verify_exp": False, "verify_nbf": False, "verify_iat": False, "verify_aud": False,
                     "verify_sub": False, "verify_jti": False},
        )  # fmt: skip
    except (jwt.PyJWTError, ValueError, TypeError) as odd:
        raise Refused("token_odd", "signature") from odd
    if told.get("iss") != issuer:
        raise Refused("token_odd", "iss")
    _check_audience(told, client_id)
    _check_times(told, now.timestamp())
    return told, algorithm


def _key(keys: list[dict[str, str]], header: Mapping[str, Any]) -> dict[str, str]:
    """The one that the token names, of the kind that its algorithm has. Refused: key_unknown, token_odd."""
    kind, kid = ALGORITHMS[header["alg"]], header.get("kid")
    named = [key for key in keys if kid is None or key.get("kid") == kid]
    if kid is not None and not named:
        raise Refused("key_unknown", str(kid)[:60])
    fit = [key for key in named if key["kty"] == kind and key.get("alg", header["alg"]) == header["alg"]]
    if len(fit) != 1:
        raise Refused("token_odd", "key")
    return fit[0]


def _check_audience(told: Mapping[str, Any], client_id: str) -> None:
    audience = told.get("aud")
    among = audience if isinstance(audience, list) else [audience]
    if client_id not in among:
        raise Refused("token_odd", "aud")
    if told.get("azp", client_id) != client_id or (len(among) > 1 and "azp" not in told):
        raise Refused("token_odd", "azp")


def _check_times(told: Mapping[str, Any], moment: float) -> None:
    for name in ("iat", "exp", "nbf"):
        number = told.get(name)
        if number is not None and (isinstance(number, bool) or not isinstance(number, int | float)):
            raise Refused("token_odd", name)
    if "iat" not in told or not moment - FRESH_S <= told["iat"] <= moment + LEEWAY_S:
        raise Refused("token_odd", "iat")
    if told.get("exp") is not None and told["exp"] <= moment - LEEWAY_S:
        raise Refused("token_odd", "exp")
    if told.get("nbf") is not None and told["nbf"] > moment + LEEWAY_S:
        raise Refused("token_odd", "nbf")


def _half(access_token: str) -> str:
    """`at_hash` of all three algorithms: they all have SHA-256."""
    digest = hashlib.sha256(access_token.encode()).digest()
    return base64.urlsafe_b64encode(digest[:16]).rstrip(b"=").decode()
