"""A kiosk at a door: the code by which its browser becomes one, and how often a wrong number may be typed."""

import datetime as dt
import hashlib
import hmac
import secrets

KEYS = "activities.kiosks"
"""Which secret of the vault codes and words are hashed with."""
CODE_DIGITS = 10
CODE_GOOD = dt.timedelta(minutes=15)
"""Ten digits, a quarter of an hour: whoever tries a thousand in a second finds one of ten thousand times."""
MOST_MISSES, WINDOW = 10, dt.timedelta(minutes=10)
"""So many numbers that do not fit within so long; then tickets are only scanned for a while. Ours."""
TAIL_DIGITS = 4
LONGEST_NAME = 40


def new_code() -> str:
    return "".join(secrets.choice("0123456789") for _each in range(CODE_DIGITS))


def new_word() -> str:
    """What the browser keeps."""
    return secrets.token_urlsafe(32)


def digest_of(secret: bytes, word: str) -> str:
    return hmac.digest(secret, word.encode(), hashlib.sha256).hex()
