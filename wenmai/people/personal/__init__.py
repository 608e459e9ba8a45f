"""Which personal data stand in the tables of this module, and in those of django-allauth that it fills."""

from wenmai.people.families import personal as families
from wenmai.people.groups import personal as groups
from wenmai.people.looks import personal as looks
from wenmai.people.personal import accounts, cards, impersonal, keeping, logins, privacy
from wenmai.people.proxies import personal as proxies
from wenmai.people.rechecks import personal as rechecks
from wenmai.people.recognition import personal as recognition
from wenmai.people.residence import personal as residence
from wenmai.people.unmasking import personal as unmasking
from wenmai.people.volunteers import personal as volunteers

TABLES = (
    *proxies.TABLES,
    *groups.TABLES,
    *volunteers.TABLES,
    *accounts.TABLES,
    *cards.TABLES,
    *recognition.TABLES,
    *logins.TABLES,
    *families.TABLES,
    *privacy.TABLES,
    *looks.TABLES,
    *unmasking.TABLES,
    *residence.TABLES,
    *accounts.ACCOUNT,
)
"""The account itself comes last: what hangs on it is found by it."""
RULES = (
    *keeping.RULES,
    *proxies.RULES,
    *families.RULES,
    *groups.RULES,
    *volunteers.RULES,
    *looks.RULES,
    *unmasking.RULES,
    *rechecks.RULES,
    *recognition.RULES,
)
IMPERSONAL = {**impersonal.IMPERSONAL, **rechecks.IMPERSONAL}

__all__ = ["IMPERSONAL", "RULES", "TABLES"]
