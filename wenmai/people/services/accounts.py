"""Accounts and passwords, as administrators and their owners change them."""

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
from wenmai.people.models import User
from wenmai.people.provider.services.logins import end_logins
from wenmai.people.rules import role_words

LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without those that are taken for one another."""


def first_password() -> str:
    """One to be read out and typed once: four groups of four, some 79 bits."""
    return "-".join("".join(secrets.choice(LETTERS) for _letter in range(4)) for _group in range(4))


def free_name() -> str:
    """A login name that nobody has to remember: 60 bits, so that none is met twice."""
    return "u" + "".join(secrets.choice(LETTERS) for _letter in range(12))


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


def note_language(*, user_id: int, language: str) -> None:
    """In which they came in; written down where it is another one than the last time."""
    User.objects.filter(pk=user_id).exclude(language=language[:8]).update(language=language[:8])


@transaction.atomic
def rename(*, user_id: int, name: str, actor: Actor, now: dt.datetime) -> User:
    """As colleagues see it; the login name stays. Refused: unknown_user, name_missing, name_too_long."""
    user = locked(user_id)
    before, user.name = user.name, _name(name)
    if user.name == before:
        return user
    user.save(update_fields=["name"])
    journal.record(name="people.renamed", subject_kind="user", subject_key=user_id, actor=actor, now=now)
    return user


@transaction.atomic
def switch_off(*, user_id: int, actor: Actor, now: dt.datetime) -> User:
    """Nobody can log in with it any more, and who is logged in is out at the next click, here and
    in the apps that were entered from here.

    Refused: unknown_user, last_administrator, guardian_last (the only guardian of a child under 14).
    """
    user = locked(user_id)
    if user.is_active:
        user.is_active = False
        with promises_kept():
            user.save(update_fields=["is_active"])
        end_logins(user_id=user_id, now=now)
        journal.record(name="people.switched_off", subject_kind="user", subject_key=user_id, actor=actor, now=now)
    return user


@transaction.atomic
def switch_on(*, user_id: int, actor: Actor, now: dt.datetime) -> User:
    """With the roles and the password that it had. Refused: unknown_user, guardian_last (a child under 14 for whom
    nobody consents)."""
    user = locked(user_id)
    if not user.is_active:
        user.is_active = True
        with promises_kept():
            user.save(update_fields=["is_active"])
        journal.record(name="people.switched_on", subject_kind="user", subject_key=user_id, actor=actor, now=now)
    return user


@transaction.atomic
def reset_password(*, user_id: int, password: str, actor: Actor, now: dt.datetime) -> User:
    """Another first password, which has to be changed at once; every session of the account ends.

    Refused: unknown_user, weak_password.
    """
    user = locked(user_id)
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
    user = locked(user_id)
    if user.check_password(new):
        raise Refused("same_password")
    _set_password(user, new)
    user.password_is_first = False
    user.save(update_fields=["password", "password_is_first"])
    end_logins(user_id=user_id, now=now)
    journal.record(name="people.password_changed", subject_kind="user", subject_key=user_id, actor=actor, now=now)
    return user


def locked(user_id: int) -> User:
    found = User.objects.select_for_update().filter(pk=user_id).first()
    if found is None:
        raise Refused("unknown_user", str(user_id))
    return found


PROMISES = {
    "people_administrator_stays": "last_administrator", "people_duties_stay_apart": "separated",
    "people_child_is_guarded": "guardian_last", "people_child_guardians_few": "guardians_full",
}  # fmt: skip
"""Of the tables of roles and families: constraint -> the refusal that says it."""


@contextmanager
def promises_kept() -> Iterator[None]:
    """Says the tables' own promises in words: of two who go at once the second one meets them."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as broken:
        told = getattr(broken.__cause__, "diag", None)
        if told is None or told.constraint_name not in PROMISES:
            raise
        raise Refused(PROMISES[told.constraint_name], role_words(told.message_detail or "")) from broken


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
