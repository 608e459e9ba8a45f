"""What was done to a subject, newest first."""

import datetime as dt
from typing import NamedTuple

from wenmai.journal import queries as journal

MOST = 50
SAID = ("reason",)


class Deed(NamedTuple):
    """A line of the trail, as its part of a page draws it."""

    at: dt.datetime
    who: str
    what: str
    details: list[str]


def trail(kind: str, key: int) -> list[Deed]:
    return [
        Deed(one.at, one.actor_name, one.deed, [str(one.detail[name]) for name in SAID if one.detail.get(name)])
        for one in journal.trail(kind, key)[:MOST]
    ]
