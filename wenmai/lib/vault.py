"""Personal data sealed at rest: only with the file of keys, which is not in the database, can it be read.

A sealed value is `<key id>.<base64url>`. The key's line in the file names the algorithm; each purpose (one column) has
a key of its own, derived by HKDF (RFC 5869), and the purpose, the key's id and the algorithm are bound as associated
data: a value cannot be moved to another column. Between the rows of one column it can, by whoever writes in the
database; where that matters, put the row's name into the text.

`index` gives a blind index for lookups and uniqueness. Its key does not rotate: a value's index must be the same
whenever it is computed, or nobody is found and two rows hold what may be there once. It could be changed as a column
is: add a second column with the new index, fill it by opening every sealed value, move the constraint and the lookups
over, drop the first. Texts are folded to one form (a phone with its country code) by whoever calls.
"""

import base64
import binascii
import hashlib
import hmac
import os
import secrets
from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from wenmai.lib import keyring
from wenmai.lib.keyring import Key, Ring

NONCE_BYTES = 12
LONGEST = 1_000_000
"""Characters of a sealed value; more is none of ours."""


class Unreadable(Exception):
    """Not sealed here, for another purpose, tampered with, or its key is gone. Holds nothing of the content."""


class Cipher(Protocol):
    def encrypt(self, nonce: bytes, data: bytes, associated_data: bytes | None) -> bytes: ...

    def decrypt(self, nonce: bytes, data: bytes, associated_data: bytes | None) -> bytes: ...


class Algorithm(NamedTuple):
    """`make` takes a key of `key_bytes`; nonces have 12 bytes."""

    key_bytes: int
    make: Callable[[bytes], Cipher]


ALGORITHMS: dict[str, Algorithm] = {keyring.SEALS: Algorithm(32, AESGCM)}
"""By the name in the file of keys. Another one (SM4-GCM, where a node must have it) joins as a line here, and seals
once `keyring.SEALS` names it and the keys were rotated."""


class Column(NamedTuple):
    """Where sealed values stand; `model` is `app.Model`. Empty and NULL mean that there is none."""

    model: str
    field: str
    purpose: str

    def __str__(self) -> str:
        return f"{self.model}.{self.field}"


_columns: dict[str, Column] = {}


def register(model_label: str, field: str, *, purpose: str) -> None:
    """In apps.py: this column holds values sealed for this purpose. Rotating and retiring keys goes by it."""
    column = Column(model_label, field, purpose)
    assert _columns.setdefault(purpose, column) == column, f"one purpose, one column: {purpose}"


def columns() -> list[Column]:
    return [_columns[purpose] for purpose in sorted(_columns)]


def seal(text: str, *, purpose: str) -> str:
    """Each time another value, also for the same text. LookupError for a purpose that nobody registered: its values
    would be lost with the next key that is retired."""
    if purpose not in _columns:
        raise LookupError(f"vault.register(…, purpose={purpose!r}) is missing in apps.py")
    key = ring().keys[0]
    nonce = secrets.token_bytes(NONCE_BYTES)
    sealed = _cipher(key.algorithm, key.secret, purpose).encrypt(nonce, text.encode(), _bound(key, purpose))
    return f"{key.id}.{_encoded(nonce + sealed)}"


def unseal(sealed: str, *, purpose: str) -> str:
    """The text. Raises `Unreadable`."""
    key_id, dot, rest = sealed[:LONGEST].partition(".")
    key = ring().find(key_id)
    if key is None:
        raise Unreadable(f"sealed with a key that is not here: {key_id}" if dot and key_id.isalnum() else "not sealed")
    try:
        content = base64.b64decode(rest + "=" * (-len(rest) % 4), altchars=b"-_", validate=True)
        if _encoded(content) != rest:
            raise Unreadable("not as it was written")
        cipher = _cipher(key.algorithm, key.secret, purpose)
        return cipher.decrypt(content[:NONCE_BYTES], content[NONCE_BYTES:], _bound(key, purpose)).decode()
    except (binascii.Error, ValueError, InvalidTag) as broken:
        raise Unreadable(f"tampered with, or sealed for another purpose than {purpose}") from broken


def index(text: str, *, purpose: str) -> str:
    """43 characters, the same for the same text and purpose for as long as the node lives."""
    key = _derived(ring().index.secret, f"index\0{purpose}", keyring.KEY_BYTES)
    return _encoded(hmac.digest(key, text.encode(), hashlib.sha256))


def secret_of(use: str) -> bytes:
    """32 bytes for a key that the node derives where it needs it, the same for as long as it lives: for signatures
    that somebody may look at years later. Stands in no table; whoever has the file of keys has it."""
    return _derived(ring().index.secret, f"secret\0{use}", keyring.KEY_BYTES)


_read: tuple[tuple[str, int, int], Ring] | None = None


def ring() -> Ring:
    """As the file is now: a key that another process has just added seals at once, and opens."""
    global _read  # noqa: PLW0603 -- one file for each process
    path = settings.DATA_KEYS
    try:
        stat = os.stat(path)
    except FileNotFoundError:
        return keyring.read(path)
    mark = (str(path), stat.st_ino, stat.st_mtime_ns)
    read = _read
    if read is None or read[0] != mark:
        _read = read = (mark, keyring.read(path))
    return read[1]


def _bound(key: Key, purpose: str) -> bytes:
    return f"{key.algorithm}\0{key.id}\0{purpose}".encode()


@lru_cache(maxsize=256)
def _cipher(algorithm: str, secret: bytes, purpose: str) -> Cipher:
    if algorithm not in ALGORITHMS:
        raise Unreadable(f"sealed with {algorithm}, which this release does not know")
    known = ALGORITHMS[algorithm]
    return known.make(_derived(secret, f"seal\0{algorithm}\0{purpose}", known.key_bytes))


@lru_cache(maxsize=256)
def _derived(secret: bytes, use: str, length: int) -> bytes:
    return HKDF(algorithm=SHA256(), length=length, salt=None, info=f"wenmai.vault.1\0{use}".encode()).derive(secret)


def _encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()
