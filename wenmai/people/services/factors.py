"""Second factors: their secrets are sealed in a column of ours, so that they come along when keys are rotated."""

import datetime as dt
from collections.abc import Iterable

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.db import transaction

from wenmai.journal import services as journal
from wenmai.lib import vault
from wenmai.lib.access import Actor
from wenmai.lib.refusal import Refused
from wenmai.people.models import FactorSecret

PURPOSE = "people.factor"


def keep_secret(*, text: str) -> int:
    """Its number, under which `queries.factor_secret` gives it back."""
    return FactorSecret.objects.create(sealed=vault.seal(text, purpose=PURPOSE)).pk


def forget_secrets(*, numbers: Iterable[int]) -> None:
    """With the factor that they belonged to."""
    FactorSecret.objects.filter(pk__in=list(numbers)).delete()


@transaction.atomic
def remove_factors(*, user_id: int, actor: Actor, now: dt.datetime) -> int:
    """For who has lost them: apps, passkeys and recovery codes go, and every session ends; returns how many factors.

    Refused: no_factors.
    """
    rows = list(Authenticator.objects.filter(user_id=user_id))
    if not rows:
        raise Refused("no_factors")
    for row in rows:
        row.delete()
    for session in UserSession.objects.filter(user_id=user_id):
        session.end()
    journal.record(
        name="people.factors_removed", subject_kind="user", subject_key=user_id, actor=actor, now=now, count=len(rows)
    )
    return len(rows)
