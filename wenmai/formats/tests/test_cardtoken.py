"""Electronic cards: what a gate lets in, and all that it does not. PyJWT is the second opinion."""

import base64
import json
from collections.abc import Callable
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from wenmai.formats import cardtoken
from wenmai.formats.cardtoken import Card, Gate, NotValid

KEY, OTHER = Ed25519PrivateKey.from_private_bytes(b"k" * 32), Ed25519PrivateKey.from_private_bytes(b"o" * 32)
NOW = 1_800_000_000
A, B = "1100009021010001", "1100009021010002"
CLAIMS: dict[str, Any] = {
    "iss": "https://wenmai.test", "org": A, "aud": A, "sub": "s" * 22, "jti": "j" * 11, "iat": NOW, "exp": NOW + 90,
}  # fmt: skip


def document(**more: Any) -> dict[str, Any]:
    key = {"kty": "OKP", "crv": "Ed25519", "kid": "k1", "x": cardtoken.public(KEY), "nbf": NOW - 1000}
    return {
        "iss": "https://wenmai.test",
        "keep_until": NOW + 9999,
        "keys": [key],
        "agreements": [],
        "revoked": [],
        **more,
    }


def token(key: Ed25519PrivateKey = KEY, kid: str = "k1", **more: Any) -> str:
    return cardtoken.write({name: value for name, value in {**CLAIMS, **more}.items() if value is not None}, key, kid)


def code(word: str, now: int = NOW, at: str = A, **more: Any) -> str:
    with pytest.raises(NotValid) as shut:
        Gate(document(**more), at).look(word, now)
    assert shut.value.code in NotValid.CODES
    return shut.value.code


def test_a_card_comes_in_once() -> None:
    gate = Gate(document(), A)
    assert gate.look(token(num="0001"), NOW) == Card(
        "https://wenmai.test", A, A, "s" * 22, "0001", "j" * 11, NOW + 90, False
    )
    with pytest.raises(NotValid, match="seen"):
        gate.look(token(num="0001"), NOW + 30)
    assert gate.look(token(jti="k" * 11), NOW + 30)


def test_paper_comes_in_again_and_again_until_it_is_revoked() -> None:
    paper, gate = token(use="paper", exp=NOW + 86_400), Gate(document(), A)
    assert gate.look(paper, NOW).is_paper
    assert gate.look(paper, NOW + 3_600).is_paper
    assert code(paper, revoked=["j" * 11]) == "revoked"


def test_another_library_reads_it_too() -> None:
    read = jwt.decode(token(), key=KEY.public_key(), algorithms=["EdDSA"], audience=A, options={"verify_exp": False,
                      "verify_iat": False})  # fmt: skip
    assert read == CLAIMS
    theirs = jwt.encode(CLAIMS, KEY, algorithm="EdDSA", headers={"kid": "k1", "typ": "card+jwt"})
    assert Gate(document(), A).look(theirs, NOW).organisation == A


@pytest.mark.parametrize(
    ("now", "outcome"),
    [(NOW - 61, "not_yet"), (NOW - 60, ""), (NOW + 150, ""), (NOW + 151, "expired"), (NOW + 10_000, "old_document")],
)
def test_clocks(now: int, outcome: str) -> None:
    if outcome:
        assert code(token(), now) == outcome
    else:
        assert Gate(document(), A).look(token(), now)


def test_what_was_seen_is_forgotten_when_it_has_expired() -> None:
    gate = Gate(document(), A)
    for number in range(50):
        gate.look(token(jti=f"{number:011}", iat=NOW + number * 100, exp=NOW + number * 100 + 90), NOW + number * 100)
    assert len(gate._seen) <= 3


def test_another_gate_and_another_library() -> None:
    assert code(token(), at=B) == "elsewhere"
    assert code(token(org=B)) == "not_recognised"


@pytest.mark.parametrize(
    ("agreement", "is_open"),
    [
        ({"from": B, "to": A, "since": NOW - 1, "until": NOW + 1, "services": ["enter"]}, True),
        ({"from": B, "to": A, "since": NOW, "until": NOW + 1, "services": ["enter"]}, True),
        ({"from": B, "to": A, "since": NOW + 1, "until": NOW + 9, "services": ["enter"]}, False),
        ({"from": B, "to": A, "since": NOW - 9, "until": NOW, "services": ["enter"]}, False),
        ({"from": A, "to": B, "since": NOW - 9, "until": NOW + 9, "services": ["enter"]}, False),
    ],
)
def test_cards_of_others_come_in_while_that_is_agreed(agreement: dict[str, Any], is_open: bool) -> None:
    if is_open:
        assert Gate(document(agreements=[agreement]), A).look(token(org=B), NOW).services == ("enter",)
        assert Gate(document(agreements=[agreement]), A, "enter").look(token(org=B), NOW).organisation == B
        with pytest.raises(NotValid, match="not_recognised"):
            Gate(document(agreements=[agreement]), A, "borrow").look(token(org=B), NOW)
    else:
        assert code(token(org=B), agreements=[agreement]) == "not_recognised"


ABROAD = "https://province.test"
THERE: dict[str, Any] = {
    "iss": ABROAD, "until": NOW + 500,
    "keys": [{"kty": "OKP", "crv": "Ed25519", "kid": "k1", "x": cardtoken.public(OTHER), "nbf": NOW - 1000}],
    "agreements": [{"from": B, "to": A, "since": NOW - 9, "until": NOW + 9999, "services": ["enter"]}],
}  # fmt: skip


def test_a_card_of_another_node_comes_in_by_the_agreement_with_that_node() -> None:
    gate = Gate(document(issuers=[THERE]), A, "enter")
    guest = gate.look(token(OTHER, iss=ABROAD, org=B), NOW)
    assert (guest.issuer, guest.organisation, guest.services) == (ABROAD, B, ("enter",))
    assert gate.look(token(jti="k" * 11), NOW).issuer == "https://wenmai.test", "the node's own, by its own key"


@pytest.mark.parametrize(
    ("word", "outcome"),
    [
        (token(OTHER, iss=ABROAD, org=A), "not_recognised"),  # vouches for a card of the gate's own library
        (token(OTHER, iss=ABROAD, org="1100009021010003"), "not_recognised"),
        (token(OTHER, org=B), "forged"),  # says that it is the node's own
        (token(KEY, iss=ABROAD, org=B), "forged"),  # the node's key for somebody else's name
        (token(org=B), "not_recognised"),  # the agreement is with the other node, not with this one
        (token(OTHER, iss=ABROAD, org=B, iat=NOW - 5000, exp=NOW + 60), "forged"),
        (token(OTHER, iss=ABROAD, org=B, aud=B), "elsewhere"),
    ],
)
def test_what_another_node_cannot_say(word: str, outcome: str) -> None:
    assert code(word, issuers=[THERE]) == outcome


def test_another_nodes_word_lasts_no_longer_than_that_node_said() -> None:
    late = token(OTHER, iss=ABROAD, org=B, iat=NOW + 500, exp=NOW + 590)
    assert code(late, NOW + 501, issuers=[THERE]) == "old_document"
    assert code(token(OTHER, iss=ABROAD, org=B), issuers=[]) == "forged"
    swapped = {**THERE, "iss": "https://wenmai.test"}
    assert code(token(OTHER), issuers=[swapped]) == "forged", "nobody is taken for the node itself"


def forged(header: dict[str, Any], claims: Any = None, signature: bytes = b"x" * 64) -> str:
    parts = [json.dumps(header).encode(), json.dumps(CLAIMS if claims is None else claims).encode(), signature]
    return ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts)


HEADER = {"alg": "EdDSA", "kid": "k1", "typ": "card+jwt"}


@pytest.mark.parametrize(
    ("make", "outcome"),
    [
        (lambda: token(OTHER), "forged"),
        (lambda: token(kid="k9"), "unknown_key"),
        (lambda: token(iss="https://evil.test"), "forged"),
        (lambda: token(iat=NOW - 5000), "forged"),
        (lambda: forged({**HEADER, "alg": "none"}, signature=b""), "not_a_card"),
        (lambda: forged({**HEADER, "alg": "none"}), "not_a_card"),
        (lambda: forged({**HEADER, "alg": "HS256"}), "not_a_card"),
        (lambda: forged({**HEADER, "jwk": {"kty": "OKP"}}), "not_a_card"),
        (lambda: forged({**HEADER, "crit": ["exp"]}), "not_a_card"),
        (lambda: forged({**HEADER, "typ": "JWT"}), "not_a_card"),
        (lambda: forged(HEADER), "forged"),
        (lambda: forged(HEADER, ["x"]), "not_a_card"),
        (lambda: forged(HEADER, {**CLAIMS, "exp": True}), "not_a_card"),
        (lambda: forged(HEADER, {**CLAIMS, "exp": "9999999999"}), "not_a_card"),
        (lambda: token(exp=None), "not_a_card"),
        (lambda: token(aud=[A, B]), "not_a_card"),
        (lambda: token(sub="s" * 99), "not_a_card"),
        (lambda: token()[:-1], "not_a_card"),
        (lambda: token() + "=", "not_a_card"),
        (lambda: token().replace(".", "..", 1), "not_a_card"),
        (lambda: "", "not_a_card"),
        (lambda: "https://wenmai.test/records/1", "not_a_card"),
        (lambda: "e" * 100_000, "not_a_card"),
        (lambda: ".".join(["W10", "W10", "AA"]), "not_a_card"),
    ],
)
def test_what_is_no_card(make: Callable[[], str], outcome: str) -> None:
    assert code(make()) == outcome


def test_one_letter_changed_anywhere() -> None:
    word = token()
    for place in range(0, len(word), 7):
        for letter in ("A", "z"):
            if word[place] not in (letter, "."):
                assert code(word[:place] + letter + word[place + 1 :]) in {"forged", "not_a_card", "unknown_key"}


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"keys": 1},
        {**document(), "keep_until": "x"},
        {**document(), "keys": [{}]},
        {**document(), "issuers": [1]},
        [],
    ],
)
def test_what_is_no_document(wrong: Any) -> None:
    with pytest.raises(NotValid, match="no_document"):
        Gate(wrong, A)


def test_a_token_fits_on_a_screen() -> None:
    assert len(token(num="0" * 14)) < 420
