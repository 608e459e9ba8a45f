"""Decisions of harvesting on plain values."""

from wenmai.harvest.rules.deletions import DEFAULT_BRAKE_PERCENT, Deletions, compares, doubts
from wenmai.harvest.rules.inside import administers
from wenmai.harvest.rules.runs import ACTIVE, MOVES, RESUMABLE, Counts, Kind, Leaves, Mode, State, move
from wenmai.harvest.rules.schedule import Rhythm, composed, next_time, rhythm
from wenmai.harvest.rules.walks import (
    Calendar,
    Page,
    RunFailed,
    Walk,
    fingerprint,
    narrowed,
    noted,
    once_more,
    require_fit,
    restarted,
    since,
    turned,
)

__all__ = [
    "ACTIVE", "DEFAULT_BRAKE_PERCENT", "MOVES", "RESUMABLE", "Calendar", "Counts", "Deletions", "Kind", "Leaves",
    "Mode", "Page", "Rhythm", "RunFailed", "State", "Walk", "administers", "compares", "composed", "doubts",
    "fingerprint", "move", "narrowed", "next_time", "noted", "once_more", "require_fit", "restarted", "rhythm", "since",
    "turned",
]  # fmt: skip
