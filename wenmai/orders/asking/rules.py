"""The states of a station's request, what it says, and what an offer for it says. Limits are ours, no norm."""

import datetime as dt
from typing import NamedTuple

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from wenmai.lib.refusal import Refused
from wenmai.orders.rules.products import MOST_MINUTES, Kind
from wenmai.orders.rules.states import MOST_HEADS, PLACE, WORDS
from wenmai.orders.rules.supply import MOST_FEN, checked_price, lines, plain, yuan
from wenmai.voices.rules.needs import names_a_person

TITLE, WHOM, TEXT = 60, 60, 2_000
MOST_SESSIONS, MOST_OPEN, MOST_BIDS = 20, 20, 50
"""Sessions of one offer; requests of one station that are not over; offers for one request."""
LEAST_HOURS, LONGEST_DAYS = 1, 60
"""For how long suppliers can offer."""


class State(TextChoices):
    ASKED = "asked", _("等开放")
    RETURNED = "returned", _("已退回")
    OPEN = "open", _("正在收报价")
    CHOOSING = "choosing", _("等选定")
    CHOSEN = "chosen", _("已选定")
    UNCHOSEN = "unchosen", _("都不选")
    UNANSWERED = "unanswered", _("没有人报价")
    LAPSED = "lapsed", _("过期了")
    WITHDRAWN = "withdrawn", _("已撤回")


class BidState(TextChoices):
    STANDING = "standing", _("已报")
    WITHDRAWN = "withdrawn", _("已撤回")
    CHOSEN = "chosen", _("选上了")


MOVES: frozenset[tuple[str, str]] = frozenset({
    ("asked", "open"), ("asked", "returned"), ("asked", "withdrawn"), ("asked", "lapsed"), ("returned", "asked"),
    ("returned", "withdrawn"), ("returned", "lapsed"), ("open", "choosing"), ("open", "unanswered"),
    ("open", "withdrawn"), ("choosing", "chosen"), ("choosing", "unchosen"), ("choosing", "lapsed"),
})  # fmt: skip
"""The database knows the same pairs (trigger `orders_request_moves`); a test compares them."""
WRITABLE = ("asked", "returned")
HIDDEN = (*WRITABLE, "open")
"""Nobody sees another one's offer yet."""
STANDING = (*HIDDEN, "choosing")
"""Not over."""


def check_move(before: str, after: str) -> None:
    """Refused: request_odd (detail: where it stands)."""
    if (before, after) not in MOVES:
        raise Refused("request_odd", str(State(before).label))


class Wanted(NamedTuple):
    """What a station says that it needs. `whom`: for whom; `most`: fen that all of it may cost. Days are inclusive."""

    kind: str
    title: str
    heads: int
    first: dt.date
    last: dt.date
    place: str
    most: int
    whom: str = ""
    words: str = ""

    def checked(self, serves: tuple[dt.date, dt.date], today: dt.date) -> "Wanted":
        """Refused: kind_odd, title_missing, heads_odd (detail: the most), wish_days (detail: which may be),
        place_missing, most_odd (detail: the most, in yuan), names_a_person."""
        if self.kind not in Kind.values:
            raise Refused("kind_odd")
        title, place = plain(self.title, TITLE), plain(self.place, PLACE)
        if not title:
            raise Refused("title_missing")
        if not 1 <= self.heads <= MOST_HEADS:
            raise Refused("heads_odd", f"{MOST_HEADS:,}")
        least = max(serves[0], today)
        if not least <= self.first <= self.last <= serves[1]:
            raise Refused("wish_days", f"{least:%Y-%m-%d} – {serves[1]:%Y-%m-%d}")
        if not place:
            raise Refused("place_missing")
        if not 1 <= self.most <= MOST_FEN:
            raise Refused("most_odd", f"{MOST_FEN // 100:,}")
        kept = self._replace(title=title, place=place, whom=plain(self.whom, WHOM), words=plain(self.words, WORDS))
        if any(names_a_person(one) for one in (kept.title, kept.place, kept.whom, kept.words)):
            raise Refused("names_a_person")
        return kept


class Said(NamedTuple):
    """What a supplier offers for a request: a product that is on show, or what `title` and `text` describe. `price`:
    fen a session; days are inclusive."""

    price: int
    sessions: int
    first: dt.date
    last: dt.date
    product_id: int | None = None
    title: str = ""
    text: str = ""
    minutes: int = 60
    words: str = ""

    @property
    def total(self) -> int:
        return self.price * self.sessions

    def checked(self, most: int, serves: tuple[dt.date, dt.date], today: dt.date) -> "Said":
        """Refused: price_odd, bid_sessions (detail: the most), over_most (detail: yuan), wish_days (detail: which may
        be), title_missing, text_missing, minutes_odd."""
        checked_price(self.price)
        if not 1 <= self.sessions <= MOST_SESSIONS:
            raise Refused("bid_sessions", str(MOST_SESSIONS))
        if self.total > most:
            raise Refused("over_most", yuan(most))
        least = max(serves[0], today)
        if not least <= self.first <= self.last <= serves[1]:
            raise Refused("wish_days", f"{least:%Y-%m-%d} – {serves[1]:%Y-%m-%d}")
        words = plain(self.words, WORDS)
        if self.product_id is not None:
            return self._replace(title="", text="", minutes=60, words=words)
        title, text = plain(self.title, TITLE), lines(self.text, TEXT)
        if not title:
            raise Refused("title_missing")
        if not text:
            raise Refused("text_missing")
        if not 1 <= self.minutes <= MOST_MINUTES:
            raise Refused("minutes_odd", f"{MOST_MINUTES:,}")
        return self._replace(title=title, text=text, words=words)


def check_deadline(until: dt.datetime, now: dt.datetime, last_day: dt.date, day: dt.date) -> None:
    """`day`: of `until`, on the node's clock. Refused: deadline_odd (detail: hours), deadline_late (detail: the last
    wished day)."""
    if not now + dt.timedelta(hours=LEAST_HOURS) <= until <= now + dt.timedelta(days=LONGEST_DAYS):
        raise Refused("deadline_odd", str(LONGEST_DAYS))
    if day >= last_day:
        raise Refused("deadline_late", f"{last_day:%Y-%m-%d}")


def needs_reason(total: int, others: list[int]) -> bool:
    """Whether a cheaper one is left aside."""
    return any(one < total for one in others)
