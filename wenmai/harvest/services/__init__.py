"""Every change that harvesting makes, one verb each; called through the package: `harvest.start(…)`."""

from wenmai.harvest.services.running import carry_out
from wenmai.harvest.services.runs import decide, dispatch, resume, start, stop
from wenmai.harvest.services.sources import add_source, change_source, hand_in, pause_source

__all__ = [
    "add_source", "carry_out", "change_source", "decide", "dispatch", "hand_in", "pause_source", "resume", "start",
    "stop",
]  # fmt: skip
