"""Every change of supplies, quotas and orders, one verb each."""

from wenmai.orders.services.dispatching import (
    HEARD_STAYS,
    accept,
    call_off,
    decline,
    dispatch,
    follow,
    hear_stays,
    put_back,
)
from wenmai.orders.services.fulfilling import LINK, arrive, complain, decide_dispute, meet, report_done, settle_due
from wenmai.orders.services.lists import close_list, end_offer, make_list, publish_list, set_offer
from wenmai.orders.services.ordering import confirm_order, put_in_cart, submit_order, take_out, withdraw
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
    "HEARD_STAYS",
    "LINK",
    "accept",
    "add_paper",
    "add_photo",
    "add_release",
    "arrive",
    "ask",
    "call_off",
    "change_season",
    "close_list",
    "complain",
    "confirm_order",
    "decide",
    "decide_dispute",
    "decline",
    "dispatch",
    "drop_photo",
    "end",
    "end_offer",
    "follow",
    "follow_review",
    "give_back",
    "hear",
    "hear_stays",
    "make_list",
    "make_season",
    "meet",
    "publish_list",
    "put_back",
    "put_in_cart",
    "release_rest",
    "report_done",
    "set_budget",
    "set_offer",
    "set_openings",
    "set_quotas",
    "set_weights",
    "settle_due",
    "submit",
    "submit_order",
    "take",
    "take_out",
    "withdraw",
    "write",
]
