"""How often something was asked in the last minute, counted in the memory of each process."""

import threading
from collections import deque

WINDOW_S = 60.0
MOST_KEPT = 10_000
_asked: dict[str, deque[float]] = {}
_one_at_a_time = threading.Lock()


def is_over(key: str, most: int, now: float) -> bool:
    """Whether there were so many in the last minute."""
    with _one_at_a_time:
        return len(_recent(key, now)) >= most


def count(key: str, now: float) -> None:
    """The one that was asked longest ago gives way where there are too many to remember."""
    with _one_at_a_time:
        times = _recent(key, now)
        _asked.pop(key, None)
        times.append(now)
        _asked[key] = times
        if len(_asked) > MOST_KEPT:
            del _asked[next(iter(_asked))]


def wait_s(key: str, now: float) -> int:
    """Whole seconds until the oldest of the last minute is forgotten; at least one."""
    with _one_at_a_time:
        times = _recent(key, now)
        return max(1, int(times[0] + WINDOW_S - now) + 1) if times else 1


def forget() -> None:
    _asked.clear()


def _recent(key: str, now: float) -> deque[float]:
    """A clock that was put back forgets what lies ahead of it."""
    times = _asked.get(key, deque())
    while times and (times[0] <= now - WINDOW_S or times[0] > now):
        times.popleft()
    return times
