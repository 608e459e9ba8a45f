"""Sealing, opening, and what cannot be opened."""

import base64
import datetime as dt
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.core.exceptions import ImproperlyConfigured
from hypothesis import HealthCheck, given
from hypothesis import settings as pace
from hypothesis import strategies as st

from wenmai.lib import keyring, vault
from wenmai.lib.vault import Unreadable

A, B = "tests.phone", "tests.name"
NOW = dt.datetime(2026, 3, 1, 8, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def keys(tmp_path: Path, settings, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(vault, "_columns", {})
    settings.DATA_KEYS = tmp_path / "data-keys"
    keyring.at_start(settings.DATA_KEYS, may_make=True)
    vault.register("tests.Person", "phone", purpose=A)
    vault.register("tests.Person", "name", purpose=B)
    return tmp_path / "data-keys"


@pace(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.text())
def test_what_is_sealed_opens(text: str) -> None:
    sealed = vault.seal(text, purpose=A)
    assert vault.unseal(sealed, purpose=A) == text
    assert text == "" or text not in sealed or len(text) < 8
    assert vault.seal(text, purpose=A) != sealed


def test_it_is_what_the_document_says(keys: Path) -> None:
    """Opened again by hand, from the file alone."""
    key_id, content = vault.seal("13800000000", purpose=A).split(".")
    line = next(line for line in keys.read_text().splitlines() if line.startswith(key_id))
    secret = base64.urlsafe_b64decode(line.split()[3])
    own = HKDF(algorithm=SHA256(), length=32, salt=None, info=f"wenmai.vault.1\0seal\0aes-256-gcm\0{A}".encode())
    raw = base64.urlsafe_b64decode(content + "=" * (-len(content) % 4))
    bound = f"aes-256-gcm\0{key_id}\0{A}".encode()
    assert AESGCM(own.derive(secret)).decrypt(raw[:12], raw[12:], bound) == b"13800000000"


def test_a_value_that_was_moved_to_another_column_is_unreadable() -> None:
    sealed = vault.seal("13800000000", purpose=A)
    with pytest.raises(Unreadable):
        vault.unseal(sealed, purpose=B)


def test_every_changed_character_is_noticed() -> None:
    sealed = vault.seal("13800000000", purpose=A)
    for place, character in enumerate(sealed):
        for other in "AB-_.=a0 ":
            if other != character:
                with pytest.raises(Unreadable):
                    vault.unseal(sealed[:place] + other + sealed[place + 1 :], purpose=A)
    for cut in range(len(sealed)):
        with pytest.raises(Unreadable):
            vault.unseal(sealed[:cut], purpose=A)


@pytest.mark.parametrize("odd", ["", ".", "x", "13800000000", "a.b.c", "kabcdef.", "\0.\0", "密.文", "A" * 2_000_000])
def test_what_is_no_sealed_value_is_unreadable_and_not_repeated(odd: str) -> None:
    with pytest.raises(Unreadable) as unreadable:
        vault.unseal(odd, purpose=A)
    assert len(odd) < 8 or odd not in str(unreadable.value)


def test_another_key_opens_nothing(keys: Path) -> None:
    """Also under the same name."""
    sealed = vault.seal("13800000000", purpose=A)
    key_id = sealed.partition(".")[0]
    keyring.add(keys, NOW)
    keyring.remove(keys, key_id)
    with pytest.raises(Unreadable, match=f"a key that is not here: {key_id}"):
        vault.unseal(sealed, purpose=A)
    keys.write_text(keys.read_text().replace(vault.ring().keys[0].id, key_id))
    with pytest.raises(Unreadable, match="tampered"):
        vault.unseal(sealed, purpose=A)


def test_a_key_that_another_process_adds_seals_at_once_and_the_old_one_opens(keys: Path) -> None:
    old = vault.seal("一", purpose=A)
    fresh = keyring.add(keys, NOW)
    assert vault.seal("二", purpose=A).startswith(fresh.id + ".")
    assert vault.unseal(old, purpose=A) == "一"


def test_an_index_finds_and_outlives_the_keys(keys: Path) -> None:
    before = vault.index("+8613800000000", purpose=A)
    assert len(before) == 43
    assert before != vault.index("+8613800000001", purpose=A)
    assert before != vault.index("+8613800000000", purpose=B)
    first = vault.ring().keys[0].id
    keyring.add(keys, NOW)
    keyring.remove(keys, first)
    assert vault.index("+8613800000000", purpose=A) == before


def test_keys_that_go_while_the_node_runs_are_missed(keys: Path) -> None:
    vault.seal("一", purpose=A)
    keys.rename(keys.with_name("elsewhere"))
    with pytest.raises(ImproperlyConfigured, match="are gone"):
        vault.seal("一", purpose=A)


def test_nothing_is_sealed_that_a_rotation_would_not_find() -> None:
    with pytest.raises(LookupError, match=r"apps\.py"):
        vault.seal("一", purpose="tests.unknown")
    with pytest.raises(AssertionError):
        vault.register("tests.Person", "other", purpose=A)


def test_another_algorithm_joins(keys: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = vault.seal("一", purpose=A)
    monkeypatch.setitem(vault.ALGORITHMS, "chacha20-poly1305", vault.Algorithm(32, ChaCha20Poly1305))
    monkeypatch.setattr(keyring, "SEALS", "chacha20-poly1305")
    keyring.add(keys, NOW)
    sealed = vault.seal("一", purpose=A)
    assert vault.ring().find(sealed.partition(".")[0]).algorithm == "chacha20-poly1305"  # type: ignore[union-attr]
    assert vault.unseal(sealed, purpose=A) == vault.unseal(old, purpose=A) == "一"
    keys.write_text(keys.read_text().replace("chacha20-poly1305", "rot13"))
    with pytest.raises(Unreadable, match="rot13, which this release does not know"):
        vault.unseal(sealed, purpose=A)
