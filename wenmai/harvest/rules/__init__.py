"""Decisions of harvesting on plain values."""

from wenmai.harvest.rules.deletions import DEFAULT_BRAKE_PERCENT, Deletions, compares, doubts
from wenmai.harvest.rules.runs import ACTIVE, MOVES, RESUMABLE, Counts, Kind, Mode, State, move
from wenmai.harvest.rules.schedule import next_time
from wenmai.harvest.rules.walks import Page, RunFailed, Walk, fingerprint, restarted, since, turned

__all__ = [
    "ACTIVE", "DEFAULT_BRAKE_PERCENT", "MOVES", "RESUMABLE", "Counts", "Deletions", "Kind", "Mode", "Page", "RunFailed",
    "State", "Walk", "compares", "doubts", "fingerprint", "move", "next_time", "restarted", "since", "turned",
]  # fmt: skip
