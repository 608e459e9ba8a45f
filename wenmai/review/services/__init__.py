from wenmai.review.models import Verdict
from wenmai.review.services.decisions import Decided, decide, decide_by_link
from wenmai.review.services.down import confirm_restore, decline_restore, propose_restore, take_down
from wenmai.review.services.invitations import (
    Guest,
    Invited,
    confirm_link,
    forget_phones,
    invite,
    revoke_invitation,
    send_link_code,
)
from wenmai.review.services.plans import drop_plan, set_plan
from wenmai.review.services.sampling import draw_sample, inspect
from wenmai.review.services.submissions import Submitted, drop, submit, submit_many
from wenmai.review.services.words import activate_list, hand_in_list, retire_list

__all__ = [
    "Decided",
    "Guest",
    "Invited",
    "Submitted",
    "Verdict",
    "activate_list",
    "confirm_link",
    "confirm_restore",
    "decide",
    "decide_by_link",
    "decline_restore",
    "draw_sample",
    "drop",
    "drop_plan",
    "forget_phones",
    "hand_in_list",
    "inspect",
    "invite",
    "propose_restore",
    "retire_list",
    "revoke_invitation",
    "send_link_code",
    "set_plan",
    "submit",
    "submit_many",
    "take_down",
]
