"""Roles: given, taken, delegated for a while, looked at again; asked for, and answered by who may give them."""

import datetime as dt
from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from wenmai.institutions import queries as institutions
from wenmai.journal import services as journal
from wenmai.lib.access import Actor
from wenmai.lib.refusal import Refused
from wenmai.people.families import queries as families
from wenmai.people.models import RoleGrant, RoleRequest, Separation, User
from wenmai.people.rules import DELEGATION_DAYS, ROLES, may_delegate, role_words
from wenmai.people.services.accounts import locked, promises_kept


@transaction.atomic
def grant(
    *, user_id: int, role: str, organisation_id: int | None, region: str = "", until: dt.datetime | None = None,
    actor: Actor, now: dt.datetime,
) -> RoleGrant:  # fmt: skip
    """Gives a role over an organisation's subtree, for good or until a moment; twice is one grant, and the later end
    counts.

    Refused: unknown_user, unknown_role, until_passed, child_no_roles, separated (detail: the role that stands
    against it).
    """
    if role not in ROLES:
        raise Refused("unknown_role", role)
    if until is not None and until <= now:
        raise Refused("until_passed")
    locked(user_id)
    if families.is_child(user_id):
        raise Refused("child_no_roles")
    there = _same(user_id, role, organisation_id, region)
    if there is not None and there.delegated_from_id is None and _ends(there.until) >= _ends(until):
        return there
    given = there or RoleGrant(user_id=user_id, role=role, organisation_id=organisation_id, region=region)
    given.until, given.delegated_from, given.given_by_id = until, None, actor.user_id
    _save(given)
    _tell("people.granted", given, actor, now)
    return given


@transaction.atomic
def revoke(*, user_id: int, grant_id: int, actor: Actor, now: dt.datetime) -> None:
    """Takes a role away, and what was delegated of it; the last one stays, so that the account goes on belonging to
    somebody: it is switched off.

    Refused: unknown_user, unknown_grant, last_grant, last_administrator.
    """
    locked(user_id)
    grants = {one.pk: one for one in RoleGrant.objects.filter(user_id=user_id)}
    taken = grants.get(grant_id)
    if taken is None:
        raise Refused("unknown_grant", str(grant_id))
    if len(grants) == 1 and taken.delegated_from_id is None:
        raise Refused("last_grant")
    with promises_kept():
        taken.delete()
    _tell("people.revoked", taken, actor, now)


@transaction.atomic
def delegate(*, grant_id: int, to_user_id: int, until: dt.datetime, actor: Actor, now: dt.datetime) -> RoleGrant:
    """One's own role to a colleague, for a while; both have it meanwhile. Only the holder delegates, and nobody passes
    on what was delegated to them.

    Refused: unknown_grant, not_delegable, until_passed, until_too_late (detail: days), delegate_self,
    delegate_unknown (no such colleague at work here), delegate_has_it, separated.
    """
    own = RoleGrant.objects.select_for_update().filter(pk=grant_id, user_id=actor.user_id or 0).first()
    if own is None or (own.until is not None and own.until <= now):
        raise Refused("unknown_grant", str(grant_id))
    if own.delegated_from_id is not None or not may_delegate(own.role):
        raise Refused("not_delegable", role_words(own.role))
    if until <= now:
        raise Refused("until_passed")
    if until > now + dt.timedelta(days=DELEGATION_DAYS) or _ends(until) > _ends(own.until):
        raise Refused("until_too_late", str(DELEGATION_DAYS))
    if to_user_id == actor.user_id:
        raise Refused("delegate_self")
    colleagues = User.objects.filter(is_active=True, password_is_first=False, role_grants__isnull=False)
    if not colleagues.filter(pk=to_user_id).exists():
        raise Refused("delegate_unknown")
    locked(to_user_id)
    same = _same(to_user_id, own.role, own.organisation_id, own.region)
    if same is not None and same.delegated_from_id is None and _ends(same.until) > now:
        raise Refused("delegate_has_it")
    given = same or RoleGrant(user_id=to_user_id, role=own.role, organisation_id=own.organisation_id, region=own.region)
    given.until, given.delegated_from, given.given_by_id = until, own, actor.user_id
    _save(given)
    _tell("people.delegated", given, actor, now)
    return given


@transaction.atomic
def end_delegation(*, grant_id: int, actor: Actor, now: dt.datetime) -> None:
    """By who delegated or by who was to act. Refused: unknown_grant."""
    found = RoleGrant.objects.select_for_update().filter(pk=grant_id, delegated_from__isnull=False).first()
    if found is None or actor.user_id not in (found.user_id, found.given_by_id):
        raise Refused("unknown_grant", str(grant_id))
    found.delete()
    _tell("people.revoked", found, actor, now)


@transaction.atomic
def review_grants(*, grant_ids: Iterable[int], actor: Actor, now: dt.datetime) -> int:
    """Looked at, and let stand; returns how many."""
    ids = sorted(RoleGrant.objects.filter(pk__in=list(grant_ids)).values_list("pk", flat=True))
    RoleGrant.objects.filter(pk__in=ids).update(reviewed_at=now)
    if ids:
        journal.record(
            name="people.grants_reviewed", subject_kind="grants", subject_key=f"{ids[0]}…", actor=actor, now=now,
            ids=ids,
        )  # fmt: skip
    return len(ids)


@transaction.atomic
def switch_separation(*, separation_id: int, is_on: bool, actor: Actor, now: dt.datetime) -> Separation:
    """From now on; who holds both already stands out in the access review. Refused: unknown_separation."""
    found = Separation.objects.select_for_update().filter(pk=separation_id).first()
    if found is None:
        raise Refused("unknown_separation", str(separation_id))
    if found.is_on != is_on:
        found.is_on = is_on
        found.save(update_fields=["is_on"])
        journal.record(
            name="people.separation_switched", subject_kind="separation", subject_key=found.pk, actor=actor, now=now,
            one=found.one, other=found.other, is_on=is_on,
        )  # fmt: skip
    return found


@transaction.atomic
def ask_role(*, user_id: int, role: str, organisation_id: int, actor: Actor, now: dt.datetime) -> RoleRequest:
    """Twice is one request. Refused: unknown_role (only a village's can be asked for), not_a_village,
    unknown_user, has_role, too_many_requests (detail: how many)."""
    if role != "village_admin":
        raise Refused("unknown_role", role)
    place = institutions.organisation(organisation_id)
    if place is None or place.kind != "village_center" or place.closed_on is not None:
        raise Refused("not_a_village")
    locked(user_id)
    living = RoleGrant.objects.filter(user_id=user_id, role=role, organisation_id=organisation_id)
    if any(_ends(one.until) > now for one in living):
        raise Refused("has_role")
    waiting = RoleRequest.objects.filter(user_id=user_id, state=RoleRequest.State.WAITING)
    there = waiting.filter(role=role, organisation_id=organisation_id).first()
    if there is not None:
        return there
    if waiting.count() >= MOST_WAITING:
        raise Refused("too_many_requests", str(MOST_WAITING))
    made = RoleRequest.objects.create(user_id=user_id, role=role, organisation_id=organisation_id, asked_at=now)
    journal.record(
        name="people.role_asked", subject_kind="user", subject_key=user_id, actor=actor, now=now,
        role=role, organisation=organisation_id,
    )  # fmt: skip
    return made


MOST_WAITING = 3
"""Requests of one person that wait at once."""


@transaction.atomic
def answer_request(*, request_id: int, gives: bool, actor: Actor, now: dt.datetime) -> RoleRequest:
    """Yes gives the role, for good. Refused: unknown_request (also one that was answered), and what `grant` refuses."""
    found = _waiting(request_id)
    if gives:
        grant(
            user_id=found.user_id, role=found.role, organisation_id=found.organisation_id, actor=actor, now=now
        )  # fmt: skip
    else:
        journal.record(
            name="people.role_declined", subject_kind="user", subject_key=found.user_id, actor=actor, now=now,
            role=found.role, organisation=found.organisation_id,
        )  # fmt: skip
    return _answered(found, RoleRequest.State.GIVEN if gives else RoleRequest.State.DECLINED, actor, now)


@transaction.atomic
def withdraw_request(*, request_id: int, actor: Actor, now: dt.datetime) -> RoleRequest:
    """By who asked. Refused: unknown_request."""
    found = _waiting(request_id)
    if found.user_id != actor.user_id:
        raise Refused("unknown_request", str(request_id))
    return _answered(found, RoleRequest.State.WITHDRAWN, actor, now)


def _waiting(request_id: int) -> RoleRequest:
    waiting = RoleRequest.objects.select_for_update().filter(pk=request_id, state=RoleRequest.State.WAITING)
    found = waiting.first()
    if found is None:
        raise Refused("unknown_request", str(request_id))
    return found


def _answered(one: RoleRequest, state: RoleRequest.State, actor: Actor, now: dt.datetime) -> RoleRequest:
    one.state, one.answered_at, one.answered_by = state, now, actor.name[:60]
    one.save(update_fields=["state", "answered_at", "answered_by"])
    return one


def _same(user_id: int, role: str, organisation_id: int | None, region: str) -> RoleGrant | None:
    rows = RoleGrant.objects.filter(user_id=user_id, role=role, region=region)
    here = rows.filter(organisation_id=organisation_id) if organisation_id else rows.filter(organisation=None)
    return here.first()


def _ends(until: dt.datetime | None) -> dt.datetime:
    return until or dt.datetime.max.replace(tzinfo=dt.UTC)


def _save(given: RoleGrant) -> None:
    with promises_kept():
        given.save()


def _tell(name: str, one: RoleGrant, actor: Actor, now: dt.datetime) -> None:
    until = {"until": timezone.localtime(one.until).isoformat(timespec="minutes")} if one.until else {}
    journal.record(
        name=name, subject_kind="user", subject_key=one.user_id, actor=actor, now=now,
        role=one.role, organisation=one.organisation_id, region=one.region, **until,
    )  # fmt: skip
