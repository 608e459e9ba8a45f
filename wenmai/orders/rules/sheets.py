"""What the confirmation sheet of an order says, its hash, and the code that leads back to it.

The code carries the order, the beginning of the hash and a mark that only the node can make: it stands in no table, and
whoever guesses one does not get as far as the database.
"""

import base64
import datetime as dt
import hashlib
import hmac
import json
from typing import NamedTuple

from wenmai.orders.rules.states import State

BEFORE = ("cart", "submitted", "scheduling", "dispatched", "declined", "accepted")
"""There is no sheet yet, or no more; nor of what was called off."""
_NUMBER, _DIGEST, _MARK = 5, 6, 9  # bytes: together they are 32 letters of base 32, without padding
LETTERS = 32


class Confirmed(NamedTuple):
    """By which side, whose name, when."""

    side: str
    name: str
    at: dt.datetime


class SheetContent(NamedTuple):
    """No person is named: the sheet goes from hand to hand. `price` in fen; `kept`: who goes and what hall."""

    number: int
    organiser: str
    station: str
    supplier: str
    kind: str
    title: str
    begins_at: dt.datetime
    ends_at: dt.datetime
    place: str
    heads: int
    words: str
    price: int
    minutes: int
    room: int
    power: str
    stage: str
    kept: tuple[str, ...]
    confirmed: tuple[Confirmed, ...]

    @property
    def hash(self) -> bytes:
        said = json.dumps(self._asdict(), default=_moment, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(said.encode()).digest()


class Code(NamedTuple):
    number: int
    digest: bytes


def _moment(value: object) -> str:
    if not isinstance(value, dt.datetime):
        raise TypeError(type(value).__name__)
    return value.astimezone(dt.UTC).isoformat()


def has_sheet(state: str) -> bool:
    """From the confirmation on."""
    return state not in BEFORE and state != State.CANCELLED


def make_code(secret: bytes, content: SheetContent) -> str:
    body = content.number.to_bytes(_NUMBER, "big") + content.hash[:_DIGEST]
    return base64.b32encode(body + _mark(secret, body)).decode()


def read_code(secret: bytes, text: str) -> Code | None:
    """Where the mark is ours; case does not matter."""
    if len(text) != LETTERS or not text.isascii():
        return None
    try:
        whole = base64.b32decode(text, casefold=True)
    except ValueError:
        return None
    body, mark = whole[: _NUMBER + _DIGEST], whole[_NUMBER + _DIGEST :]
    if not hmac.compare_digest(mark, _mark(secret, body)):
        return None
    return Code(int.from_bytes(body[:_NUMBER], "big"), body[_NUMBER:])


def says(code: Code, content: SheetContent) -> bool:
    """Whether the sheet with the code says just this."""
    return hmac.compare_digest(code.digest, content.hash[:_DIGEST])


def _mark(secret: bytes, body: bytes) -> bytes:
    return hmac.digest(secret, body, hashlib.sha256)[:_MARK]
