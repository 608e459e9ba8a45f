"""Electronic reader cards: signed words that a gate can check without a network.

A token is a compact JWS (RFC 7515) with Ed25519 (RFC 8037), so that any gate can read it with a common library; what
stands in it and in the node's document is in docs/reference/card-tokens.md. Nothing here asks anybody: the document of
keys was fetched before, and the time is the gate's own.
"""

import base64
import binascii
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

TYPE = "card+jwt"
LONGEST = 1_500
SKEW_S = 60
"""By so much a gate's clock may be wrong."""
_PART = re.compile(r"[A-Za-z0-9_-]+")
_HEADER = {"alg", "kid", "typ"}
_TEXTS = {"iss": 200, "org": 16, "aud": 16, "sub": 43, "jti": 22, "num": 60}


class NotValid(Exception):
    """Why a gate stays shut. `code` is one of CODES; nothing of the token is in it."""

    CODES = (
        "not_a_card", "unknown_key", "forged", "expired", "not_yet", "elsewhere", "not_recognised", "revoked", "seen",
        "old_document", "no_document", "not_pinned", "document_forged", "older_document",
    )  # fmt: skip

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Card(NamedTuple):
    """What a valid token says. `organisation` gave the card, `at` is where it is shown, both by their 16-digit codes;
    `subject` is the same for one card at one place, and different at every other; `number` only where that was agreed.
    `is_paper`: printed, good for weeks, and not used up by being shown. `services`: what another institution's card is
    recognised for; empty for a card of the place's own."""

    issuer: str
    organisation: str
    at: str
    subject: str
    number: str
    token_id: str
    expires_at: int
    is_paper: bool
    services: tuple[str, ...] = ()


def write(claims: Mapping[str, Any], key: Ed25519PrivateKey, key_id: str) -> str:
    header = {"alg": "EdDSA", "kid": key_id, "typ": TYPE}
    signed = f"{encoded(_json(header))}.{encoded(_json(claims))}"
    return f"{signed}.{encoded(key.sign(signed.encode()))}"


class Issuer(NamedTuple):
    """A node as a gate knows it: its keys, whose cards of it are recognised where, until when that may be gone by."""

    keys: Mapping[str, Mapping[str, Any]]
    agreements: Sequence[Mapping[str, Any]]
    until: int


class Gate:
    """One place that lets people in. It holds the node's document and what it has seen, and asks nobody."""

    def __init__(self, document: Mapping[str, Any], at: str, service: str = "") -> None:
        """`service`: what cards of others must be recognised for here, such as enter. Raises `NotValid` no_document."""
        try:
            self._issuer, self._until = str(document["iss"]), int(document["keep_until"])
            self._issuers = {str(one["iss"]): _issuer(one, int(one["until"])) for one in document.get("issuers", [])}
            # last, so that nobody else is taken for the node itself
            self._issuers[self._issuer] = _issuer(document, self._until)
            self._revoked = frozenset(map(str, document["revoked"]))
        except (KeyError, TypeError, ValueError):
            raise NotValid("no_document") from None
        self._at, self._service = at, service
        self._seen: dict[str, int] = {}

    def look(self, token: str, now: int) -> Card:
        """The card, if it may come in at this moment (seconds since 1970). A token from a telephone is good once.

        Raises `NotValid`.
        """
        if now > self._until:
            raise NotValid("old_document")
        card = self._checked(token.strip(), now)
        if card.at != self._at:
            raise NotValid("elsewhere")
        if (card.issuer, card.organisation) != (self._issuer, self._at):
            card = card._replace(services=self._recognised(card, now))
        if card.token_id in self._revoked:
            raise NotValid("revoked")
        self._once(card, now)
        return card

    def _once(self, card: Card, now: int) -> None:
        for old in [one for one, until in self._seen.items() if until < now]:
            del self._seen[old]
        if card.token_id in self._seen:
            raise NotValid("seen")
        if not card.is_paper:
            self._seen[card.token_id] = card.expires_at + SKEW_S

    def _recognised(self, card: Card, now: int) -> tuple[str, ...]:
        """What for, by the agreement that is in force and, where this gate has a service, names it. An agreement with
        another node is for cards of that node only."""
        for one in self._issuers[card.issuer].agreements:
            is_ours = one.get("from") == card.organisation and one.get("to") == self._at
            if is_ours and one["since"] <= now < one["until"] and self._service in ("", *one["services"]):
                return tuple(one["services"])
        raise NotValid("not_recognised")

    def _checked(self, token: str, now: int) -> Card:
        header, claims, signed, signature = _parts(token)
        issuer = self._issuers.get(claims["iss"])
        if issuer is None:
            raise NotValid("forged")
        key = issuer.keys.get(str(header["kid"]))
        if key is None:
            raise NotValid("unknown_key")
        if now > issuer.until:
            raise NotValid("old_document")
        try:
            Ed25519PublicKey.from_public_bytes(decoded(str(key["x"]))).verify(signature, signed)
        except (InvalidSignature, ValueError, KeyError):
            raise NotValid("forged") from None
        if claims["iat"] < int(key.get("nbf", 0)) - SKEW_S:
            raise NotValid("forged")
        if claims["iat"] > now + SKEW_S:
            raise NotValid("not_yet")
        if claims["exp"] < now - SKEW_S:
            raise NotValid("expired")
        return Card(
            claims["iss"], claims["org"], claims["aud"], claims["sub"], claims.get("num", ""), claims["jti"],
            claims["exp"], claims.get("use") == "paper",
        )  # fmt: skip


def _issuer(told: Mapping[str, Any], until: int) -> Issuer:
    keys = {str(one["kid"]): dict(one) for one in told["keys"] if one["crv"] == "Ed25519"}
    return Issuer(keys, [{**one, "services": list(one["services"])} for one in told["agreements"]], until)


def _parts(token: str) -> tuple[dict[str, Any], dict[str, Any], bytes, bytes]:
    """Header, claims, what is signed, the signature. Nothing in the header chooses how it is checked."""
    parts = token.split(".")
    if len(token) > LONGEST or len(parts) != 3 or not all(_PART.fullmatch(part) for part in parts):
        raise NotValid("not_a_card")
    try:
        header, claims = (json.loads(decoded(part)) for part in parts[:2])
        signature = decoded(parts[2])
    except (ValueError, RecursionError):
        raise NotValid("not_a_card") from None
    if not isinstance(header, dict) or set(header) != _HEADER or header["alg"] != "EdDSA" or header["typ"] != TYPE:
        raise NotValid("not_a_card")
    if not isinstance(claims, dict) or not _is_whole(claims):
        raise NotValid("not_a_card")
    return header, claims, f"{parts[0]}.{parts[1]}".encode(), signature


def _is_whole(claims: Mapping[str, Any]) -> bool:
    needed = {"iss", "org", "aud", "sub", "jti"}
    texts = all(isinstance(claims.get(name, "" if name not in needed else None), str) for name in _TEXTS)
    moments = all(type(claims.get(name)) is int and 0 < claims[name] < 1 << 40 for name in ("iat", "exp"))
    return texts and moments and all(len(claims.get(name, "")) <= most for name, most in _TEXTS.items())


def public(key: Ed25519PrivateKey) -> str:
    """As a document has it under `x`."""
    return encoded(key.public_key().public_bytes_raw())


def _json(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()


def encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def decoded(text: str) -> bytes:
    """Only the one spelling of it. Raises ValueError."""
    try:
        content = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except binascii.Error as odd:
        raise ValueError from odd
    if encoded(content) != text:
        raise ValueError
    return content
