"""Accounts that people make for themselves, by telephone."""

import datetime as dt

from allauth.usersessions.models import UserSession
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from wenmai.journal import services as journal
from wenmai.lib import vault
from wenmai.lib.access import Actor
from wenmai.lib.refusal import Refused
from wenmai.people.models import User
from wenmai.people.services.accounts import free_name
from wenmai.people.services.codes import phone_index


@transaction.atomic
def create_reader(*, phone: str, name: str = "", actor: Actor, now: dt.datetime) -> User:
    """An account for a telephone (E.164) that has answered; one that is there already is returned as it is.

    Who goes in twice at once has one account. Without a password until its owner chooses one.
    """
    index = phone_index(phone)
    there = User.objects.filter(phone_index=index).first()
    if there is not None:
        return there
    user = User(
        username=free_name(), name=name.strip()[:60] or _("读者"), phone_index=index,
        phone_sealed=vault.seal(phone, purpose="people.phone"),
    )  # fmt: skip
    user.set_unusable_password()
    try:
        with transaction.atomic():
            user.save()
    except IntegrityError:
        return User.objects.get(phone_index=index)
    journal.record(name="people.registered", subject_kind="user", subject_key=user.pk, actor=actor, now=now)
    return user


@transaction.atomic
def change_phone(*, user_id: int, phone: str, actor: Actor, now: dt.datetime) -> User:
    """Another telephone, which has answered; the old one does not lead in any more.

    Refused: unknown_user, phone_taken.
    """
    user = User.objects.select_for_update().filter(pk=user_id).first()
    if user is None:
        raise Refused("unknown_user", str(user_id))
    user.phone_index, user.phone_sealed = phone_index(phone), vault.seal(phone, purpose="people.phone")
    try:
        with transaction.atomic():
            user.save(update_fields=["phone_index", "phone_sealed"])
    except IntegrityError as taken:
        raise Refused("phone_taken") from taken
    journal.record(name="people.phone_changed", subject_kind="user", subject_key=user_id, actor=actor, now=now)
    return user


def note_login(*, user_id: int, ways: list[str], actor: Actor, now: dt.datetime) -> None:
    """For the audit trail: that somebody came in, and by which ways; never from where."""
    journal.record(
        name="people.logged_in", subject_kind="user", subject_key=user_id, actor=actor, now=now, ways=", ".join(ways)
    )


@transaction.atomic
def end_sessions(*, user_id: int, keep: str, only: int | None = None, actor: Actor, now: dt.datetime) -> int:
    """Logs other browsers of the account out, or the one with the number `only`; returns how many. `keep` is the
    session key of the one that asks, which stays."""
    rows = UserSession.objects.filter(user_id=user_id).exclude(session_key=keep)
    ended = list(rows.filter(pk=only) if only is not None else rows)
    for one in ended:
        one.end()
    if ended:
        journal.record(
            name="people.sessions_ended", subject_kind="user", subject_key=user_id, actor=actor, now=now,
            count=len(ended),
        )  # fmt: skip
    return len(ended)
