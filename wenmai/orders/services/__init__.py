"""Every change of the supply side, one verb each."""

from wenmai.orders.services.lists import close_list, end_offer, make_list, publish_list, set_offer
from wenmai.orders.services.products import HEARD, add_photo, drop_photo, follow_review, hear, submit, write
from wenmai.orders.services.qualifications import add_paper, ask, decide, end

__all__ = [
    "HEARD",
    "add_paper",
    "add_photo",
    "ask",
    "close_list",
    "decide",
    "drop_photo",
    "end",
    "end_offer",
    "follow_review",
    "hear",
    "make_list",
    "publish_list",
    "set_offer",
    "submit",
    "write",
]
