"""Asking upstreams: small, patient for seconds only, and never inside a transaction of ours."""

import base64
import datetime as dt
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

from django.conf import settings

from wenmai.lib import vault
from wenmai.lib.http import Fetcher, FetchFailed, Limits, Patience
from wenmai.lib.refusal import Refused
from wenmai.people.upstreams import services, wechat
from wenmai.people.upstreams.models import Upstream, UpstreamSession
from wenmai.people.upstreams.rules import (
    CARDS,
    KEYS_AGAIN_S,
    LONGEST_TOKEN,
    METADATA_S,
    Proof,
    check_id_token,
    check_logout_token,
    read_keys,
    read_metadata,
)

LIMITS = Limits(connect_s=5, read_s=10, total_s=15, body_bytes=256 * 1024, redirects=0)
FORM = "application/x-www-form-urlencoded"


def learn(upstream: Upstream, now: dt.datetime) -> Upstream:
    """What it says about itself and its keys, asked anew. Refused: upstream_silent, upstream_odd."""
    if upstream.issuer == wechat.ISSUER:
        return services.note_learned(upstream_id=upstream.pk, metadata=wechat.METADATA, keys=[], now=now)
    address = f"{upstream.issuer.rstrip('/')}/.well-known/openid-configuration"
    metadata = read_metadata(_get(address), upstream.issuer, loopback=settings.DEMO)
    keys = read_keys(_get(metadata["jwks_uri"]))
    return services.note_learned(upstream_id=upstream.pk, metadata=metadata, keys=keys, now=now)


def fresh(upstream: Upstream, now: dt.datetime) -> Upstream:
    """Learned within a day; where it is silent, what it said last goes on."""
    known_for = (now - upstream.learned_at).total_seconds() if upstream.learned_at else None
    if known_for is not None and known_for < METADATA_S:
        return upstream
    try:
        return learn(upstream, now)
    except Refused:
        if upstream.metadata:
            return upstream
        raise


def exchange(upstream: Upstream, *, code: str, redirect_uri: str, verifier: str, nonce: str, now: dt.datetime) -> Proof:
    """Who came, for their code. Refused: upstream_silent, upstream_refused, token_odd, key_unknown."""
    if upstream.issuer == wechat.ISSUER:
        return _from_wechat(upstream, code, now)
    tokens = _post(
        upstream.metadata["token_endpoint"],
        {
            "grant_type": "authorization_code", "code": code, "redirect_uri": redirect_uri, "code_verifier": verifier,
        },
        upstream,
    )  # fmt: skip
    access, token = tokens.get("access_token"), tokens.get("id_token")
    if not isinstance(access, str) or not isinstance(token, str):
        raise Refused("token_odd", "id_token")
    held = {"issuer": upstream.issuer, "client_id": upstream.client_id, "nonce": nonce, "access_token": access}
    try:
        told = check_id_token(token, upstream.keys, now=now, **held)
    except Refused as refusal:
        if refusal.code != "key_unknown":
            raise
        told = check_id_token(token, _newer_keys(upstream, now), now=now, **held)
    name = told.get("name")
    if not isinstance(name, str) and "userinfo_endpoint" in upstream.metadata:
        name = _userinfo(upstream, access, told["sub"]).get("name")
    acr, sid, shown_at = told.get("acr", ""), told.get("sid", ""), told.get("auth_time")
    return Proof(
        subject=told["sub"], acr=acr if isinstance(acr, str) else "", sid=sid[:255] if isinstance(sid, str) else "",
        name=name.strip()[:60] if isinstance(name, str) else "", id_token=token,
        auth_time=float(shown_at) if isinstance(shown_at, int | float) else 0.0, refresh_sealed=_refresh(tokens),
    )  # fmt: skip


def _refresh(tokens: Mapping[str, Any]) -> str:
    """Kept only where reader cards were agreed to: nothing else is asked for again."""
    token, scopes = tokens.get("refresh_token"), tokens.get("scope")
    if not isinstance(token, str) or not isinstance(scopes, str) or CARDS not in scopes.split():
        return ""
    return vault.seal(token, purpose=services.REFRESH) if 0 < len(token) <= LONGEST_TOKEN else ""


def ask_again(session: UpstreamSession, now: dt.datetime) -> dict[str, Any] | None:
    """What the upstream says now about who came in by this login; None where it cannot be asked any more.

    The token is used once, whatever comes of it: an answer that was lost would make a second use a theft over there,
    and end the login. Refused: upstream_silent, upstream_refused, upstream_odd, token_odd.
    """
    token, upstream = services.take_refresh(session_id=session.pk), session.upstream
    if not token or "userinfo_endpoint" not in upstream.metadata:
        return None
    asked = {"grant_type": "refresh_token", "refresh_token": token}
    tokens = _post(upstream.metadata["token_endpoint"], asked, upstream)
    access, following = tokens.get("access_token"), tokens.get("refresh_token")
    if not isinstance(access, str):
        raise Refused("token_odd", "access_token")
    if isinstance(following, str) and 0 < len(following) <= LONGEST_TOKEN:
        services.keep_refresh(session_id=session.pk, token=following)
    return _userinfo(upstream, access, session.subject)


def _from_wechat(upstream: Upstream, code: str, now: dt.datetime) -> Proof:
    """Who scanned WeChat's picture a moment ago."""
    secret = vault.unseal(upstream.secret_sealed, purpose=services.SECRET) if upstream.secret_sealed else ""
    asked = wechat.question(app_id=upstream.client_id, secret=secret, code=code)
    came = wechat.read_login(
        _send(upstream.metadata["token_endpoint"], urlencode(asked).encode(), {"Content-Type": FORM})
    )
    asked = {"access_token": came.access, "openid": came.openid}
    told = _send(upstream.metadata["userinfo_endpoint"], urlencode(asked).encode(), {"Content-Type": FORM})
    return Proof(
        subject=came.subject, acr="", sid="", name=wechat.read_name(told, came.openid), id_token="",
        auth_time=now.timestamp(),
    )  # fmt: skip


def heard(upstream: Upstream, token: str, now: dt.datetime) -> tuple[str, str]:
    """Whose login ended there: (subject, sid). Refused: token_odd, key_unknown, upstream_silent."""
    held = {"issuer": upstream.issuer, "client_id": upstream.client_id}
    try:
        return check_logout_token(token, upstream.keys, now=now, **held)
    except Refused as refusal:
        if refusal.code != "key_unknown":
            raise
        return check_logout_token(token, _newer_keys(upstream, now), now=now, **held)


def _newer_keys(upstream: Upstream, now: dt.datetime) -> list[dict[str, str]]:
    if "jwks_uri" not in upstream.metadata or (
        upstream.keys_at and (now - upstream.keys_at).total_seconds() < KEYS_AGAIN_S
    ):
        raise Refused("token_odd", "kid")
    keys = read_keys(_get(upstream.metadata["jwks_uri"]))
    services.note_learned(upstream_id=upstream.pk, metadata=upstream.metadata, keys=keys, now=now)
    return keys


def _userinfo(upstream: Upstream, access: str, subject: str) -> dict[str, Any]:
    """Refused: token_odd where it tells of somebody else (OpenID Connect Core §5.3.2)."""
    address = upstream.metadata["userinfo_endpoint"]
    told = _send(address, b"", {"Authorization": f"Bearer {access}", "Content-Type": FORM})
    if told.get("sub") != subject:
        raise Refused("token_odd", "userinfo sub")
    return told


def _get(address: str) -> Any:
    try:
        with _fetcher() as fetcher:
            return fetcher.get(address, lambda answer: _read(answer.body))
    except FetchFailed as failure:
        raise Refused("upstream_silent", f"{failure.code} {failure.detail}"[:200]) from failure


def _post(address: str, given: dict[str, str], upstream: Upstream) -> dict[str, Any]:
    headers = {"Content-Type": FORM}
    secret = vault.unseal(upstream.secret_sealed, purpose=services.SECRET) if upstream.secret_sealed else ""
    if secret and not upstream.metadata.get("by_post"):
        pair = f"{quote(upstream.client_id, safe='')}:{quote(secret, safe='')}"
        headers["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
    else:
        given = {**given, "client_id": upstream.client_id, **({"client_secret": secret} if secret else {})}
    return _send(address, urlencode(given).encode(), headers)


def _send(address: str, body: bytes, headers: dict[str, str]) -> dict[str, Any]:
    try:
        with _fetcher() as fetcher:
            answer = fetcher.post(address, body, {"Accept": "application/json", **headers})
    except FetchFailed as failure:
        raise Refused("upstream_silent", f"{failure.code} {failure.detail}"[:200]) from failure
    if answer.status != 200:
        raise Refused("upstream_refused", f"status {answer.status}")
    told = _read(answer.body)
    if not isinstance(told, dict):
        raise Refused("upstream_odd", "no document")
    return told


def _fetcher() -> Fetcher:
    return Fetcher(allowed_hosts=settings.ALLOWED_PRIVATE_HOSTS, limits=LIMITS, patience=Patience(attempts=1))


def _read(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as odd:
        raise Refused("upstream_odd", "no JSON") from odd
