"""How many at once, how long a hold lasts, how long an offer. Parameters of a pool; these are the system's defaults."""

import datetime as dt
import re
import unicodedata
from collections.abc import Mapping
from typing import NamedTuple

from wenmai.lib.refusal import Refused

HOLD_MINUTES = 15
OFFER_MINUTES, LAST_DAY_MINUTES = 120, 30
LAST_DAY = dt.timedelta(hours=24)
MOST = 5
"""Places in one claim."""
MOST_PLACES, MOST_SEATS, MOST_WAITING = 1_000_000, 20_000, 10_000
MOST_MINUTES = 14 * 24 * 60
REASON, KEY, NAME = 160, 64, 120
_KEY = re.compile(r"[\x21-\x7e]{1,64}")
_SHARE = re.compile(r"[a-z][a-z0-9_]{0,19}")


class Numbers(NamedTuple):
    """What a pool may say for itself; nothing: the default above."""

    most: int | None = None
    hold_minutes: int | None = None
    offer_minutes: int | None = None
    last_day_minutes: int | None = None

    def checked(self) -> "Numbers":
        """Refused: number_odd (detail: its name)."""
        for name, value in self._asdict().items():
            if value is not None and not 0 < value <= (1_000 if name == "most" else MOST_MINUTES):
                raise Refused("number_odd", name)
        return self


def plain(text: str, most: int) -> str:
    """One line without what cannot be seen."""
    kept = "".join(letter for letter in unicodedata.normalize("NFC", text) if unicodedata.category(letter)[0] != "C")
    return " ".join(kept.split())[:most]


def checked_reason(reason: str) -> str:
    """Refused: reason_missing."""
    if not (kept := plain(reason, REASON)):
        raise Refused("reason_missing")
    return kept


def checked_key(key: str) -> str:
    """Refused: key_odd."""
    if not _KEY.fullmatch(key):
        raise Refused("key_odd", str(KEY))
    return key


def checked_count(count: int, most: int) -> int:
    """Refused: count_odd (detail: the most that one claim may have)."""
    if not 1 <= count <= most:
        raise Refused("count_odd", str(most))
    return count


def checked_shares(shares: Mapping[str, int]) -> dict[str, int]:
    """Refused: share_odd (none, a name that is no plain word, a number that is none)."""
    if not 1 <= len(shares) <= 20:
        raise Refused("share_odd")
    for name, capacity in shares.items():
        if not _SHARE.fullmatch(name) or not 0 <= capacity <= MOST_PLACES:
            raise Refused("share_odd", name[:20])
    return dict(shares)


def offer_until(now: dt.datetime, starts_at: dt.datetime | None, minutes: int, last_day_minutes: int) -> dt.datetime:
    """When an offer runs out: sooner on the last day, and never after the beginning."""
    last_day = starts_at is not None and starts_at - now <= LAST_DAY
    until = now + dt.timedelta(minutes=last_day_minutes if last_day else minutes)
    return until if starts_at is None else min(until, starts_at)
