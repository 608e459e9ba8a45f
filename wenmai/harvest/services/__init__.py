"""Every change that harvesting makes, one verb each; called through the package: `harvest.start(…)`."""

from wenmai.harvest.services.closing import close_source, hand_over_closed, reopen_source, settle_closed
from wenmai.harvest.services.files import first_file
from wenmai.harvest.services.mappings import renew_mapping
from wenmai.harvest.services.pruning import prune_rejects
from wenmai.harvest.services.running import allowed_hosts, carry_out
from wenmai.harvest.services.runs import decide, dispatch, resume, start, stop
from wenmai.harvest.services.sources import add_source, change_source, open_source, pause_source
from wenmai.harvest.services.uploads import discard, hand_in, require_welcome, sweep_intake

__all__ = [
    "add_source", "allowed_hosts", "carry_out", "change_source", "close_source", "decide", "discard", "dispatch",
    "first_file", "hand_in", "hand_over_closed", "open_source", "pause_source", "prune_rejects", "renew_mapping",
    "reopen_source", "require_welcome", "resume", "settle_closed", "start", "stop", "sweep_intake",
]  # fmt: skip
