"""When a message is tried again. All numbers are ours, no norm."""

import datetime as dt

HOLD = dt.timedelta(seconds=30)
"""For so long a message belongs to who is sending it; longer than a gateway may take to answer."""
LONGEST_LIFE = dt.timedelta(days=3)
LATER = dt.timedelta(minutes=30)
"""After which a notice is told again where a ceiling left no room for it."""
_PAUSES_S = (2, 5, 15, 30, 60, 120, 300, 900)


def pause(attempts: int, asked_s: float | None) -> dt.timedelta:
    """After so many attempts; longer where the gateway asks for it."""
    own = _PAUSES_S[min(max(attempts, 1), len(_PAUSES_S)) - 1]
    return dt.timedelta(seconds=min(max(own, asked_s or 0), LONGEST_LIFE.total_seconds()))
