"""Seasons, quotas and what of them is open when; how a total is shared out by weights. Limits are ours, no norm."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from wenmai.lib.refusal import Refused
from wenmai.orders.rules.supply import plain

NAME = 60
MOST_PEOPLE, LEAST_TILT, USUAL_TILT, MOST_TILT = 10_000_000, 10, 100, 1_000
"""`tilt` in per cent: 150 gives a weak area half as much again as its people alone would."""
MOST_FEN, MOST_SESSIONS = 100_000_000_000, 100_000
MOST_RELEASES = 24
STATIONS = frozenset({"station", "village_center", "new_space"})
"""Kinds of organisations that have a quota."""


class Movement(TextChoices):
    GRANTED = "granted", _("给出额度")
    CORRECTED = "corrected", _("调整额度")
    TAKEN = "taken", _("用去")
    RETURNED = "returned", _("退回")


class Amount(NamedTuple):
    """Money in fen, and sessions."""

    fen: int = 0
    sessions: int = 0

    def minus(self, other: "Amount") -> "Amount":
        return Amount(self.fen - other.fen, self.sessions - other.sessions)

    def checked(self) -> "Amount":
        """Refused: amount_odd."""
        if not (0 <= self.fen <= MOST_FEN and 0 <= self.sessions <= MOST_SESSIONS):
            raise Refused("amount_odd")
        return self


class Weight(NamedTuple):
    """How many people an organisation serves, and how far it is tilted to, in per cent."""

    people: int
    tilt: int = USUAL_TILT

    def checked(self) -> "Weight":
        """Refused: weight_odd."""
        if not (0 <= self.people <= MOST_PEOPLE and LEAST_TILT <= self.tilt <= MOST_TILT):
            raise Refused("weight_odd", f"{LEAST_TILT}–{MOST_TILT}")
        return self


class Times(NamedTuple):
    """When stations order, and on which days is delivered."""

    orders_from: dt.datetime
    orders_until: dt.datetime
    serves_from: dt.date
    serves_until: dt.date

    def checked(self) -> "Times":
        """Refused: season_times."""
        in_order = self.orders_from < self.orders_until and self.serves_from <= self.serves_until
        if not in_order or self.serves_until - self.serves_from > dt.timedelta(days=400):
            raise Refused("season_times")
        return self


def checked_name(text: str) -> str:
    """Refused: season_name."""
    kept = plain(text, NAME)
    if not kept:
        raise Refused("season_name")
    return kept


def share_out(total: int, weights: Mapping[int, Weight]) -> dict[int, int]:
    """Whole numbers that add up to the total: by people × tilt, the largest rests first, then the lowest number.

    Nobody gets anything where there is no weight at all.
    """
    parts = {key: one.people * one.tilt for key, one in weights.items()}
    whole = sum(parts.values())
    if not whole:
        return dict.fromkeys(weights, 0)
    found = {key: total * part // whole for key, part in parts.items()}
    rests = sorted(parts, key=lambda key: (-(total * parts[key] % whole), key))
    for key in rests[: total - sum(found.values())]:
        found[key] += 1
    return found


def checked_openings(openings: Sequence[tuple[dt.datetime, int]]) -> None:
    """From when on how many per cent of each quota can be used: later ones are larger, and the last is all of it.

    None at all: everything from the beginning. Refused: openings_odd.
    """
    if not openings:
        return
    days, shares = [at for at, _share in openings], [share for _at, share in openings]
    if len(openings) > MOST_RELEASES or days != sorted({*days}) or shares != sorted({*shares}):
        raise Refused("openings_odd")
    if shares[0] < 1 or shares[-1] != 100:
        raise Refused("openings_odd")


def opened(granted: Amount, openings: Sequence[tuple[dt.datetime, int]], now: dt.datetime) -> Amount:
    """What of a quota can be used by now, rounded down."""
    if not openings:
        return granted
    share = max([share for at, share in openings if at <= now], default=0)
    return Amount(granted.fen * share // 100, granted.sessions * share // 100)
