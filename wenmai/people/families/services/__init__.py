"""Changes of families, one verb each."""

from wenmai.people.families.services.ages import end_consents, end_ties, follow_ages, forget_closed
from wenmai.people.families.services.children import link_at_counter, link_child, make_child, set_password
from wenmai.people.families.services.codes import show_code, take_code
from wenmai.people.families.services.consents import give_consent, withdraw_consent
from wenmai.people.families.services.guardians import accept, end_guardianship
from wenmai.people.families.services.notices import send as send_notice
from wenmai.people.families.services.removals import ask_removal, follow_removals, take_removal_back
from wenmai.people.families.services.times import grant_time, note_use, set_limits, take_time

__all__ = [
    "accept",
    "ask_removal",
    "end_consents",
    "end_guardianship",
    "end_ties",
    "follow_ages",
    "follow_removals",
    "forget_closed",
    "give_consent",
    "grant_time",
    "link_at_counter",
    "link_child",
    "make_child",
    "note_use",
    "send_notice",
    "set_limits",
    "set_password",
    "show_code",
    "take_code",
    "take_removal_back",
    "take_time",
    "withdraw_consent",
]
