"""A walk through the pages of an OAI-PMH list: where it is, what may follow, what is a loop."""

import datetime as dt
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, NamedTuple

# Record stores take their time between giving a datestamp and listing it.
OVERLAP = dt.timedelta(minutes=5)
TOKEN_LIMIT = 4096
# So many single granules that do not fit: the server does not heed the dates, or has one for everything.
UNFIT_LIMIT = 100
FIRST, LAST = dt.datetime(1900, 1, 1, tzinfo=dt.UTC), dt.datetime(9999, 12, 31, tzinfo=dt.UTC)
# `from` and `until`, either may be empty, and the number of the set.
Window = tuple[str, str, int]
# Pages without a record we did not have already, in a row, beyond as many as brought some.
IDLE_PAGES = 5


class RunFailed(Exception):
    """A run cannot go on. `code` is one of `words.FAILURES`; `excerpt` is what was there instead."""

    def __init__(self, code: str, detail: str, excerpt: bytes = b"") -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail
        self.excerpt = excerpt[:4000]


class Calendar(NamedTuple):
    """The datestamps of a server: its granularity, the first one it admits to, and its present time (both aware)."""

    granularity: str
    earliest: dt.datetime
    now: dt.datetime

    @property
    def granule(self) -> dt.timedelta:
        return dt.timedelta(days=1) if self._is_daily else dt.timedelta(seconds=1)

    @property
    def _is_daily(self) -> bool:
        return len(self.granularity) <= len("YYYY-MM-DD")

    def text(self, moment: dt.datetime) -> str:
        return moment.strftime("%Y-%m-%d" if self._is_daily else "%Y-%m-%dT%H:%M:%SZ")

    def moment(self, text: str) -> dt.datetime:
        moment = dt.datetime.fromisoformat(text)
        return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)

    def bounds(self, since: str, until: str) -> tuple[dt.datetime, dt.datetime]:
        """Between which moments a window is halved: where it is open, by what the server says, else by all of time."""
        low = self.moment(since) if since else self.earliest
        high = self.moment(until) if until else self.now
        if low >= high and not since:
            low = min(FIRST, high)
        if low >= high and not until:
            high = max(LAST, low)
        begin, end = (self.moment(self.text(one)) for one in (low, high))
        return begin, end


@dataclass(frozen=True, slots=True)
class Walk:
    """Kept with the run after each page; JSON values only.

    verb, number: ListRecords of the source's set with this number, then ListIdentifiers of each
    since:        the `from` of the requests
    token:        what asks for the next page; empty at the beginning of a list
    announced, listed: completeListSize, and how many this list brought
    productive, idle: pages with something not seen before in this run, and pages without since the last of those
    restarts:     how often an expired token made us begin this list again; `fresh`: pages with news since
    window:       the part of the list that is asked for now; none: all of it
    windows:      parts that are still to come; `unfit`: those that no single page holds, although they are one granule
    exhausted:    nothing is left but what did not fit
    """

    verb: str = "ListRecords"
    number: int = 0
    since: str = ""
    token: str = ""
    announced: int = 0
    listed: int = 0
    productive: int = 0
    idle: int = 0
    restarts: int = 0
    fresh: int = 0
    missing: int = 0
    done: bool = False
    window: Window | None = None
    windows: tuple[Window, ...] = ()
    unfit: tuple[Window, ...] = ()
    exhausted: bool = False


class Page(NamedTuple):
    """What a page said beside its records: `size` of them, `news` not seen before in this run."""

    size: int
    news: int
    token: str
    seen: bool
    announced: int | None


def noted(values: Mapping[str, Any]) -> Walk:
    """The walk as it was kept with the run, also by an earlier release that kept more or less."""
    kept = {one.name: values[one.name] for one in fields(Walk) if one.name in values}
    for name in ("windows", "unfit"):
        kept[name] = tuple(tuple(one) for one in kept.get(name, ()))
    if kept.get("window"):
        kept["window"] = tuple(kept["window"])
    return Walk(**kept)


def turned(walk: Walk, page: Page) -> Walk:
    """The walk after this page. Raises `RunFailed` token_loop, token_too_long."""
    if len(page.token) > TOKEN_LIMIT:
        raise RunFailed("token_too_long", f"{len(page.token)} characters", page.token[:200].encode())
    idle = 0 if page.news else walk.idle + 1
    looping = page.token and not page.news and (page.seen or page.token == walk.token)
    if looping or idle > walk.productive + IDLE_PAGES:
        raise RunFailed("token_loop", f"{idle} pages in a row brought nothing that was not there already")
    return replace(
        walk,
        token=page.token,
        announced=page.announced or walk.announced,
        listed=walk.listed + page.size,
        productive=walk.productive + bool(page.news),
        idle=idle,
        fresh=walk.fresh + bool(page.news),
    )


def ended(walk: Walk, lists: int) -> Walk:
    """The walk after the last page of a list: the next list, or done. `lists` is how many there are of this verb."""
    missing = walk.missing + max(0, walk.announced - walk.listed)
    if walk.windows:
        return _at_next_window(replace(walk, missing=missing))
    if walk.number + 1 < lists and not walk.exhausted:
        return Walk(verb=walk.verb, number=walk.number + 1, since=walk.since, missing=missing, unfit=walk.unfit)
    return replace(walk, token="", missing=missing, done=not walk.unfit, exhausted=bool(walk.unfit))


def _at_next_window(walk: Walk) -> Walk:
    """The walk at the beginning of the part that comes next."""
    window, *rest = walk.windows
    return replace(
        walk, window=window, windows=tuple(rest), number=window[2], token="", announced=0, listed=0, productive=0,
        idle=0, fresh=0,
    )  # fmt: skip


def narrowed(walk: Walk, calendar: Calendar, lists: int) -> Walk:
    """The walk when its token is never known: the earlier half of the window, the later one after it.

    What is open stays open, so that no datestamp falls outside, however odd. A window of one granule is put aside.
    """
    since, until, number = walk.window or (walk.since, "", walk.number)
    low, high = calendar.bounds(since, until)
    if low >= high:
        aside = replace(walk, unfit=(*walk.unfit, (since, until, number)), announced=0, listed=0)
        return ended(aside, lists)
    middle = calendar.text(low + (high - low) // 2)
    later = calendar.text(calendar.moment(middle) + calendar.granule)
    return _at_next_window(replace(walk, windows=((since, middle, number), (later, until, number), *walk.windows)))


def require_fit(walk: Walk) -> None:
    """Raises `RunFailed` token_windows when nothing but unfit windows is left, or so many that dates change nothing."""
    if walk.unfit and (walk.exhausted or len(walk.unfit) >= UNFIT_LIMIT):
        named = "; ".join(f"{since}/{until}" for since, until, _number in walk.unfit[:10])
        raise RunFailed("token_windows", f"{len(walk.unfit)}: {named}")


def once_more(walk: Walk) -> Walk:
    """The walk as it is kept when it failed so: when the run is resumed, what did not fit is asked for at the end."""
    again = replace(walk, windows=(*walk.windows, *walk.unfit), unfit=())
    return _at_next_window(again) if walk.exhausted else again


def restarted(walk: Walk) -> Walk:
    """The walk after its token expired: once without progress, then it has failed.

    The list begins again from where it was asked: no order of datestamps seen so far says that what is still to come
    is not older (OAI-PMH promises none). What was taken in already is counted as duplicate. Raises `RunFailed`
    token_expired.
    """
    if walk.restarts and not walk.fresh:
        raise RunFailed("token_expired", "the server forgot its place in the list twice without progress")
    return replace(walk, token="", restarts=walk.restarts + 1, fresh=0, idle=0, listed=0, announced=0)


def since(until: dt.datetime | None, granularity: str) -> str:
    """The `from` of an incremental harvest: where the last one stood by the server's own clock, with an overlap.

    `granularity` is the server's word (OAI-PMH §3.3.1); days are inclusive, so they need no overlap.
    """
    if until is None:
        return ""
    until = until.astimezone(dt.UTC)
    if len(granularity) <= len("YYYY-MM-DD"):
        return until.strftime("%Y-%m-%d")
    return (until - OVERLAP).strftime("%Y-%m-%dT%H:%M:%SZ")


def fingerprint(token: str) -> str:
    """A token as a key of a bounded length."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
