"""For modules above: with whom somebody may come, and what is known of each that rules ask for."""

import datetime as dt
from collections.abc import Collection
from typing import NamedTuple

from wenmai.people.families import queries as families
from wenmai.people.groups.models import Group
from wenmai.people.models import User
from wenmai.people.residence import queries as residence


class Companion(NamedTuple):
    """`born`: none where no document and no guardian has said. `lives`: the digits of a place, "" where the account
    that they come with has not said; children live where it does."""

    id: int
    name: str
    born: dt.date | None
    lives: str
    lives_proven: bool


def company_of(user_id: int) -> list[Companion]:
    """Themselves first, then the children that they look after, the youngest first."""
    user = User.objects.filter(pk=user_id, closed_at=None).first()
    if user is None:
        return []
    own = families.child(user_id)
    born = own.born if own is not None else families.born_of_identity(user_id)
    children = [one for one in families.children_of(user_id) if one.closed_at is None]
    home = residence.lives_in(user_id)
    return [
        Companion(user.pk, user.name, born, *home),
        *(Companion(one.id, one.name, one.born, *home) for one in children),
    ]


def grown(ids: Collection[int]) -> list[int]:
    """Open accounts among these that are no child's, in ascending order."""
    rows = User.objects.filter(pk__in=list(ids), is_active=True, closed_at=None)
    return list(rows.exclude(pk__in=families.child_ids()).order_by("pk").values_list("pk", flat=True))


class LedGroup(NamedTuple):
    id: int
    name: str


def led_groups(user_id: int) -> list[LedGroup]:
    """Those that they answer for."""
    rows = Group.objects.filter(responsible=user_id, closed_at=None).order_by("name", "pk")
    return [LedGroup(pk, name) for pk, name in rows.values_list("pk", "name")]
