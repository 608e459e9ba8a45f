"""Activities as other calendars tell of them: what is read from iCalendar and schema.org, and written to both.

An `Occasion` is what the source says, no decision of ours. Days and moments stay apart: what lasts whole days has days.
"""

import datetime as dt
import heapq
import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from wenmai.formats import recurrence
from wenmai.formats.characters import clean_text
from wenmai.formats.values import Note

CHINA = dt.timezone(dt.timedelta(hours=8), "Asia/Shanghai")
"""Where a moment without a zone is read; no summer time since 1991."""
STATES = ("planned", "tentative", "moved", "postponed", "cancelled")
REJECTS = frozenset({"encoding", "no_end", "no_records", "no_start", "no_title", "syntax", "too_deep", "too_large",
                     "too_many", "truncated", "years"})  # fmt: skip
YEARS = (1970, 2200)
"""What lies outside is a mistake of a machine: refused, so that no rule is followed through two thousand years."""
_BLANKS = re.compile(r"[ \t\xa0\u3000]+")
COUNTED = dt.timedelta(days=20 * 366)
"""How far a rule that ends after so many times is followed from its beginning."""
Moment = dt.datetime | dt.date


class Limits(NamedTuple):
    """What is read of one document, and of one occasion."""

    document_bytes: int = 8 * 1024 * 1024
    occasions: int = 20_000
    occasion_bytes: int = 256 * 1024
    text: int = 20_000
    dates: int = 2_000  # single days that a rule leaves out or adds
    depth: int = 32


@dataclass(frozen=True, slots=True)
class Occasion:
    """One activity of a source, or one rule for many.

    `begins` and `ends` are both days, the last one not among them any more, or both moments with a zone; what does not
    say how long it takes ends when it begins. `rule` is an RRULE without its name, `left_out` and `added` single
    beginnings; `instead_of` says which beginning of another occasion with the same `key` this one replaces.
    """

    key: str
    title: str
    begins: Moment
    ends: Moment
    description: str = ""
    location: str = ""
    address: str = ""
    organiser: str = ""
    image: str = ""
    state: str = "planned"
    is_online: bool = False
    sequence: int = 0
    rule: str = ""
    left_out: tuple[Moment, ...] = ()
    added: tuple[Moment, ...] = ()
    instead_of: Moment | None = None
    categories: tuple[str, ...] = ()
    notes: tuple[Note, ...] = ()
    position: int = 0

    @property
    def lasts_days(self) -> bool:
        return not isinstance(self.begins, dt.datetime)


class Impossible(ValueError):
    """An occasion that cannot be: `code` is one of `REJECTS`."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code, self.detail = code, detail


def moment(told: Moment, zone: dt.tzinfo | None = None) -> Moment:
    """A day as it is; a moment in its own zone, otherwise in `zone`, otherwise in China's."""
    if isinstance(told, dt.datetime) and told.tzinfo is None:
        return told.replace(tzinfo=zone or CHINA)
    return told


def require(title: str, begins: Moment | None, ends: Moment | None) -> tuple[Moment, Moment]:
    """When it begins and ends, for what can be. Raises `Impossible`: no_title, no_start, no_end, years."""
    if not title:
        raise Impossible("no_title", "It has no title.")
    if begins is None:
        raise Impossible("no_start", "It does not say when it begins.")
    if ends is None:
        ends = begins if isinstance(begins, dt.datetime) else begins + dt.timedelta(days=1)
    if isinstance(begins, dt.datetime) != isinstance(ends, dt.datetime):
        raise Impossible("no_end", "It begins at a time and ends on a day, or the other way round.")
    if not all(YEARS[0] <= one.year < YEARS[1] for one in (begins, ends)):
        raise Impossible("years", f"It lies outside the years {YEARS[0]} to {YEARS[1]}.")
    if ends < begins:
        raise Impossible("no_end", "It ends before it begins.")
    return begins, ends


def one_line(text: object, most: int = 500) -> str:
    """Text for a line: no line ends, no rows of blanks."""
    return _BLANKS.sub(" ", clean_text(str(text)).replace("\r", " ").replace("\n", " ")).strip()[:most]


def many_lines(text: object, most: int) -> str:
    return clean_text(str(text)).replace("\r\n", "\n").replace("\r", "\n").strip()[:most]


def web_address(text: object) -> str:
    """The text where it is an address of the web, otherwise nothing."""
    found = str(text).strip()
    ok = re.fullmatch(r"https?://[^\s/?#@<>\"]+[^\s<>\"]*", found, re.I)
    return clean_text(found) if ok and len(found) <= 2000 else ""


def beginnings(occasion: Occasion, first: dt.datetime, last: dt.datetime, most: int = 1000) -> Iterator[Moment]:
    """When it begins from `first` until before `last`, in order, each once; at most so many.

    Time is bounded: a rule is followed to `last` and no further, by days at the finest, and what is counted for no
    more than `COUNTED`.
    """
    low, high = _on_the_wall(first, occasion), _on_the_wall(last, occasion)
    added = sorted(_on_the_wall(one, occasion) for one in occasion.added)
    seen = {_on_the_wall(one, occasion) for one in occasion.left_out}
    count = 0
    for turn in heapq.merge(_turns(occasion, low, high), added):
        if turn >= high or count >= most:
            return
        if turn >= low and turn not in seen:
            seen.add(turn)
            count += 1
            yield turn.date() if occasion.lasts_days else turn.replace(tzinfo=_zone(occasion))


def _turns(occasion: Occasion, low: dt.datetime, high: dt.datetime) -> Iterator[dt.datetime]:
    start = _on_the_wall(occasion.begins, occasion)
    if not occasion.rule:
        yield start
        return
    rule = recurrence.parse(occasion.rule)
    last = min(high, _end(rule.until, occasion)) if rule.until else high
    if rule.count:
        low, last = start, min(last, start + COUNTED)
    found = recurrence.days(rule, start.date(), low.date(), last.date())
    turns = (turn for day in found if start <= (turn := dt.datetime.combine(day, start.time())) <= last)
    yield from itertools.islice(turns, rule.count or None)


def _end(until: str, occasion: Occasion) -> dt.datetime:
    """A day counts whole."""
    found = dt.datetime.fromisoformat(until)
    if "T" not in until:
        return found + dt.timedelta(days=1, seconds=-1)
    return _on_the_wall(found, occasion) if found.tzinfo else found


def _zone(occasion: Occasion) -> dt.tzinfo | None:
    return occasion.begins.tzinfo if isinstance(occasion.begins, dt.datetime) else CHINA


def _on_the_wall(told: Moment, occasion: Occasion) -> dt.datetime:
    """The time of the clock on the wall at its place: rules are followed by that."""
    if not isinstance(told, dt.datetime):
        return dt.datetime.combine(told, dt.time())
    return told.astimezone(_zone(occasion)).replace(tzinfo=None)
