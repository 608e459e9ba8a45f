import datetime as dt
from typing import NamedTuple

from allauth.mfa.models import Authenticator

from wenmai.lib import masks, vault
from wenmai.lib.levels import Level
from wenmai.people.models import CounterCode, Identity, User, upstreams
from wenmai.people.rules import DOCUMENTS


def level_known(user: User, now: dt.datetime) -> Level:
    """What the account has proved once; the telephone's only while it is held."""
    if user.phone_index is None:
        return Level.GUEST
    return Level.PHONE if is_held(user, now) else max(Level.PHONE, level_proved(user.pk))


def level_proved(user_id: int) -> Level:
    """By a document; GUEST where there is none."""
    return Level(Identity.objects.filter(user_id=user_id).values_list("level", flat=True).first() or 0)


def is_held(user: User, now: dt.datetime) -> bool:
    return user.level_held_until is not None and user.level_held_until > now


def can_log_in(user: User) -> bool:
    """By any way of their own; whom a counter wrote down cannot."""
    return (
        user.phone_index is not None
        or user.has_usable_password()
        or Authenticator.objects.filter(user=user).exists()
        or upstreams.UpstreamIdentity.objects.filter(user=user).exists()
    )


class IdentityView(NamedTuple):
    """Masked for the screen."""

    level: Level
    document: str
    number: str
    name: str
    checked_by: str
    checked_at: dt.datetime


def identity(user_id: int) -> IdentityView | None:
    found = Identity.objects.filter(user_id=user_id).first()
    if found is None:
        return None
    number = vault.unseal(found.number_sealed, purpose="people.identity_number")
    name = vault.unseal(found.name_sealed, purpose="people.identity_name")
    return IdentityView(
        Level(found.level), str(DOCUMENTS[found.document]), masks.document(number), masks.name(name),
        found.checked_by, found.checked_at,
    )  # fmt: skip


def at_counter(code: str, now: dt.datetime) -> int | None:
    """The account whose owner shows this code just now."""
    index = vault.index(code, purpose="people.counter_code")
    living = CounterCode.objects.filter(code_index=index, expires_at__gt=now, user__is_active=True)
    return living.values_list("user_id", flat=True).first()
