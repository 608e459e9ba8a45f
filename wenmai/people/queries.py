import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from wenmai.institutions import queries as institutions
from wenmai.journal import queries as journal
from wenmai.lib.access import Actor, Grant, Reach, Scope
from wenmai.people.models import RoleGrant, User
from wenmai.people.rules import ROLES, permissions


class GrantView(NamedTuple):
    """One role of an account. `seen_at`: where the person works; `given_at`: all that the role reaches."""

    id: int
    role: str
    organisation_id: int | None
    organisation_name: str
    region: str
    region_name: str
    seen_at: Reach
    given_at: Reach

    @property
    def role_words(self) -> str:
        return str(ROLES[self.role][0]) if self.role in ROLES else self.role


class Account(NamedTuple):
    id: int
    username: str
    name: str
    is_active: bool
    password_is_first: bool
    last_login: dt.datetime | None


def actor(user: User) -> Actor:
    """The account with its grants as values; organisation subtrees as administrative paths.

    None while it is switched off, and none before a first password is changed.
    """
    works = user.is_active and not user.password_is_first
    rows = list(user.role_grants.values_list("role", "organisation_id", "region")) if works else []
    paths = institutions.administrative_paths([row[1] for row in rows if row[1] is not None])
    grants = tuple(
        Grant(role, permissions(role), paths[organisation] if organisation else "", region)
        for role, organisation, region in rows
    )
    return Actor(user.pk, user.name or user.username, grants)


def user_id(username: str) -> int | None:
    return User.objects.filter(username__iexact=username).values_list("id", flat=True).first()


def listing() -> list[tuple[str, str, str]]:
    """(username, name, roles with their organisations) of every account, by username."""
    grants: dict[int, list[str]] = {}
    for user_id_, role, organisation in RoleGrant.objects.order_by("id").values_list(
        "user_id", "role", "organisation__name"
    ):
        grants.setdefault(user_id_, []).append(f"{role}@{organisation}" if organisation else role)
    users = User.objects.order_by("username").values_list("id", "username", "name")
    return [(username, name, ", ".join(grants.get(key, []))) for key, username, name in users]


def accounts(scope: Scope, words: str = "", state: str = "") -> "QuerySet[User]":
    """Accounts of those who work in the scope, by login name; for paging. Who has no role belongs to the whole node."""
    rows = User.objects.order_by("username")
    if not scope.everywhere:
        rows = rows.filter(Exists(RoleGrant.objects.filter(_works_in(scope), user_id=OuterRef("pk"))))
    if words:
        rows = rows.filter(Q(username__icontains=words) | Q(name__icontains=words))
    return rows.filter(is_active=state == "on") if state in ("on", "off") else rows


def _works_in(scope: Scope) -> Q:
    found = Q(pk__in=[])
    for path, region in scope.reaches:
        here = Q(organisation__administrative_path__startswith=path) if path else Q()
        there = Q(region__startswith=region) | Q(region="", organisation__place__prefix__startswith=region)
        found |= here & (there if region else Q())
    return found


def account(user_id: int) -> Account | None:
    rows = User.objects.filter(pk=user_id).values_list(
        "id", "username", "name", "is_active", "password_is_first", "last_login"
    )
    return next((Account(*row) for row in rows), None)


def grants_of(user_ids: Sequence[int]) -> dict[int, list[GrantView]]:
    """Account -> its roles, the oldest first; in two queries."""
    found: dict[int, list[GrantView]] = {one: [] for one in user_ids}
    rows = RoleGrant.objects.filter(user_id__in=found).order_by("id").values_list(
        "user_id", "id", "role", "organisation_id", "organisation__name", "region",
        "organisation__administrative_path", "organisation__place__prefix",
    )  # fmt: skip
    names = institutions.region_options()
    for user, pk, role, organisation_id, name, region, path, prefix in rows:
        seen, given = Reach(path or "", region or prefix or ""), Reach(path or "", region)
        region_name = names.get(region.ljust(6, "0"), region) if region else ""
        found[user].append(GrantView(pk, role, organisation_id, name or "", region, region_name, seen, given))
    return found


MOST = 50


class Deed(NamedTuple):
    at: dt.datetime
    who: str
    what: str
    details: list[str]


def trail(user_id: int) -> list[Deed]:
    """The last deeds, newest first."""
    entries = list(journal.trail("user", user_id)[:MOST])
    named = {entry.detail["organisation"] for entry in entries if entry.detail.get("organisation")}
    names = {view.id: view.name for view in institutions.organisations(named).values()}
    return [Deed(entry.at, entry.actor_name, entry.deed, _details(entry.detail, names)) for entry in entries]


def _details(detail: Mapping[str, Any], names: Mapping[int, str]) -> list[str]:
    if "role" in detail:
        role = str(ROLES[detail["role"]][0]) if detail["role"] in ROLES else detail["role"]
        where = names.get(detail["organisation"], "") if detail.get("organisation") else _("所有机构")
        return [" · ".join(part for part in (role, where, detail.get("region", "")) if part)]
    return [f"{detail['before']} → {detail['after']}"] if "before" in detail else []
