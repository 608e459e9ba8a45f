"""Reader cards: what a library says about one, and how often one may be tried. None of the numbers is a norm."""

import datetime as dt
import unicodedata
from enum import StrEnum
from typing import NamedTuple

from wenmai.lib.refusal import Refused
from wenmai.people.rules.limits import Limit

LONGEST_NUMBER = 40
CARD_TRIES = (Limit(5, 3_600), Limit(10, 86_400))
"""Wrong tries of one account at any cards: who guesses needs a telephone for every ten of them a day, and nobody's
tries count for anybody else."""


class Standing(StrEnum):
    """How the library stands to the card, the worst that is true of it."""

    GOOD = "good"
    OWING = "owing"
    EXPIRED = "expired"
    BLOCKED = "blocked"
    LOST = "lost"
    GONE = "gone"
    DOUBTED = "doubted"
    """What the library says now may be about somebody else; a person decides."""


GATES_OPEN = frozenset({Standing.GOOD, Standing.OWING})
"""Who owes something is let in."""


DEBTS = frozenset({
    "excessive_fines", "excessive_fees", "too_many_overdue", "too_many_billed", "recall_overdue",
})  # fmt: skip
"""Flags of SIP2 that say what is owed."""


class Holder(NamedTuple):
    """A card as its library knows it. `number` is the library's spelling of it."""

    number: str
    name: str
    standing: Standing
    valid_until: dt.date | None = None


def fold_card_number(text: str) -> str:
    """As it stands on the card, without blanks, full-width digits made plain. Refused: card_number_missing,
    card_number_odd (too long, or with characters that no card has)."""
    number = "".join(unicodedata.normalize("NFKC", text).split())
    if not number:
        raise Refused("card_number_missing")
    if len(number) > LONGEST_NUMBER or not number.isprintable() or "|" in number:
        raise Refused("card_number_odd")
    return number


def card_key(organisation_id: int, number: str) -> str:
    """The text for the blind index: one card of one library, however its letters are written."""
    return f"{organisation_id}:{number.upper()}"


def doubt_about(*, index: str, index_now: str, name: str, name_now: str) -> str:
    """Whether the library may be speaking of somebody else than who proved the card: number, name, or nothing.

    Numbers are used again when a reader has left. A name that either side does not tell says nothing.
    """
    if index != index_now:
        return "number"
    before, after = fold_reader_name(name), fold_reader_name(name_now)
    return "name" if before and after and before != after else ""


def fold_reader_name(name: str) -> str:
    """Letters and digits of any script, in any width and case: systems write blanks and dots as they like."""
    return "".join(sign for sign in unicodedata.normalize("NFKC", name).casefold() if sign.isalnum())


def standing_of_sip2(
    flags: frozenset[str], *, is_valid: bool | None, valid_until: dt.date | None, today: dt.date
) -> Standing:
    """By the flags of the patron status. A denied loan is a debt where a debt is given as the reason."""
    owes = any(
        flag.startswith(("excessive_", "too_many_overdue", "too_many_billed", "recall_overdue")) for flag in flags
    )
    if is_valid is False:
        return Standing.GONE
    if "card_lost" in flags:
        return Standing.LOST
    if valid_until is not None and valid_until < today:
        return Standing.EXPIRED
    if "charge_denied" in flags and not owes:
        return Standing.BLOCKED
    return Standing.OWING if owes else Standing.GOOD
