"""Qualifications and supply lists: how they move, and what their numbers may be. Limits are ours, no norm."""

import unicodedata
from decimal import Decimal

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from wenmai.lib.refusal import Refused

ORGANISERS = frozenset({
    "admin", "culture_center", "library", "museum", "art_gallery", "ich_hall", "dev_center",
})  # fmt: skip
"""Kinds of organisations that qualify suppliers and keep a supply list."""
SUPPLIERS = frozenset({"supplier", "troupe", "volunteer_org", "operator"})
REASON, STATEMENT, PAPER = 400, 2_000, 120
MOST_PAPERS, MOST_SESSIONS, MOST_OFFERS = 20, 10_000, 500
MOST_FEN = 1_000_000_000
"""Ten million yuan, for one session."""
LONGEST_YEARS = 5
"""For how long a supplier is qualified at the most."""


class Standing(TextChoices):
    ASKED = "asked", _("等审核")
    PASSED = "passed", _("合格")
    REFUSED = "refused", _("不合格")
    ENDED = "ended", _("已终止")


class ListState(TextChoices):
    DRAFT = "draft", _("草稿")
    PUBLISHED = "published", _("已公布")
    CLOSED = "closed", _("已结束")


STANDING_MOVES = frozenset({("asked", "passed"), ("asked", "refused"), ("asked", "ended"), ("passed", "ended")})
LIST_MOVES = frozenset({("draft", "published"), ("published", "closed")})
"""The database knows the same pairs (triggers `orders_qualification_moves`, `orders_list_moves`); a test compares."""


def check_standing_move(before: str, after: str) -> None:
    """Refused: standing_odd (detail: where it stands)."""
    if (before, after) not in STANDING_MOVES:
        raise Refused("standing_odd", str(Standing(before).label))


def check_list_move(before: str, after: str) -> None:
    """Refused: list_odd (detail: where it stands)."""
    if (before, after) not in LIST_MOVES:
        raise Refused("list_odd", str(ListState(before).label))


def plain(text: str, most: int) -> str:
    """One line, without what cannot be seen."""
    kept = "".join(" " if unicodedata.category(one).startswith("Z") else one for one in text[: most * 2])
    kept = "".join(" " if one in "\t\r\n" else one for one in kept)
    return " ".join("".join(one for one in kept if not unicodedata.category(one).startswith("C")).split())[:most]


def lines(text: str, most: int) -> str:
    """Paragraphs stay; what cannot be seen goes."""
    return "\n".join(plain(line, most) for line in text[: most * 2].splitlines()).strip()[:most]


def checked_reason(text: str) -> str:
    """Refused: reason_missing."""
    kept = plain(text, REASON)
    if not kept:
        raise Refused("reason_missing")
    return kept


def checked_price(price: int) -> int:
    """Whole fen. Refused: price_odd (detail: the most, in yuan)."""
    if not 0 <= price <= MOST_FEN:
        raise Refused("price_odd", f"{MOST_FEN // 100:,}")
    return price


def checked_sessions(count: int) -> int:
    """Refused: sessions_odd (detail: the most)."""
    if not 1 <= count <= MOST_SESSIONS:
        raise Refused("sessions_odd", f"{MOST_SESSIONS:,}")
    return count


def checked_year(year: int, this_year: int) -> int:
    """Refused: year_odd (detail: which may be)."""
    if not this_year - 1 <= year <= this_year + 2:
        raise Refused("year_odd", f"{this_year - 1}–{this_year + 2}")
    return year


def yuan(amount: int) -> str:
    """1234567 -> 12,345.67."""
    whole, rest = divmod(abs(amount), 100)
    return f"{'-' if amount < 0 else ''}{whole:,}.{rest:02}"


def fen(amount: Decimal) -> int:
    """Of yuan with at most two places."""
    return int((amount * 100).to_integral_value())
