"""Numbers and refusals of the ledger of places. All numbers are ours, none is a norm."""

from wenmai.booking.rules.places import (
    HOLD_MINUTES,
    KEY,
    LAST_DAY_MINUTES,
    MOST,
    MOST_PLACES,
    MOST_SEATS,
    MOST_WAITING,
    OFFER_MINUTES,
    REASON,
    Numbers,
    checked_count,
    checked_key,
    checked_reason,
    checked_shares,
    offer_until,
    plain,
)

__all__ = [
    "HOLD_MINUTES",
    "KEY",
    "LAST_DAY_MINUTES",
    "MOST",
    "MOST_PLACES",
    "MOST_SEATS",
    "MOST_WAITING",
    "OFFER_MINUTES",
    "REASON",
    "Numbers",
    "checked_count",
    "checked_key",
    "checked_reason",
    "checked_shares",
    "offer_until",
    "plain",
]
