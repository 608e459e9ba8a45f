"""A page that runs no script leads by itself to the day's time; what it brings tells that it was open all the while.

The word is good for the child that the page was made for, and names nobody: it stands in an address.
"""

import datetime as dt
from typing import NamedTuple

from django.core import signing

from wenmai.lib.numbers import row_number
from wenmai.people.families import limits

LATE_S = 60
"""Slow browsers and networks."""


class Page(NamedTuple):
    seconds: int
    token: str


def page(child_id: int, left_s: int, now: dt.datetime) -> Page:
    """For how long it stays open, and what it shows then."""
    return Page(max(1, min(limits.STAYED_S, left_s)), _signer(child_id).sign(str(int(now.timestamp()))))


def gap_of(child_id: int, token: str, now: dt.datetime) -> int:
    """For how many seconds the page was open; 0 for a word that is not this child's, or too old."""
    try:
        since = row_number(_signer(child_id).unsign(token[:200])) or 0
    except signing.BadSignature:
        return 0
    passed = int(now.timestamp()) - since
    # the page itself was not written down if another one had been, a moment before
    return passed + 1 + limits.EVERY_S if 0 < passed <= limits.STAYED_S + LATE_S else 0


def _signer(child_id: int) -> signing.Signer:
    return signing.Signer(salt=f"people.stayed {child_id}")
