"""What people have agreed to, as it counts now. Whoever does something for one of these purposes asks here first."""

import datetime as dt
from typing import NamedTuple

from wenmai.lib import personal
from wenmai.people.privacy.models import ConsentEntry
from wenmai.people.privacy.texts import PERSONALISATION, PURPOSES, Purpose


class Word(NamedTuple):
    """What somebody said last about one purpose."""

    given: bool
    version: int
    at: dt.datetime


class ConsentView(NamedTuple):
    """One purpose as its owner sees it. `is_outdated`: given to a text that asked for less; it does not count."""

    key: str
    version: int
    title: str
    asks: str
    refusing: str
    holds: bool
    is_outdated: bool
    said: Word | None
    collected: list[str]


class Said(NamedTuple):
    at: dt.datetime
    title: str
    version: int
    given: bool


def last_word(user_id: int, purpose: str) -> Word | None:
    rows = ConsentEntry.objects.filter(account=user_id, purpose=purpose).order_by("-id")
    found = rows.values_list("given", "version", "at").first()
    return Word(*found) if found else None


def consents(user_id: int, language: str) -> list[ConsentView]:
    return [_view(purpose, last_word(user_id, purpose.key), language) for purpose in PURPOSES.values()]


def _view(purpose: Purpose, said: Word | None, language: str) -> ConsentView:
    text, given = purpose.text(language), said is not None and said.given
    holds = said is not None and said.given and said.version >= purpose.good_from
    collected = [str(one.words) for one in personal.collected(purpose.key)]
    return ConsentView(
        purpose.key, purpose.number, text.title, text.asks, text.refusing, holds, given and not holds, said, collected
    )


def holds(user_id: int | None, purpose: str) -> bool:
    """Whether this person agrees to this purpose now. Nobody who is not logged in does."""
    if user_id is None:
        return False
    said = last_word(user_id, purpose)
    return said is not None and said.given and said.version >= PURPOSES[purpose].good_from


def personalises(user_id: int | None) -> bool:
    """The one switch: without it nothing is kept under anybody's name to suit them, and nobody sees anything else than
    all others. On a page: `request.personalises`."""
    return holds(user_id, PERSONALISATION)


def history(user_id: int, language: str) -> list[Said]:
    """All that was said, the newest first."""
    rows = ConsentEntry.objects.filter(account=user_id).order_by("-id")
    return [
        Said(one.at, PURPOSES[one.purpose].titles[one.version][language], one.version, one.given)
        for one in rows
        if one.purpose in PURPOSES
    ]


def outdated(user_id: int) -> bool:
    """Whether something that was agreed to has to be asked again."""
    return any(one.is_outdated for one in consents(user_id, "zh-hans"))
