"""Every change of the ledger, one verb each."""

from wenmai.booking.services.claims import cancel, confirm, expire_due, release, reserve
from wenmai.booking.services.pools import change_pool, close_pool, open_pool, set_shares
from wenmai.booking.services.waiting import leave, offer_out_of_turn, wait

__all__ = [
    "cancel",
    "change_pool",
    "close_pool",
    "confirm",
    "expire_due",
    "leave",
    "offer_out_of_turn",
    "open_pool",
    "release",
    "reserve",
    "set_shares",
    "wait",
]
