"""A walk through the pages of an OAI-PMH list: where it is, what may follow, what is a loop."""

import datetime as dt
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, NamedTuple

# Record stores take their time between giving a datestamp and listing it.
OVERLAP = dt.timedelta(minutes=5)
TOKEN_LIMIT = 4096
# Pages without a record we did not have already, in a row, beyond as many as brought some.
IDLE_PAGES = 5


class RunFailed(Exception):
    """A run cannot go on. `code` is one of `words.FAILURES`; `excerpt` is what was there instead."""

    def __init__(self, code: str, detail: str, excerpt: bytes = b"") -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail
        self.excerpt = excerpt[:4000]


@dataclass(frozen=True, slots=True)
class Walk:
    """Kept with the run after each page; JSON values only.

    verb, number: ListRecords of the source's set with this number, then ListIdentifiers of each
    since:        the `from` of the requests
    token:        what asks for the next page; empty at the beginning of a list
    announced, listed: completeListSize, and how many this list brought
    productive, idle: pages with something not seen before in this run, and pages without since the last of those
    restarts:     how often an expired token made us begin this list again; `fresh`: pages with news since
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


class Page(NamedTuple):
    """What a page said beside its records: `size` of them, `news` not seen before in this run."""

    size: int
    news: int
    token: str
    seen: bool
    announced: int | None


def noted(values: Mapping[str, Any]) -> Walk:
    """The walk as it was kept with the run, also by an earlier release that kept more."""
    return Walk(**{one.name: values[one.name] for one in fields(Walk) if one.name in values})


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
    if walk.number + 1 < lists:
        return Walk(verb=walk.verb, number=walk.number + 1, since=walk.since, missing=missing)
    return replace(walk, token="", missing=missing, done=True)


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
