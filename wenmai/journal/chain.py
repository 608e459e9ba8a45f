"""The chain of seals on plain values: what is digested, byte for byte, and what a signed anchor says.

docs/reference/journal.md describes the same for whoever verifies with tools of their own.
"""

import base64
import binascii
import datetime as dt
import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from itertools import islice, zip_longest
from typing import Any, NamedTuple, Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

ALG = "sha-256"
ALGORITHMS: dict[str, Callable[[bytes], Any]] = {ALG: hashlib.sha256}
"""By the name in the seal. Another one (SM3) joins as a line here, seals when `ALG` names it, and old seals stay."""
MARK, MORE = 16, 1_000
FAULTS = (
    "seal_missing", "seal_altered", "seal_unlinked", "alg_unknown",
    "entry_altered", "entry_missing", "entry_added", "entry_moved",
    "cut", "rewritten",
)  # fmt: skip


class Sealed(Protocol):
    """The columns of a seal."""

    number: int
    alg: str
    previous: str
    first_transaction: int
    first_id: int
    last_transaction: int
    last_id: int
    count: int
    entries: str
    outline: bytes | memoryview
    sealed_at: dt.datetime
    digest: str


class Fault(NamedTuple):
    """The first thing that is not as it was sealed; `entry` by its number, where it is one."""

    code: str
    seal: int
    entry: int | None = None


class Line(NamedTuple):
    """One entry: its place in the order of telling, and its line without the line's end."""

    transaction: int
    id: int
    text: str


def digest(alg: str, content: bytes) -> str:
    """In hexadecimal. KeyError for an algorithm that this release does not know."""
    found: str = ALGORITHMS[alg](content).hexdigest()
    return found


def entries_digest(alg: str, lines: Iterable[str]) -> str:
    return digest(alg, "".join(f"{line}\n" for line in lines).encode())


def outline(alg: str, lines: Iterable[Line]) -> bytes:
    known = ALGORITHMS[alg]
    return b"".join(
        line.id.to_bytes(8, "big", signed=True) + known(f"{line.text}\n".encode()).digest()[:8] for line in lines
    )


def seal_line(seal: Sealed) -> str:
    """What the seal's own digest is made of, without the line's end."""
    said = {
        "seal": seal.number,
        "alg": seal.alg,
        "previous": seal.previous,
        "first": [seal.first_transaction, seal.first_id],
        "last": [seal.last_transaction, seal.last_id],
        "count": seal.count,
        "entries": seal.entries,
        "outline": digest(seal.alg, bytes(seal.outline)),
        "sealed_at": f"{seal.sealed_at.astimezone(dt.UTC):%Y-%m-%dT%H:%M:%S.%fZ}",
    }
    return json.dumps(said, separators=(",", ":"))


def seal_digest(seal: Sealed) -> str:
    return digest(seal.alg, f"{seal_line(seal)}\n".encode())


def fault_of_seal(seal: Sealed, number: int, previous: str) -> Fault | None:
    """`number` and `previous`: what the seal before leads to."""
    if seal.number != number:
        return Fault("seal_missing", number)
    if seal.alg not in ALGORITHMS:
        return Fault("alg_unknown", number)
    if seal_digest(seal) != seal.digest:
        return Fault("seal_altered", number)
    if seal.previous != previous:
        return Fault("seal_unlinked", number)
    return None


def fault_of_entries(seal: Sealed, lines: Iterable[Line]) -> Fault:
    """Of a batch whose digest is another one: the first entry that is not as it was. Reads few more than there were."""
    sealed = [*_marks(bytes(seal.outline))]
    known, ids = set(sealed), {number for number, _whole in sealed}
    there = [_split(outline(seal.alg, [line])) for line in islice(lines, len(sealed) + MORE)]
    present = {number for number, _whole in there}
    for was, now in zip_longest(sealed, there):
        if was == now:
            continue
        if was is None or (now is not None and now[0] not in ids):
            return Fault("entry_added", seal.number, now[0])
        if now is None or was[0] not in present:
            return Fault("entry_missing", seal.number, was[0])
        if now[0] == was[0]:
            return Fault("entry_altered", seal.number, was[0])
        return Fault("entry_moved", seal.number, was[0] if now in known else now[0])
    return Fault("seal_altered", seal.number)


def _marks(content: bytes) -> Iterator[tuple[int, bytes]]:
    return (_split(content[at : at + MARK]) for at in range(0, len(content), MARK))


def _split(mark: bytes) -> tuple[int, bytes]:
    return int.from_bytes(mark[:8], "big", signed=True), mark[8:]


class NotAnAnchor(Exception):
    """A sentence: what is wrong with the file."""


class Anchor(NamedTuple):
    """What the node signed at a moment: the chain's last seal was this one. Kept elsewhere, it shows a cut or a chain
    that was computed anew."""

    node: str
    seal: int
    alg: str
    digest: str
    at: str

    @property
    def signed(self) -> bytes:
        said = ("wenmai journal anchor 1", self.node, str(self.seal), self.alg, self.digest, self.at, "")
        return "\n".join(said).encode()


def write_anchor(anchor: Anchor, key: Ed25519PrivateKey) -> str:
    said = {
        **anchor._asdict(),
        "key": _encoded(key.public_key().public_bytes_raw()),
        "signature": _encoded(key.sign(anchor.signed)),
    }
    return json.dumps(said, ensure_ascii=False, indent=1) + "\n"


def read_anchor(text: str, key: str) -> Anchor:
    """`key`: the public one that is believed. Raises `NotAnAnchor`."""
    try:
        said = json.loads(text)
        anchor = Anchor(*(said[field] for field in Anchor._fields))
        signature = _decoded(said["signature"])
        if not isinstance(anchor.seal, int) or not all(isinstance(one, str) for one in (anchor.node, *anchor[2:])):
            raise TypeError
    except (ValueError, KeyError, TypeError, RecursionError) as odd:
        raise NotAnAnchor("is no anchor: it is what `wenmai journal anchor` wrote, unchanged") from odd
    if said.get("key") != key:
        raise NotAnAnchor(f"was signed with another key than {key}: name the key that is believed with --key")
    try:
        Ed25519PublicKey.from_public_bytes(_decoded(key)).verify(signature, anchor.signed)
    except (InvalidSignature, ValueError) as forged:
        raise NotAnAnchor("has a signature that is not of its words: it was changed, or forged") from forged
    return anchor


def public(key: Ed25519PrivateKey) -> str:
    return _encoded(key.public_key().public_bytes_raw())


def _encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as odd:
        raise ValueError("no base64url") from odd
