"""What would move, and what has been merged."""

import datetime as dt
from typing import NamedTuple

from wenmai.lib import masks
from wenmai.people import merging
from wenmai.people.models import Merge, MergeIntent, RoleGrant, User
from wenmai.people.queries import phone_of
from wenmai.people.rules import MERGE_DAYS


class Moving(NamedTuple):
    """So many things of one kind that go along; `stays`: so many that do not, because there is one already."""

    words: str
    going: int
    stays: int


class Preview(NamedTuple):
    """What becomes of the two. Names of the account that stays and telephones are as their owner knows them, masked."""

    kept_id: int
    kept_name: str
    kept_phone: str
    gone_phone: str
    moving: list[Moving]
    has_roles: bool


class Merged(NamedTuple):
    id: int
    gone_name: str
    merged_at: dt.datetime
    until: dt.datetime


def merge_intent(device_index: str, user_id: int, now: dt.datetime) -> int | None:
    """The account that is to stay, said in this browser a moment ago; not one's own."""
    living = MergeIntent.objects.filter(device_index=device_index, expires_at__gt=now).exclude(user_id=user_id)
    return living.order_by("-expires_at").values_list("user_id", flat=True).first()


def merge_preview(kept_id: int, gone: User) -> Preview | None:
    kept = User.objects.filter(pk=kept_id, is_active=True).first()
    if kept is None:
        return None
    moving = []
    for one in merging.all_owned():
        there, goes = one.rows(gone.pk).count(), len(one.moving(gone.pk, kept_id))
        if there:
            moving.append(Moving(str(one.words), goes, there - goes))
    return Preview(
        kept_id, kept.name, masks.phone(phone_of(kept)), masks.phone(phone_of(gone)), moving,
        RoleGrant.objects.filter(user=gone).exists(),
    )  # fmt: skip


def merges_of(user_id: int, now: dt.datetime) -> list[Merged]:
    """Those that can be undone still, the newest first."""
    days = dt.timedelta(days=MERGE_DAYS)
    rows = Merge.objects.filter(kept_id=user_id, undone_at=None, merged_at__gt=now - days).select_related("gone")
    return [Merged(one.pk, one.gone.name, one.merged_at, one.merged_at + days) for one in rows.order_by("-merged_at")]


def kept_account(user: User) -> User:
    """Itself, or the account that it has gone into, however often."""
    for _step in range(MOST_STEPS):
        found = Merge.objects.filter(gone=user, undone_at=None).select_related("kept").first()
        if found is None:
            break
        user = found.kept
    return user


MOST_STEPS = 20
"""Merges in a row that are followed; no circle is possible, because who is gone cannot be logged in to."""
