"""Groups as their members see them, and as staff does."""

import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from wenmai.institutions import queries as institutions
from wenmai.lib import masks, vault, waiting
from wenmai.lib.access import Actor, Reach, Scope
from wenmai.lib.waiting import Waits
from wenmai.people.groups.models import WAITING, Group, GroupHandover, GroupInvitation, GroupMember
from wenmai.people.models import User
from wenmai.people.queries import phone_of

CODE = "people.group_code"


class MemberView(NamedTuple):
    """`phone`: masked, only for the responsible person, and only where its owner shares it."""

    user_id: int
    name: str
    joined_at: dt.datetime
    phone: str
    is_responsible: bool


def code_index(code: str) -> str:
    return vault.index(code, purpose=CODE)


def mine(user_id: int) -> list[Group]:
    """Those that somebody is in, the ones they answer for first."""
    rows = Group.objects.filter(closed_at=None, members__user_id=user_id).select_related("organisation", "responsible")
    found = list(rows.order_by("name", "id"))
    return sorted(found, key=lambda one: one.responsible_id != user_id)


def group_of(group_id: int, user_id: int) -> Group | None:
    """An open one that this person is in."""
    rows = Group.objects.filter(pk=group_id, closed_at=None, members__user_id=user_id)
    return rows.select_related("organisation", "responsible").first()


def members(group: Group, viewer_id: int) -> list[MemberView]:
    """In the order in which they came; names only, unless the viewer answers for the group."""
    leads = group.responsible_id == viewer_id
    rows = GroupMember.objects.filter(group=group).select_related("user").order_by("joined_at", "id")
    return [
        MemberView(
            one.user_id, one.user.name, one.joined_at,
            masks.phone(phone_of(one.user)) if leads and one.shares_phone else "",
            one.user_id == group.responsible_id,
        )
        for one in rows
    ]  # fmt: skip


def callable_member(group_id: int, user_id: int, viewer_id: int) -> User | None:
    """A member whose telephone the viewer may ask for: the viewer answers for the group, and the owner shares it."""
    rows = GroupMember.objects.filter(group_id=group_id, user_id=user_id, shares_phone=True, group__closed_at=None)
    found = rows.filter(group__responsible_id=viewer_id).exclude(user_id=viewer_id).select_related("user").first()
    return found.user if found else None


def shares_phone(group: Group, user_id: int) -> bool:
    return GroupMember.objects.filter(group=group, user_id=user_id, shares_phone=True).exists()


def by_code(code: str, now: dt.datetime) -> Group | None:
    """What somebody may join with it."""
    rows = Group.objects.filter(code_index=code_index(code), code_until__gt=now, closed_at=None)
    return rows.select_related("responsible", "organisation").first()


def invitations(user: User, now: dt.datetime) -> list[GroupInvitation]:
    """For one's own telephone, where one is not in it yet."""
    if user.phone_index is None:
        return []
    there = GroupMember.objects.filter(group=OuterRef("group"), user=user)
    rows = GroupInvitation.objects.filter(~Exists(there), phone_index=user.phone_index, until__gt=now)
    return list(rows.filter(group__closed_at=None).select_related("group__responsible").order_by("-id"))


def handovers(user_id: int, now: dt.datetime) -> list[GroupHandover]:
    """Groups that this person is asked to take over."""
    rows = GroupHandover.objects.filter(to_id=user_id, until__gt=now, group__closed_at=None)
    return list(rows.select_related("group__responsible").order_by("id"))


def handover_of(group: Group, now: dt.datetime) -> GroupHandover | None:
    return GroupHandover.objects.filter(group=group, until__gt=now).select_related("to").first()


def reach(group_id: int) -> Reach | None:
    """Of the institution that it belongs to or asks to belong to."""
    found = Group.objects.filter(pk=group_id).values_list("organisation_id", flat=True).first()
    return institutions.reach(found) if found else None


def groups(scope: Scope, words: str, standing: str) -> "QuerySet[Group]":
    """Of the scope's institutions, those that wait first; `people_group_listed` is in this order. For paging."""
    rows = Group.objects.filter(organisation_id__in=institutions.ids_within(scope))
    if words:
        rows = rows.filter(Q(name__icontains=words) | Q(organisation__name__icontains=words))
    if standing == "closed":
        rows = rows.filter(closed_at__isnull=False)
    elif standing in Group.Standing.values:
        rows = rows.filter(standing=standing, closed_at=None)
    return rows.select_related("organisation", "responsible").order_by(WAITING.desc(), "name", "id")


def member_counts(group_ids: Sequence[int]) -> dict[int, int]:
    """Group -> how many are in it; those with nobody are left out."""
    rows = GroupMember.objects.filter(group_id__in=group_ids).order_by()
    return dict(rows.values_list("group_id").annotate(count=Count("id")))


def asking(scope: Scope, _actor: Actor) -> Waits:
    """Those that wait for their institution's answer."""
    rows = Group.objects.filter(organisation_id__in=institutions.ids_within(scope))
    return waiting.count(rows.filter(standing=Group.Standing.WAITING, closed_at=None))


def group(group_id: int) -> Group | None:
    rows = Group.objects.annotate(member_count=Count("members"))
    return rows.select_related("organisation", "responsible").filter(pk=group_id).first()


def led(user_id: int) -> list[str]:
    """The names of those that somebody answers for."""
    return list(Group.objects.filter(responsible_id=user_id, closed_at=None).values_list("name", flat=True))
