"""The document that gates go by, signed: nobody on the way can put a key in, or take a revoked card out.

A flattened JWS (RFC 7515 §7.2.2) with Ed25519 (RFC 8037). The key stands in its header, and is trusted because its
thumbprint (RFC 7638) was pinned when the gate was set up. docs/reference/card-tokens.md tells it to other builders.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from wenmai.formats.cardtoken import NotValid, decoded, encoded, public

TYPE = "card-keys+jws"
LARGEST = 20 << 20
_MEMBERS = {"protected", "payload", "signature"}
_HEADER = {"alg", "typ", "jwk"}
_KEY = {"kty", "crv", "x"}


def seal(said: Mapping[str, Any], key: Ed25519PrivateKey, *, typ: str = TYPE) -> dict[str, str]:
    """`said` has a `seq` that is higher than that of any document of its type before it."""
    header = {"alg": "EdDSA", "typ": typ, "jwk": _jwk(public(key))}
    protected, payload = encoded(_json(header)), encoded(_json(said))
    signature = encoded(key.sign(f"{protected}.{payload}".encode()))
    return {"protected": protected, "payload": payload, "signature": signature}


def pin(key: Ed25519PrivateKey) -> str:
    """43 letters: what a gate is told once, by another way than the document comes."""
    return _thumbprint(public(key))


def unseal(sealed: Any, *, pin: str, after: int = 0, typ: str = TYPE) -> dict[str, Any]:
    """What the node said. `after`: the highest `seq` that this gate has accepted.

    Raises `NotValid`: no_document, not_pinned (another key than the pinned one), document_forged, older_document.
    """
    try:
        if set(sealed) != _MEMBERS:
            raise NotValid("no_document")
        header = json.loads(decoded(sealed["protected"]))
        is_known = set(header) == _HEADER and (header["alg"], header["typ"]) == ("EdDSA", typ)
        if not is_known or set(header["jwk"]) != _KEY or (header["jwk"]["kty"], header["jwk"]["crv"]) != _kind():
            raise NotValid("no_document")
        x = str(header["jwk"]["x"])
        if _thumbprint(x) != pin:
            raise NotValid("not_pinned")
        signed = f"{sealed['protected']}.{sealed['payload']}".encode()
        Ed25519PublicKey.from_public_bytes(decoded(x)).verify(decoded(sealed["signature"]), signed)
        said = json.loads(decoded(sealed["payload"]))
    except InvalidSignature:
        raise NotValid("document_forged") from None
    except (TypeError, ValueError, KeyError, AttributeError, RecursionError):
        raise NotValid("no_document") from None
    if not isinstance(said, dict) or type(said.get("seq")) is not int:
        raise NotValid("no_document")
    if said["seq"] < after:
        raise NotValid("older_document")
    return said


def _thumbprint(x: str) -> str:
    return encoded(hashlib.sha256(_json(dict(sorted(_jwk(x).items())))).digest())


def _jwk(x: str) -> dict[str, str]:
    kty, crv = _kind()
    return {"kty": kty, "crv": crv, "x": x}


def _kind() -> tuple[str, str]:
    return "OKP", "Ed25519"


def _json(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()
