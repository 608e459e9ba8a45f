"""Kinds, steps, and what is searched for by machine: plain values."""

from wenmai.review.rules import sampling
from wenmai.review.rules.kinds import Field, Kind, Subject, Submission, forget, kind_words, kinds, register
from wenmai.review.rules.screening import Found, Screen
from wenmai.review.rules.steps import DEFAULT, MOST_STEPS, PERMISSIONS, Step, checked_steps, permission_words
from wenmai.review.rules.words import LARGEST_LIST, LONGEST_WORD, MOST_WORDS, read_words

MOST_AT_ONCE = 10_000
"""Subjects in one call, of one journal entry. Ours."""
LONGEST_OPINION, LONGEST_REASON = 1_000, 500
LINK_PHONE = "review.link_phone"
"""What telephones of reviewers from outside are sealed for."""
LINK_DAYS = 30
"""The longest that a link for a reviewer from outside is good. Ours, no norm."""

__all__ = [
    "DEFAULT",
    "LARGEST_LIST",
    "LINK_DAYS",
    "LINK_PHONE",
    "LONGEST_OPINION",
    "LONGEST_REASON",
    "LONGEST_WORD",
    "MOST_AT_ONCE",
    "MOST_STEPS",
    "MOST_WORDS",
    "PERMISSIONS",
    "Field",
    "Found",
    "Kind",
    "Screen",
    "Step",
    "Subject",
    "Submission",
    "checked_steps",
    "forget",
    "kind_words",
    "kinds",
    "permission_words",
    "read_words",
    "register",
    "sampling",
]
