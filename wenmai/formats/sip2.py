"""SIP2: what a library system answers about a reader, in lines (3M Standard Interchange Protocol 2.00).

A message is a two-character code, a part of fixed length, and fields: two characters, a value, a bar. It ends with a
carriage return. With error detection it ends in `AY<digit>AZ<four hexadecimal digits>`: a sequence number, which the
answer repeats, and the two's complement of the sum of all bytes before it.

Servers are older than their manuals: parts of fixed length are longer or shorter than they should be, names come in
GB18030 or UTF-8 whatever was agreed, line feeds stand before and after. What can be told is told; what would have to
be guessed is `Unreadable`.
"""

import datetime as dt
import re
from collections.abc import Iterable
from typing import NamedTuple

END = b"\r"
SEND_AGAIN = b"97AZFEF5\r"
"""For an answer that could not be read; the server sends it once more."""
LONGEST = 64 * 1024
"""Bytes of one message; more is none."""
CHARSETS = ("auto", "utf-8", "gb18030", "latin-1")
"""`auto`: UTF-8 where it is that, otherwise GB18030."""

STATUS_FLAGS = (
    "charge_denied", "renewal_denied", "recall_denied", "hold_denied", "card_lost", "too_many_charged",
    "too_many_overdue", "too_many_renewals", "too_many_claims", "too_many_lost", "excessive_fines", "excessive_fees",
    "recall_overdue", "too_many_billed",
)  # fmt: skip
"""What the fourteen characters of the patron status stand for, in their order."""
_FIXED = {
    "23": 21, "24": 35, "63": 31, "64": 59, "93": 2, "94": 1, "96": 0, "97": 0, "98": 34, "99": 8,
}  # fmt: skip
"""Length of the part between the code and the fields."""
_MARKS = {"24": 14, "64": 14, "98": 6}
"""Of those that are answers: so many of its characters may be letters. Where two letters stand behind them, the fields
begin, whatever the standard says of the length."""
_FIELD = re.compile(r"[A-Z]{2}")
_TRAILER = re.compile(rb"(?:AY([0-9]))?AZ([0-9A-Fa-f]{4})\Z")
_HALF_A_TRAILER = re.compile(rb"(AY[0-9]?|AZ[0-9A-Fa-f]{0,3})\Z")


class Unreadable(Exception):
    """Not a message that can be trusted. `code` is short, checksum, not_sip, fixed, field or too_long; the content,
    which may name a person, is not in it."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Message(NamedTuple):
    """`fields` in the order in which they came, some more than once. `is_odd`: the fixed part had another length than
    the standard's, and the fields were looked for."""

    code: str
    fixed: str
    fields: tuple[tuple[str, str], ...]
    sequence: int | None
    is_odd: bool = False

    def first(self, name: str) -> str:
        return next((value for code, value in self.fields if code == name), "")


class Patron(NamedTuple):
    """What an answer 24 or 64 says. `is_valid`, `is_proved`: None where the server does not say whether it knows the
    reader, or whether the password was right."""

    number: str
    name: str
    is_valid: bool | None
    is_proved: bool | None
    flags: frozenset[str]
    valid_until: dt.date | None
    institution: str


def checksum(body: bytes) -> str:
    """Of all bytes up to and with `AZ`: four hexadecimal digits."""
    return f"{-sum(body) & 0xFFFF:04X}"


def write(code: str, fixed: str, fields: Iterable[tuple[str, str]], sequence: int, charset: str = "utf-8") -> bytes:
    """A message with error detection. ValueError for a value that holds a bar, an end of line or another control, which
    would be read as something else; the error does not repeat it."""
    text = code + fixed
    for name, value in fields:
        if not is_plain(value):
            raise ValueError(f"the value of {name} cannot be sent")
        text += f"{name}{value}|"
    try:
        body = text.encode("utf-8" if charset == "auto" else charset) + f"AY{sequence % 10}AZ".encode()
    except UnicodeEncodeError:
        raise ValueError(f"a value cannot be written in {charset}") from None
    return body + checksum(body).encode() + END


def is_plain(value: str) -> bool:
    """Whether the value can stand in a message."""
    return "|" not in value and not any(ord(letter) < 32 or ord(letter) == 127 for letter in value)


def stamp(now: dt.datetime) -> str:
    """18 characters in the local time of `now`."""
    return now.strftime("%Y%m%d    %H%M%S")


def read(line: bytes, charset: str = "auto") -> Message:
    """One message, with or without its end. Raises `Unreadable`."""
    line = line.strip(b"\r\n\x00 ")
    if len(line) > LONGEST:
        raise Unreadable("too_long")
    body, sequence = _detected(line)
    text = _decoded(body, charset)
    code, rest = text[:2], text[2:]
    if code not in _FIXED:
        raise Unreadable("not_sip" if len(line) >= 2 else "short")
    length = _FIXED[code]
    found = _FIELD.search(rest, _MARKS[code]) if code in _MARKS else None
    is_odd = found is not None and found.start() != length
    if found is not None:
        length = found.start()
    elif len(rest) < length:
        raise Unreadable("short")
    return Message(code, rest[:length], tuple(_fields(rest[length:])), sequence, is_odd)


def _detected(line: bytes) -> tuple[bytes, int | None]:
    """The message without its error detection, which must be right where it is there, and its sequence number."""
    found = _TRAILER.search(line)
    if found:
        if checksum(line[:-4]) != found[2].decode().upper():
            raise Unreadable("checksum")
        return line[: found.start()], int(found[1]) if found[1] else None
    if _HALF_A_TRAILER.search(line):
        raise Unreadable("checksum")
    return line, None


def _decoded(body: bytes, charset: str) -> str:
    """As a whole: in GB18030 the second byte of a character may be that of a bar."""
    for one in ("utf-8", "gb18030") if charset == "auto" else (charset,):
        try:
            return body.decode(one)
        except UnicodeDecodeError:
            continue
    return body.decode(charset if charset != "auto" else "gb18030", "replace")


def _fields(text: str) -> Iterable[tuple[str, str]]:
    for part in text.split("|"):
        if not part:
            continue
        if not _FIELD.match(part):
            raise Unreadable("field")
        yield part[:2], part[2:].strip()


def patron(message: Message) -> Patron:
    """Of an answer 24 or 64. Raises `Unreadable`: of another message, and where the status is none."""
    if message.code not in ("24", "64"):
        raise Unreadable("not_sip")
    status = message.fixed[: len(STATUS_FLAGS)]
    if len(status) < len(STATUS_FLAGS) or not set(status) <= set("YN "):
        raise Unreadable("fixed")
    return Patron(
        number=message.first("AA"),
        name=message.first("AE"),
        is_valid=_yes(message.first("BL")),
        is_proved=_yes(message.first("CQ")),
        flags=frozenset(name for name, mark in zip(STATUS_FLAGS, status, strict=True) if mark == "Y"),
        valid_until=_day(message.first("PA")),
        institution=message.first("AO"),
    )


def _yes(mark: str) -> bool | None:
    return {"Y": True, "N": False}.get(mark.upper())


def _day(text: str) -> dt.date | None:
    """The first eight digits of a date, with or without marks between them; None where that is no day."""
    digits = re.sub(r"[-/. ]", "", text)[:8]
    try:
        return dt.datetime.strptime(digits, "%Y%m%d").date()  # noqa: DTZ007 -- a day has no zone
    except ValueError:
        return None


class Server(NamedTuple):
    """What an answer 98 says of the library's system."""

    is_online: bool
    name: str
    institution: str
    version: str
    supports: str


def server(message: Message) -> Server:
    """Raises `Unreadable` for another message."""
    if message.code != "98":
        raise Unreadable("not_sip")
    fixed = message.fixed
    return Server(fixed[:1] == "Y", message.first("AM"), message.first("AO"), fixed[-4:], message.first("BX"))


def knows_information(supports: str) -> bool:
    """By the field BX of 98: whether 63 is answered. Who does not say is believed to."""
    return supports[7:8].upper() != "N"
