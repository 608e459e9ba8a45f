"""Short texts that say which enrolment is meant, with a mark that only this node can make.

A number in letters and a mark of 80 bits: `<number>.<mark>`, letters and digits only, upper case, so that it can be
read to somebody and stands small in a picture. The alphabet leaves out what is mistaken for something else.
"""

import hashlib
import hmac

TICKETS, LINKS, CALENDARS = "activities.tickets", "activities.links", "activities.calendars"
"""Which secret of the vault makes which."""
ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_MARK_LETTERS = 16
LONGEST = 40


def _letters(number: int) -> str:
    found = ""
    while number or not found:
        number, rest = divmod(number, len(ALPHABET))
        found = ALPHABET[rest] + found
    return found


def _mark(secret: bytes, use: str, number: int) -> str:
    digest = hmac.digest(secret, f"{use}:{number}".encode(), hashlib.sha256)
    return "".join(ALPHABET[byte % len(ALPHABET)] for byte in digest[:_MARK_LETTERS])


def make_token(secret: bytes, use: str, number: int) -> str:
    return f"{_letters(number)}.{_mark(secret, use, number)}"


def read_token(secret: bytes, use: str, text: str) -> int | None:
    """The number, where the mark is ours; case and blanks do not matter."""
    folded = "".join(text.upper().split())
    letters, dot, mark = folded.partition(".")
    if len(folded) > LONGEST or not dot or not letters or not {*letters} <= {*ALPHABET} or not mark.isascii():
        return None
    number = 0
    for letter in letters:
        number = number * len(ALPHABET) + ALPHABET.index(letter)
    fits = number < 2**62 and _letters(number) == letters
    return number if fits and hmac.compare_digest(mark, _mark(secret, use, number)) else None


def offer_token(secret: bytes, number: int) -> str:
    """For the link in a message."""
    return make_token(secret, "offer", number)


def ticket_token(secret: bytes, number: int) -> str:
    """For the picture that is shown at the door."""
    return make_token(secret, "ticket", number)
