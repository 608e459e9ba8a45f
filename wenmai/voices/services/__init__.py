from wenmai.voices.services.answering import HEARD, follow_review, hear, mend, write_face
from wenmai.voices.services.asking import Sender, client_of, collect, enter_list, note_contact, second
from wenmai.voices.services.callbacks import close_due, deliver, say_back
from wenmai.voices.services.joining import join, part
from wenmai.voices.services.planning import deliver_linked, move_purchase, plan_purchase
from wenmai.voices.services.ratings import follow_comment, hear_comment, rate
from wenmai.voices.services.steps import assess, decide, link, sort, unlink
from wenmai.voices.services.telling import link_code, send

__all__ = [
    "HEARD",
    "Sender",
    "assess",
    "client_of",
    "close_due",
    "collect",
    "decide",
    "deliver",
    "deliver_linked",
    "enter_list",
    "follow_comment",
    "follow_review",
    "hear",
    "hear_comment",
    "join",
    "link",
    "link_code",
    "mend",
    "move_purchase",
    "note_contact",
    "part",
    "plan_purchase",
    "rate",
    "say_back",
    "second",
    "send",
    "sort",
    "unlink",
    "write_face",
]
