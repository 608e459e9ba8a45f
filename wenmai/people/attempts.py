"""How often a password may be tried: so many times for one account from one address, and for one address in all.

Counted in the memory of each web process, so that an attack costs no database and nobody's account can be shut from
elsewhere. Who guesses from many addresses is slowed down by the cost of a password's hash only.
"""

import hashlib
import threading
from collections import deque

from wenmai.people.rules import TRIES_PER_ACCOUNT, TRIES_PER_ADDRESS, TRIES_WINDOW_S, fold_name

MOST_KEPT = 20_000
"""Accounts and addresses remembered; beyond that the one that was tried longest ago is forgotten."""

_tried: dict[bytes, deque[float]] = {}
_one_at_a_time = threading.Lock()


def begin_login(username: str, address: str, now: float) -> float:
    """Counts one try; returns how many seconds to wait before the next one, 0.0 when this one may go on."""
    with _one_at_a_time:
        wait = max(_wait(key, limit, now) for key, limit in _keys(username, address))
        if not wait:
            for key, _limit in _keys(username, address):
                _note(key, now)
    return wait


def login_succeeded(username: str, address: str) -> None:
    """The account starts afresh from this address, and its last try does not count against the address."""
    (account, _many), (place, _more) = _keys(username, address)
    with _one_at_a_time:
        _tried.pop(account, None)
        if _tried.get(place):
            _tried[place].pop()


def _keys(username: str, address: str) -> tuple[tuple[bytes, int], tuple[bytes, int]]:
    account = hashlib.sha256(f"{fold_name(username)}\n{address}".encode("utf-8", "replace")).digest()
    place = hashlib.sha256(address.encode("utf-8", "replace")).digest()
    return (account, TRIES_PER_ACCOUNT), (place, TRIES_PER_ADDRESS)


def _wait(key: bytes, limit: int, now: float) -> float:
    times = _tried.get(key, deque())
    while times and times[0] <= now - TRIES_WINDOW_S:
        times.popleft()
    return times[0] + TRIES_WINDOW_S - now if len(times) >= limit else 0.0


def _note(key: bytes, now: float) -> None:
    times = _tried.pop(key, deque())
    times.append(now)
    _tried[key] = times  # behind the others: the first one is the one that was tried longest ago
    if len(_tried) > MOST_KEPT:
        del _tried[next(iter(_tried))]
