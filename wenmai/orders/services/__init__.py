"""Every change of supplies and quotas, one verb each."""

from wenmai.orders.services.lists import close_list, end_offer, make_list, publish_list, set_offer
from wenmai.orders.services.products import HEARD, add_photo, drop_photo, follow_review, hear, submit, write
from wenmai.orders.services.qualifications import add_paper, ask, decide, end
from wenmai.orders.services.quotas import (
    add_release,
    change_season,
    make_season,
    release_rest,
    set_budget,
    set_openings,
    set_quotas,
    set_weights,
)
from wenmai.orders.services.taking import give_back, take

__all__ = [
    "HEARD",
    "add_paper",
    "add_photo",
    "add_release",
    "ask",
    "change_season",
    "close_list",
    "decide",
    "drop_photo",
    "end",
    "end_offer",
    "follow_review",
    "give_back",
    "hear",
    "make_list",
    "make_season",
    "publish_list",
    "release_rest",
    "set_budget",
    "set_offer",
    "set_openings",
    "set_quotas",
    "set_weights",
    "submit",
    "take",
    "write",
]
