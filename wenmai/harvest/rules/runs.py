"""What a run can be, and what it may become."""

from enum import StrEnum
from typing import NamedTuple

from wenmai.lib.refusal import Refused


class Kind(StrEnum):
    """Where the records of a source come from."""

    OAI = "oai"
    FOLDER = "folder"
    UPLOAD = "upload"


class Mode(StrEnum):
    """Everything again, or what changed since the last finished run."""

    FULL = "full"
    CHANGES = "changes"


class State(StrEnum):
    """waiting: for a worker, or until a busy server may be asked again. paused: for a person's word on deletions."""

    WAITING = "waiting"
    RUNNING = "running"
    PAUSED = "paused"
    STOPPED = "stopped"
    FAILED = "failed"
    FINISHED = "finished"


MOVES: dict[State, frozenset[State]] = {
    State.WAITING: frozenset({State.RUNNING, State.STOPPED}),
    State.RUNNING: frozenset({State.WAITING, State.PAUSED, State.STOPPED, State.FAILED, State.FINISHED}),
    State.PAUSED: frozenset({State.WAITING, State.FINISHED}),
    State.STOPPED: frozenset({State.WAITING}),
    State.FAILED: frozenset({State.WAITING}),
    State.FINISHED: frozenset(),
}
ACTIVE = (State.WAITING, State.RUNNING)
RESUMABLE = (State.STOPPED, State.FAILED)


def move(state: str, to: State) -> State:
    """The new state. Refused: run_state."""
    if to not in MOVES[State(state)]:
        raise Refused("run_state", f"{state} → {to}")
    return to


class Counts(NamedTuple):
    """What became of what was received. `gone` stands apart: those were not received but missed."""

    received: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    deleted: int = 0
    duplicate: int = 0
    quarantined: int = 0

    @property
    def reconciles(self) -> bool:
        return self.received == sum(self[1:])


class Leaves(StrEnum):
    """What becomes of the records of a source that is closed."""

    KEEP = "keep"
    FORGET = "forget"
