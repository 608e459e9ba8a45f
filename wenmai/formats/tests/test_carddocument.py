"""The signed document: what a gate takes, and all that it does not. PyJWT is the second opinion."""

import json
from collections.abc import Callable
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from wenmai.formats import carddocument
from wenmai.formats.cardtoken import NotValid, decoded, encoded

KEY, OTHER = Ed25519PrivateKey.from_private_bytes(b"k" * 32), Ed25519PrivateKey.from_private_bytes(b"o" * 32)
PIN = carddocument.pin(KEY)
SAID = {"seq": 1_800_000_000, "iss": "https://wenmai.test", "keys": [], "agreements": [], "revoked": ["甲"]}
SEALED = carddocument.seal(SAID, KEY)


def other_header(**more: Any) -> dict[str, str]:
    """Signed by the right key over a header of another kind."""
    header = {**json.loads(decoded(SEALED["protected"])), **more}
    protected = encoded(json.dumps({name: value for name, value in header.items() if value is not None}).encode())
    signature = encoded(KEY.sign(f"{protected}.{SEALED['payload']}".encode()))
    return {**SEALED, "protected": protected, "signature": signature}


def test_what_the_node_says_is_read_by_who_knows_its_pin() -> None:
    assert carddocument.unseal(json.loads(json.dumps(SEALED)), pin=PIN) == SAID
    compact = f"{SEALED['protected']}.{SEALED['payload']}.{SEALED['signature']}"
    assert jwt.decode(compact, KEY.public_key(), algorithms=["EdDSA"]) == SAID
    jwk = jwt.PyJWK({"kty": "OKP", "crv": "Ed25519", "x": json.loads(decoded(SEALED["protected"]))["jwk"]["x"]})
    assert jwk.key.public_bytes_raw() == KEY.public_key().public_bytes_raw()
    assert len(PIN) == 43


def test_the_thumbprint_is_that_of_the_standard() -> None:
    """The key and its thumbprint as RFC 8037, appendices A.1 and A.3, have them."""
    key = Ed25519PrivateKey.from_private_bytes(decoded("nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A"))
    assert carddocument.pin(key) == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"


def test_a_lower_number_than_before_is_refused() -> None:
    assert carddocument.unseal(SEALED, pin=PIN, after=SAID["seq"])  # type: ignore[arg-type]
    with pytest.raises(NotValid, match="older_document"):
        carddocument.unseal(SEALED, pin=PIN, after=1_800_000_001)


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda: carddocument.seal(SAID, OTHER), "not_pinned"),
        (lambda: {**SEALED, "payload": carddocument.seal({**SAID, "revoked": []}, KEY)["payload"]}, "document_forged"),
        (lambda: {**carddocument.seal(SAID, OTHER), "protected": SEALED["protected"]}, "document_forged"),
        (lambda: other_header(alg="none"), "no_document"),
        (lambda: other_header(alg="HS256"), "no_document"),
        (lambda: other_header(typ="card+jwt"), "no_document"),
        (lambda: other_header(crit=["b64"], b64=False), "no_document"),
        (lambda: other_header(jwk=None, kid=PIN), "no_document"),
        (lambda: other_header(jwk={"kty": "OKP", "crv": "Ed25519", "x": 5}), "not_pinned"),
        (lambda: other_header(jwk=["kty", "crv", "x"]), "no_document"),
        (lambda: {**SEALED, "signature": ""}, "document_forged"),
        (lambda: {**SEALED, "signature": SEALED["signature"] + "="}, "no_document"),
        (lambda: {**SEALED, "signature": 7}, "no_document"),
        (lambda: {**SEALED, "header": {}}, "no_document"),
        (lambda: carddocument.seal({**SAID, "seq": "9"}, KEY), "no_document"),
        (lambda: carddocument.seal({**SAID, "seq": True}, KEY), "no_document"),
        (lambda: SAID, "no_document"), (list, "no_document"), (lambda: None, "no_document"),
        (lambda: "x", "no_document"),
    ],
)  # fmt: skip
def test_what_is_not_taken(make: Callable[[], Any], code: str) -> None:
    with pytest.raises(NotValid) as refused:
        carddocument.unseal(make(), pin=PIN)
    assert refused.value.code == code
    assert code in NotValid.CODES
