import datetime as dt

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from wenmai.journal import services as journal
from wenmai.lib.access import Actor
from wenmai.lib.refusal import Refused
from wenmai.people.attempts import begin_login, login_succeeded
from wenmai.people.models import RoleGrant, User
from wenmai.people.rules import ROLES

__all__ = ["begin_login", "create_user", "grant", "login_succeeded"]


@transaction.atomic
def create_user(*, username: str, name: str, password: str, actor: Actor, now: dt.datetime) -> User:
    """A new account; the name is kept in its plain form, as the login page reads it.

    Refused: username_taken (also in another case or width), weak_password (detail says why).
    """
    user = User(username=User.normalize_username(username.strip()), name=name)
    try:
        validate_password(password, user)
    except ValidationError as weak:
        raise Refused("weak_password", " ".join(weak.messages)) from weak
    user.set_password(password)
    try:
        with transaction.atomic():
            user.save()
    except IntegrityError as taken:
        raise Refused("username_taken", username) from taken
    journal.record(name="people.created", subject_kind="user", subject_key=user.pk, actor=actor, now=now)
    return user


@transaction.atomic
def grant(
    *, user_id: int, role: str, organisation_id: int | None, region: str = "", actor: Actor, now: dt.datetime
) -> RoleGrant:
    """Gives a role over an organisation's subtree; giving it twice is one grant. Refused: unknown_role."""
    if role not in ROLES:
        raise Refused("unknown_role", role)
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
