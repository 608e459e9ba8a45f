"""Accounts, passwords and roles, as administrators and their owners change them."""

import datetime as dt
import secrets
from collections.abc import Iterator
from contextlib import contextmanager

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from wenmai.journal import services as journal
from wenmai.lib.access import Actor
from wenmai.lib.refusal import Refused
from wenmai.people.models import RoleGrant, User
from wenmai.people.provider.services.logins import end_logins
from wenmai.people.rules import ROLES

LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without those that are taken for one another."""


def first_password() -> str:
    """One to be read out and typed once: four groups of four, some 79 bits."""
    return "-".join("".join(secrets.choice(LETTERS) for _letter in range(4)) for _group in range(4))


@transaction.atomic
def create_user(
    *, username: str, name: str, password: str, is_first: bool = False, actor: Actor, now: dt.datetime
) -> User:
    """A new account; the name is kept in its plain form, as the login page reads it.

    Refused: username_missing, username_taken (also in another case or width), name_too_long, weak_password (detail
    says why).
    """
    user = User(username=User.normalize_username(username.strip()), name=_name(name), password_is_first=is_first)
    if not user.username:
        raise Refused("username_missing")
    if len(user.username) > 60:
        raise Refused("name_too_long", "60")
    _set_password(user, password)
    try:
        with transaction.atomic():
            user.save()
    except IntegrityError as taken:
        raise Refused("username_taken", username) from taken
    journal.record(name="people.created", subject_kind="user", subject_key=user.pk, actor=actor, now=now)
    return user


@transaction.atomic
def rename(*, user_id: int, name: str, actor: Actor, now: dt.datetime) -> User:
    """As colleagues see it; the login name stays. Refused: unknown_user, name_missing, name_too_long."""
    user = _locked(user_id)
    before, user.name = user.name, _name(name)
    if user.name == before:
        return user
    user.save(update_fields=["name"])
    journal.record(
        name="people.renamed", subject_kind="user", subject_key=user_id, actor=actor, now=now,
        before=before, after=user.name,
    )  # fmt: skip
    return user


@transaction.atomic
def switch_off(*, user_id: int, actor: Actor, now: dt.datetime) -> User:
    """Nobody can log in with it any more, and who is logged in is out at the next click, here and
    in the apps that were entered from here.

    Refused: unknown_user, last_administrator.
    """
    user = _locked(user_id)
    if user.is_active:
        user.is_active = False
        with _an_administrator_stays():
            user.save(update_fields=["is_active"])
        end_logins(user_id=user_id, now=now)
        journal.record(name="people.switched_off", subject_kind="user", subject_key=user_id, actor=actor, now=now)
    return user


@transaction.atomic
def switch_on(*, user_id: int, actor: Actor, now: dt.datetime) -> User:
    """With the roles and the password that it had. Refused: unknown_user."""
    user = _locked(user_id)
    if not user.is_active:
        user.is_active = True
        user.save(update_fields=["is_active"])
        journal.record(name="people.switched_on", subject_kind="user", subject_key=user_id, actor=actor, now=now)
    return user


@transaction.atomic
def reset_password(*, user_id: int, password: str, actor: Actor, now: dt.datetime) -> User:
    """Another first password, which has to be changed at once; every session of the account ends.

    Refused: unknown_user, weak_password.
    """
    user = _locked(user_id)
    _set_password(user, password)
    user.password_is_first = True
    user.save(update_fields=["password", "password_is_first"])
    end_logins(user_id=user_id, now=now)
    journal.record(name="people.password_reset", subject_kind="user", subject_key=user_id, actor=actor, now=now)
    return user


@transaction.atomic
def choose_password(*, user_id: int, new: str, actor: Actor, now: dt.datetime) -> User:
    """One's own, for who has just shown who they are.

    Refused: unknown_user, same_password, weak_password.
    """
    user = _locked(user_id)
    if user.check_password(new):
        raise Refused("same_password")
    _set_password(user, new)
    user.password_is_first = False
    user.save(update_fields=["password", "password_is_first"])
    end_logins(user_id=user_id, now=now)
    journal.record(name="people.password_changed", subject_kind="user", subject_key=user_id, actor=actor, now=now)
    return user


@transaction.atomic
def grant(
    *, user_id: int, role: str, organisation_id: int | None, region: str = "", actor: Actor, now: dt.datetime
) -> RoleGrant:
    """Gives a role over an organisation's subtree; twice is one grant. Refused: unknown_user, unknown_role."""
    if role not in ROLES:
        raise Refused("unknown_role", role)
    _locked(user_id)
    same = RoleGrant.objects.filter(user_id=user_id, role=role, region=region)
    there = same.filter(organisation_id=organisation_id) if organisation_id else same.filter(organisation=None)
    given = there.first()
    if given is None:
        given = RoleGrant.objects.create(user_id=user_id, role=role, organisation_id=organisation_id, region=region)
        journal.record(
            name="people.granted", subject_kind="user", subject_key=user_id, actor=actor, now=now,
            role=role, organisation=organisation_id, region=region,
        )  # fmt: skip
    return given


@transaction.atomic
def revoke(*, user_id: int, grant_id: int, actor: Actor, now: dt.datetime) -> None:
    """Takes a role away; the last one stays, so that the account goes on belonging to somebody: it is switched off.

    Refused: unknown_user, unknown_grant, last_grant, last_administrator.
    """
    _locked(user_id)
    grants = {one.pk: one for one in RoleGrant.objects.filter(user_id=user_id)}
    taken = grants.get(grant_id)
    if taken is None:
        raise Refused("unknown_grant", str(grant_id))
    if len(grants) == 1:
        raise Refused("last_grant")
    with _an_administrator_stays():
        taken.delete()
    journal.record(
        name="people.revoked", subject_kind="user", subject_key=user_id, actor=actor, now=now,
        role=taken.role, organisation=taken.organisation_id, region=taken.region,
    )  # fmt: skip


def _locked(user_id: int) -> User:
    found = User.objects.select_for_update().filter(pk=user_id).first()
    if found is None:
        raise Refused("unknown_user", str(user_id))
    return found


@contextmanager
def _an_administrator_stays() -> Iterator[None]:
    """Says the table's own promise in words: of two who go at once the second one meets it."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as left:
        raise Refused("last_administrator") from left


def _name(name: str) -> str:
    if not name.strip():
        raise Refused("name_missing")
    if len(name.strip()) > 60:
        raise Refused("name_too_long", "60")
    return name.strip()


def _set_password(user: User, password: str) -> None:
    try:
        validate_password(password, user)
    except ValidationError as weak:
        raise Refused("weak_password", " ".join(weak.messages)) from weak
    user.set_password(password)
