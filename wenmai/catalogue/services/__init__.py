"""Every change to the catalogue, one verb each; called through the package: `catalogue.take_in(…)`."""

from wenmai.catalogue.services.attachments import approve_files, attach, caption, detach, note_opening, refuse_files
from wenmai.catalogue.services.feeds import change_feed, close_feed, create_feed, reopen_feed
from wenmai.catalogue.services.intake import forget, take_in
from wenmai.catalogue.services.mending import mend
from wenmai.catalogue.services.news import HEARD, hear
from wenmai.catalogue.services.parts import add_parts
from wenmai.catalogue.services.publication import publish, restore, send_to_review, withdraw
from wenmai.catalogue.services.regrading import (
    begin_regrading,
    carry_out_regrading,
    follow_standards,
    regrade_batch,
)

__all__ = [
    "HEARD",
    "add_parts",
    "approve_files",
    "attach",
    "begin_regrading",
    "caption",
    "carry_out_regrading",
    "change_feed",
    "close_feed",
    "create_feed",
    "detach",
    "follow_standards",
    "forget",
    "hear",
    "mend",
    "note_opening",
    "publish",
    "refuse_files",
    "regrade_batch",
    "reopen_feed",
    "restore",
    "send_to_review",
    "take_in",
    "withdraw",
]
