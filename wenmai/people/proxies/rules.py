"""How long a proxy lasts and how many there may be. All of them are ours, none is a norm."""

import datetime as dt
from collections.abc import Collection, Iterable

from wenmai.lib.refusal import Refused

DAYS = 183
"""Half a year, unless its principal chooses another day."""
MOST_DAYS = 366
OFFER_MINUTES = 10
MOST_PROXIES = 5
"""Of one principal."""
MOST_PRINCIPALS = 200
"""Of one proxy: a village administrator with the one telephone of a village acts for many."""


def checked(matters: Iterable[str], until: dt.datetime, now: dt.datetime, known: Collection[str]) -> list[str]:
    """The matters, each once. Refused: proxy_nothing, proxy_until (detail: the longest, in days)."""
    kept = sorted({*matters} & {*known})
    if not kept:
        raise Refused("proxy_nothing")
    if not now < until <= now + dt.timedelta(days=MOST_DAYS):
        raise Refused("proxy_until", str(MOST_DAYS))
    return kept
