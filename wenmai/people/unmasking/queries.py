"""Telephones that may be asked for, and what was said when they were."""

from collections.abc import Iterable

from wenmai.people.models import User
from wenmai.people.queries import phone_of
from wenmai.people.unmasking.models import Unmasking


def phone(user_id: int) -> str:
    """E.164, or nothing."""
    found = User.objects.filter(pk=user_id).first()
    return phone_of(found) if found else ""


def words(numbers: Iterable[int]) -> dict[int, str]:
    """Of unmaskings, by number."""
    return dict(Unmasking.objects.filter(pk__in={*numbers}).exclude(words="").values_list("pk", "words"))
