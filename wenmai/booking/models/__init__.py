"""Tables of the ledger: counted places, and things with their times."""

from wenmai.booking.absences import models as absences
from wenmai.booking.models.places import LIVE, Claim, Movement, Pool, Seat, SeatTaken, Share, State, Wait
from wenmai.booking.models.things import DayChange, Stay, Thing, WeekPlan, WeekSpan
from wenmai.booking.venues import models as venues

__all__ = [
    "LIVE",
    "Claim",
    "DayChange",
    "Movement",
    "Pool",
    "Seat",
    "SeatTaken",
    "Share",
    "State",
    "Stay",
    "Thing",
    "Wait",
    "WeekPlan",
    "WeekSpan",
    "absences",
    "venues",
]
