"""What a merge moves: registrations with their ledgers, where the other account has none of its own there."""

from django.db.models import Q
from django.utils.functional import Promise

from wenmai.people.merging import Owned
from wenmai.people.volunteers.models import Volunteer

OPEN = ("waiting", "active")


def _stay(from_id: int, to_id: int) -> Q:
    """Of those that hold or wait an account has one at each institution."""
    there = Volunteer.objects.filter(user_id=to_id, state__in=OPEN).values("organisation_id")
    return Q(state__in=OPEN, organisation_id__in=there)


def owned(words: str | Promise) -> Owned:
    return Owned("volunteer", words, "people.Volunteer", stays=_stay)
