"""Changing what names say. Everything works on sets, in the caller's transaction, with one journal entry per call.

What is already as asked stays as it is and is not journalled, so that calls may be repeated.
"""

from wenmai.identifiers.services.bindings import bind, prefer, register, unbind
from wenmai.identifiers.services.endings import redirect, reinstate, withdraw
from wenmai.identifiers.services.mending import advance_serial, reopen_last_locations
from wenmai.identifiers.services.minting import mint, reserve, scheme

__all__ = [
    "advance_serial", "bind", "mint", "prefer", "redirect", "register", "reinstate", "reopen_last_locations", "reserve",
    "scheme", "unbind", "withdraw",
]  # fmt: skip
