"""Every change to the catalogue, one verb each; called through the package: `catalogue.take_in(…)`."""

from wenmai.catalogue.services.attachments import approve_files, attach, detach, note_opening, refuse_files
from wenmai.catalogue.services.feeds import change_feed, create_feed
from wenmai.catalogue.services.intake import forget, take_in
from wenmai.catalogue.services.mending import mend
from wenmai.catalogue.services.parts import add_parts
from wenmai.catalogue.services.publication import approve, refuse, restore, withdraw

__all__ = [
    "add_parts",
    "approve",
    "approve_files",
    "attach",
    "change_feed",
    "create_feed",
    "detach",
    "forget",
    "mend",
    "note_opening",
    "refuse",
    "refuse_files",
    "restore",
    "take_in",
    "withdraw",
]
