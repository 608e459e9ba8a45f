from wenmai.review.models import Verdict
from wenmai.review.services.decisions import Decided, decide, decide_by_link
from wenmai.review.services.down import confirm_restore, decline_restore, propose_restore, take_down
from wenmai.review.services.invitations import Invited, invite, revoke_invitation
from wenmai.review.services.plans import drop_plan, set_plan
from wenmai.review.services.submissions import Submitted, drop, submit, submit_many
from wenmai.review.services.words import activate_list, hand_in_list, retire_list

__all__ = [
    "Decided",
    "Invited",
    "Submitted",
    "Verdict",
    "activate_list",
    "confirm_restore",
    "decide",
    "decide_by_link",
    "decline_restore",
    "drop",
    "drop_plan",
    "hand_in_list",
    "invite",
    "propose_restore",
    "retire_list",
    "revoke_invitation",
    "set_plan",
    "submit",
    "submit_many",
    "take_down",
]
