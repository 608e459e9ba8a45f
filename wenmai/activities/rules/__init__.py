"""Decisions on plain values: what an activity says, how a session moves on, who may take part."""

from wenmai.activities.rules.editions import (
    KIND,
    LONGEST,
    SAFETY_CROWD,
    Content,
    Groups,
    Mode,
    Way,
    hash_of,
)
from wenmai.activities.rules.eligibility import Candidate, Demand, age_on, check_candidate
from wenmai.activities.rules.sessions import (
    CHECK_MINUTES,
    MOST_AHEAD_DAYS,
    MOST_SESSIONS,
    SHARES,
    Plan,
    checked_plan,
    enrolment_is_open,
)
from wenmai.activities.rules.states import MOVES, TERMINAL, Deed, State, due_moves, may_move

__all__ = [
    "CHECK_MINUTES",
    "KIND",
    "LONGEST",
    "MOST_AHEAD_DAYS",
    "MOST_SESSIONS",
    "MOVES",
    "SAFETY_CROWD",
    "SHARES",
    "TERMINAL",
    "Candidate",
    "Content",
    "Deed",
    "Demand",
    "Groups",
    "Mode",
    "Plan",
    "State",
    "Way",
    "age_on",
    "check_candidate",
    "checked_plan",
    "due_moves",
    "enrolment_is_open",
    "hash_of",
    "may_move",
]
