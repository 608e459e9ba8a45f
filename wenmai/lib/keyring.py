"""The file of the keys that seal personal data: read, made at the first start, added to, taken from.

One line for each key: `<id> <algorithm> <made at> <32 bytes in base64url>`. The line `index` is the key of the blind
indexes; of the others the first one seals and all open. The file is replaced as a whole and never seen half-written.
Every refusal is a sentence that says what to do, and none holds a key.
"""

import base64
import binascii
import datetime as dt
import fcntl
import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

INDEX = "index"
INDEX_ALGORITHM = "hmac-sha256"
SEALS = "aes-256-gcm"
"""What new keys are for; `vault.ALGORITHMS` has those that can be opened."""
KEY_BYTES = 32
MOST_BYTES = 64 * 1024
_LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"
_HEADING = (
    "# Keys of the personal data at rest. Keep a copy, apart from the dumps of the database: nothing opens without.\n"
)
_PUT_BACK = "Put the copy from the backup there (docs/how-to/run-a-node.md)"


@dataclass(frozen=True, slots=True)
class Key:
    id: str
    algorithm: str
    made_at: dt.datetime
    secret: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Ring:
    """`keys`: the first one seals, all open."""

    index: Key
    keys: tuple[Key, ...]

    def find(self, key_id: str) -> Key | None:
        return next((key for key in self.keys if key.id == key_id), None)


def at_start(path: Path, *, may_make: bool) -> None:
    """Looks at the file, or makes it where none ever was. Raises ImproperlyConfigured."""
    try:
        if not path.exists():
            _make(path, may_make)
        read(path)
    except OSError as fault:
        raise ImproperlyConfigured(
            f"The data keys {path} cannot be used ({fault.strerror}): see that the node's user owns the file."
        ) from fault


def read(path: Path) -> Ring:
    """Raises ImproperlyConfigured for a file that is gone, odd, or open to others; OSError."""
    try:
        with path.open("rb") as stream:
            mode = os.fstat(stream.fileno()).st_mode
            content = stream.read(MOST_BYTES + 1)
    except FileNotFoundError as gone:
        raise ImproperlyConfigured(f"The data keys {path} are gone. {_PUT_BACK}.") from gone
    if mode & 0o077:
        raise ImproperlyConfigured(f"The data keys {path} are open to others: run `chmod 600 {path}`.")
    return _parse(path, content)


def add(path: Path, now: dt.datetime) -> Key:
    """A fresh key in front: it seals from now on, in every process that looks at the file."""
    with _locked(path):
        ring = read(path)
        fresh = _fresh(_new_id({key.id for key in ring.keys}), SEALS, now)
        _write(path, replace(ring, keys=(fresh, *ring.keys)))
    return fresh


def remove(path: Path, key_id: str) -> None:
    """For ever; never the one that seals."""
    with _locked(path):
        ring = read(path)
        assert ring.keys[0].id != key_id
        _write(path, replace(ring, keys=tuple(key for key in ring.keys if key.id != key_id)))


def _make(path: Path, may_make: bool) -> None:
    if not may_make:
        raise ImproperlyConfigured(
            f"WENMAI_DATA_KEYS names {path}, and there is no such file. {_PUT_BACK}; a new node starts once without "
            "the variable and moves the file data-keys of its data folder there."
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    with _locked(path) as lock:
        if path.exists():
            return
        if os.pread(lock, 1, 0):
            raise ImproperlyConfigured(
                f"The data keys {path} are gone; they were made here once. {_PUT_BACK}. Only a node whose database "
                f"holds nothing yet may go on with new ones: then remove {path}.lock, too."
            )
        now = dt.datetime.now(dt.UTC)
        _write(path, Ring(_fresh(INDEX, INDEX_ALGORITHM, now), (_fresh(_new_id(set()), SEALS, now),)))
        os.pwrite(lock, b"made\n", 0)


@contextmanager
def _locked(path: Path) -> Iterator[int]:
    """One writer at a time. What is written in the lock's file outlives the keys: that they were made once."""
    descriptor = os.open(f"{path}.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield descriptor
    finally:
        os.close(descriptor)


def _fresh(key_id: str, algorithm: str, now: dt.datetime) -> Key:
    return Key(key_id, algorithm, now.astimezone(dt.UTC).replace(microsecond=0), secrets.token_bytes(KEY_BYTES))


def _new_id(taken: set[str]) -> str:
    while True:
        made = "k" + "".join(secrets.choice(_LETTERS) for _letter in range(6))
        if made not in taken:
            return made


def _write(path: Path, ring: Ring) -> None:
    """On the disk before anything is sealed with it; whoever owned the file goes on owning it."""
    fresh = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with open(descriptor, "wb") as stream:
            if path.exists():
                owner = path.stat()
                os.fchown(descriptor, owner.st_uid, owner.st_gid)
            stream.write((_HEADING + "".join(map(_line, (ring.index, *ring.keys)))).encode())
            stream.flush()
            os.fsync(descriptor)
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _line(key: Key) -> str:
    secret = base64.urlsafe_b64encode(key.secret).decode()
    return f"{key.id} {key.algorithm} {key.made_at:%Y-%m-%dT%H:%M:%SZ} {secret}\n"


def _parse(path: Path, content: bytes) -> Ring:
    lines = [
        line.split() for line in content.decode("utf-8", "replace").splitlines() if line.strip()[:1] not in {"", "#"}
    ]
    keys = [_key(words) for words in lines]
    whole = [key for key in keys if key is not None]
    ids = [key.id for key in whole]
    index = next((key for key in whole if key.id == INDEX and key.algorithm == INDEX_ALGORITHM), None)
    data = tuple(key for key in whole if key.id != INDEX)
    if len(content) > MOST_BYTES or len(whole) != len(keys) or len({*ids}) != len(ids) or index is None or not data:
        raise ImproperlyConfigured(
            f"The data keys {path} cannot be read: one line `index` and at least one key, each as "
            f"`<id> <algorithm> <made at> <32 bytes in base64url>`. {_PUT_BACK}."
        )
    return Ring(index, data)


def _key(words: list[str]) -> Key | None:
    try:
        key_id, algorithm, made, secret = words
        plain = base64.b64decode(secret, altchars=b"-_", validate=True)
        made_at = dt.datetime.strptime(made, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=dt.UTC)
    except (ValueError, binascii.Error):
        return None
    fine = len(plain) == KEY_BYTES and re.fullmatch(r"[a-z0-9]{1,16}", key_id)
    return Key(key_id, algorithm, made_at, plain) if fine else None
