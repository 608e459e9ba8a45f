"""How often machines may ask, counted in the memory of each web process."""

import threading
from collections import deque

PER_MINUTE = 600
"""Introspections by one app; wrong secrets from one address have a tenth of it: `WRONG_PER_MINUTE`."""
WRONG_PER_MINUTE = 60
WINDOW_S = 60.0
MOST_KEPT = 10_000
_asked: dict[str, deque[float]] = {}
_one_at_a_time = threading.Lock()


class TooMany(Exception):
    """An app asks oftener than `PER_MINUTE`."""


def is_over(key: str, most: int, now: float) -> bool:
    """Whether there were so many in the last minute."""
    with _one_at_a_time:
        return len(_recent(key, now)) >= most


def count(key: str, now: float) -> None:
    with _one_at_a_time:
        times = _recent(key, now)
        _asked.pop(key, None)
        times.append(now)
        _asked[key] = times
        if len(_asked) > MOST_KEPT:
            del _asked[next(iter(_asked))]


def forget() -> None:
    _asked.clear()


def _recent(key: str, now: float) -> deque[float]:
    times = _asked.get(key, deque())
    while times and times[0] <= now - WINDOW_S:
        times.popleft()
    return times
