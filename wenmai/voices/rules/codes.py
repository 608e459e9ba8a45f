"""What leads from a message to somebody's part in a need: a number and a mark that only this node can make."""

import base64
import hashlib
import hmac

LINKS = "voices.links"
"""Which secret of the vault makes it."""
_MARK = 16
LONGEST = 40


def make(secret: bytes, number: int) -> str:
    return f"{number}.{_mark(secret, number)}"


def read(secret: bytes, text: str) -> int | None:
    """The number, where the mark is ours; case does not matter."""
    digits, dot, mark = text[:LONGEST].strip().upper().partition(".")
    if not dot or not digits.isascii() or not digits.isdigit() or len(digits) > 18 or not mark.isascii():
        return None
    return int(digits) if hmac.compare_digest(mark, _mark(secret, int(digits))) else None


def _mark(secret: bytes, number: int) -> str:
    """80 bits, without letters that are mistaken for others."""
    digest = hmac.digest(secret, f"asker:{number}".encode(), hashlib.sha256)
    return base64.b32encode(digest)[:_MARK].decode()
