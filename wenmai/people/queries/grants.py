"""Who asks for a role, who holds which, and which of them ask for a second look."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from allauth.mfa.models import Authenticator
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.expressions import RawSQL

from wenmai.institutions import queries as institutions
from wenmai.lib import masks, vault, waiting
from wenmai.lib.access import Actor, Reach, Scope
from wenmai.lib.waiting import Waits
from wenmai.people.models import RoleGrant, RoleRequest, Separation
from wenmai.people.rules import TWO_FACTORS, UNUSED_DAYS, role_words


class Request(NamedTuple):
    """Somebody waits for an answer. `phone` is masked."""

    id: int
    user_id: int
    name: str
    phone: str
    role: str
    organisation_name: str
    reach: Reach
    state: str
    asked_at: dt.datetime

    @property
    def role_words(self) -> str:
        return role_words(self.role)


_MOST = 200


def requests_waiting(scope: Scope) -> list[Request]:
    """For organisations of the scope, the oldest first."""
    return _requests(RoleRequest.objects.filter(in_scope(scope), state=RoleRequest.State.WAITING))


def requests_head(scope: Scope, actor: Actor) -> Waits:
    """How many wait, as far as anybody counts, and since when; one's own is for somebody else to answer."""
    rows = RoleRequest.objects.filter(in_scope(scope), state=RoleRequest.State.WAITING)
    return waiting.count(rows.exclude(user_id=actor.user_id or 0), "asked_at")


def requests_of(user_id: int) -> list[Request]:
    """What somebody asked for, the newest first."""
    return _requests(RoleRequest.objects.filter(user_id=user_id))[::-1]


def request_reach(request_id: int) -> Reach | None:
    """Where it lies, for the door."""
    found = RoleRequest.objects.filter(pk=request_id).values_list("organisation_id", flat=True).first()
    return institutions.reach(found) if found else None


def request_waiting(request_id: int) -> Request | None:
    return next(iter(_requests(RoleRequest.objects.filter(pk=request_id, state=RoleRequest.State.WAITING))), None)


def in_scope(scope: Scope, organisation: str = "organisation") -> Q:
    """Rows whose organisation the scope reaches; for tables that name one."""
    if scope.everywhere:
        return Q()
    found = Q(pk__in=[])
    for path, region in scope.reaches:
        found |= Q(
            **{
                f"{organisation}__administrative_path__startswith": path,
                f"{organisation}__place__prefix__startswith": region,
            }
        )
    return found


def _requests(rows: "QuerySet[RoleRequest]") -> list[Request]:
    values = rows.order_by("asked_at").values_list(
        "id", "user_id", "user__name", "user__phone_sealed", "role", "organisation__name",
        "organisation__administrative_path", "organisation__place__prefix", "state", "asked_at",
    )[:_MOST]  # fmt: skip
    return [
        Request(
            pk, user_id, name, masks.phone(vault.unseal(phone, purpose="people.phone")) if phone else "", role, where,
            Reach(path, prefix or ""), state, at,
        )
        for pk, user_id, name, phone, role, where, path, prefix, state, at in values
    ]  # fmt: skip


class Held(NamedTuple):
    """One role of one account, with what asks for a second look: codes of `LOOKS`."""

    grant: RoleGrant
    username: str
    name: str
    last_login: dt.datetime | None
    looks: Sequence[str]


# One person's roles that stand apart and overlap: from before the separation was switched on, or moved since.
_APART = RawSQL(
    """
SELECT g.id FROM people_rolegrant g JOIN people_rolegrant h ON h.user_id = g.user_id AND h.id <> g.id
JOIN people_separation s ON s.is_on AND s.kind = 'person'
  AND ((s.one = g.role AND s.other = h.role) OR (s.one = h.role AND s.other = g.role))
LEFT JOIN institutions_organisation o ON o.id = g.organisation_id
LEFT JOIN institutions_organisation n ON n.id = h.organisation_id
WHERE (starts_with(coalesce(o.administrative_path, ''), coalesce(n.administrative_path, ''))
    OR starts_with(coalesce(n.administrative_path, ''), coalesce(o.administrative_path, '')))
  AND (starts_with(g.region, h.region) OR starts_with(h.region, g.region))
""",
    [],
)
LOOKS = ("unused", "off", "over", "no_factor", "apart", "whole")


def held_roles(scope: Scope, look: str, now: dt.datetime) -> "QuerySet[RoleGrant]":
    """Grants in the scope, those never looked at first; `look`: only with that mark. For paging."""
    rows = RoleGrant.objects.select_related("user", "organisation", "delegated_from__user", "given_by")
    rows = rows.filter(in_scope(scope)) if not scope.everywhere else rows
    marks = {
        "unused": _unused(now), "off": Q(user__is_active=False), "over": Q(until__lte=now),
        "no_factor": Q(role__in=TWO_FACTORS) & ~_has_factor(), "whole": Q(organisation=None, region=""),
        "apart": Q(pk__in=_APART),
    }  # fmt: skip
    return rows.filter(marks.get(look, Q())).order_by(F("reviewed_at").asc(nulls_first=True), "id")


def held(grants: Iterable[RoleGrant], now: dt.datetime) -> list[Held]:
    """In three queries, however many."""
    grants = list(grants)
    those = RoleGrant.objects.filter(pk__in=[one.pk for one in grants])
    apart = set(those.filter(pk__in=_APART).values_list("pk", flat=True))
    factors = Authenticator.objects.exclude(type=Authenticator.Type.RECOVERY_CODES)
    safe = set(factors.filter(user_id__in={one.user_id for one in grants}).values_list("user_id", flat=True))
    old = now - dt.timedelta(days=UNUSED_DAYS)
    found = []
    for one in grants:
        last = one.user.last_login
        marks = {
            "unused": (last or one.created_at) < old, "off": not one.user.is_active,
            "over": one.until is not None and one.until <= now,
            "no_factor": one.role in TWO_FACTORS and one.user_id not in safe,
            "apart": one.pk in apart, "whole": one.organisation_id is None and not one.region,
        }  # fmt: skip
        looks = [mark for mark in LOOKS if marks[mark]]
        found.append(Held(one, one.user.username, one.user.name, last, looks))
    return found


def delegations(user_id: int) -> list[RoleGrant]:
    """From and to this person, those that end soonest first."""
    rows = RoleGrant.objects.filter(Q(user_id=user_id) | Q(given_by_id=user_id), delegated_from__isnull=False)
    return list(rows.select_related("user", "given_by", "organisation").order_by("until"))


def acting_for(organisation_id: int, role: str, now: dt.datetime) -> list[int]:
    """Numbers of those who have this role at this very institution and whose account is on; who has had it longest
    first."""
    rows = RoleGrant.objects.filter(organisation=organisation_id, role=role, user__is_active=True)
    living = rows.filter(Q(until=None) | Q(until__gt=now))
    return list(living.order_by("created_at", "pk").values_list("user_id", flat=True))


def separations() -> list[Separation]:
    return list(Separation.objects.order_by("kind", "one", "other"))


def is_apart(one: str, other: str) -> bool:
    """Whether who did the one may not do the other to the same thing."""
    first, second = sorted((one, other))
    return Separation.objects.filter(
        kind=Separation.Kind.SUBJECT, one=first, other=second, is_on=True
    ).exists()  # fmt: skip


def _unused(now: dt.datetime) -> Q:
    old = now - dt.timedelta(days=UNUSED_DAYS)
    return Q(user__last_login__lt=old) | Q(user__last_login=None, created_at__lt=old)


def _has_factor() -> Q:
    factors = Authenticator.objects.exclude(type=Authenticator.Type.RECOVERY_CODES)
    return Q(Exists(factors.filter(user_id=OuterRef("user_id"))))
