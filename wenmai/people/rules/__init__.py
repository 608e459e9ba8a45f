"""Decisions on plain values: roles and what they may do, telephone numbers, how often something may be tried."""

from wenmai.people.rules.browsers import browser_words
from wenmai.people.rules.documents import (
    DOCUMENTS,
    Document,
    masked_name,
    masked_number,
    plain_name,
    read_document,
)
from wenmai.people.rules.limits import (
    CODE_MINUTES,
    CODE_TRIES,
    CODES_FROM_ADDRESS,
    CODES_PER_PHONE,
    CODES_UNTIL_WAITING,
    COUNTER_MINUTES,
    HELD_H,
    IDENTITY_TRIES,
    RESEND_S,
    TRIES_PER_ACCOUNT,
    TRIES_PER_ADDRESS,
    TRIES_WINDOW_S,
    WAITING_S,
    Limit,
)
from wenmai.people.rules.phones import read_phone
from wenmai.people.rules.roles import ROLES, TWO_FACTORS, fold_name, may_give, permissions, roles_to_give

__all__ = [
    "CODES_FROM_ADDRESS",
    "CODES_PER_PHONE",
    "CODES_UNTIL_WAITING",
    "CODE_MINUTES",
    "CODE_TRIES",
    "COUNTER_MINUTES",
    "DOCUMENTS",
    "HELD_H",
    "IDENTITY_TRIES",
    "RESEND_S",
    "ROLES",
    "TRIES_PER_ACCOUNT",
    "TRIES_PER_ADDRESS",
    "TRIES_WINDOW_S",
    "TWO_FACTORS",
    "WAITING_S",
    "Document",
    "Limit",
    "browser_words",
    "fold_name",
    "masked_name",
    "masked_number",
    "may_give",
    "permissions",
    "plain_name",
    "read_document",
    "read_phone",
    "roles_to_give",
]
