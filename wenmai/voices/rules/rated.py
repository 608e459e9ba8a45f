"""What can be rated: each module above says in its apps.py who attended what, and until when that counts."""

import datetime as dt
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from django.utils.functional import Promise

from wenmai.lib.refusal import Refused
from wenmai.voices.rules.needs import names_a_person, plain

WORDS = 500
YOUNG = 14
"""Under this age a guardian may rate in a child's place, as they consent for it (个人信息保护法 art. 31)."""
REVIEWED = "voices.comment"


class Attended(NamedTuple):
    """That somebody was there. `attendance`: their own part in it, which is rated once; `subject`: what averages are
    counted of, such as the activity of a session; `address`: where the public reads about it."""

    attendance: str
    subject: str
    organisation_id: int
    title: str
    ended_at: dt.datetime
    address: str = ""


@dataclass(frozen=True, slots=True)
class Kind:
    """`attended`: an account and a key -> whether this person was there. `counts`: it is the public that rates, and so
    it is part of an institution's satisfaction."""

    key: str
    name: str | Promise
    attended: Callable[[int, str], Attended | None]
    counts: bool = True


class Stars(NamedTuple):
    """`mean`: nothing while there are fewer than the institution shows."""

    ratings: int
    mean: float | None


class Satisfaction(NamedTuple):
    """Of stars within a time: how many, their sum, how many of four and five."""

    ratings: int
    sum: int
    content: int

    @property
    def sa01(self) -> float | None:
        """满意度: the sum of the scores by what it could be, of 100 (handbook §5, SA01)."""
        return self.sum / (self.ratings * 5) * 100 if self.ratings else None

    @property
    def sa02(self) -> float | None:
        """满意率: content and very content of all, of 100 (handbook §5, SA02)."""
        return self.content / self.ratings * 100 if self.ratings else None


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    _kinds[kind.key] = kind


def kinds() -> Mapping[str, Kind]:
    return _kinds


def kind_of(key: str) -> Kind:
    """Refused: unknown_rated."""
    if key not in _kinds:
        raise Refused("unknown_rated", key[:20])
    return _kinds[key]


def forget(key: str) -> None:
    """Between tests."""
    _kinds.pop(key, None)


def checked_stars(stars: int) -> int:
    """Refused: score_odd."""
    if not 1 <= stars <= 5:
        raise Refused("score_odd")
    return stars


def checked_words(words: str) -> str:
    """Refused: names_a_person."""
    kept = plain(words, WORDS, lines=True)
    if names_a_person(kept):
        raise Refused("names_a_person")
    return kept


def is_young(born: dt.date | None, day: dt.date) -> bool:
    """Whether a guardian speaks for somebody born then; of nobody whose birth is unknown."""
    if born is None:
        return False
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day)) < YOUNG


def check_time(now: dt.datetime, ended_at: dt.datetime, days: int) -> None:
    """Refused: too_early, rating_over (detail: days)."""
    if now < ended_at:
        raise Refused("too_early")
    if now >= ended_at + dt.timedelta(days=days):
        raise Refused("rating_over", str(days))


def hash_of(words: str) -> bytes:
    return hashlib.sha256(words.encode()).digest()
