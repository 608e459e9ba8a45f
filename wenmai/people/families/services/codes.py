"""Codes that one of a family shows the other: good once, for minutes."""

import datetime as dt
import secrets

from django.db import transaction

from wenmai.journal import services as journal
from wenmai.lib import vault
from wenmai.lib.access import Actor
from wenmai.lib.refusal import Refused
from wenmai.people.families import rules
from wenmai.people.families.models import FamilyCode


@transaction.atomic
def show_code(
    *, user_id: int, purpose: str, by_id: int, born: dt.date | None = None, actor: Actor, now: dt.datetime
) -> str:
    """Ten digits about this account; a new one makes the one before void. `born`: what a child says of itself."""
    code = f"{secrets.randbelow(10**rules.CODE_DIGITS):0{rules.CODE_DIGITS}d}"
    FamilyCode.objects.update_or_create(
        user_id=user_id, purpose=purpose,
        defaults={
            "code_index": _index(purpose, code), "made_by_id": by_id,
            "born_index": born_index(user_id, born) if born else "",
            "expires_at": now + dt.timedelta(minutes=rules.CODE_MINUTES[purpose]),
        },
    )  # fmt: skip
    journal.record(
        name="people.family_code_shown", subject_kind="user", subject_key=user_id, actor=actor, now=now, purpose=purpose
    )
    return code


@transaction.atomic
def take_code(*, code: str, purpose: str, now: dt.datetime) -> FamilyCode:
    """Used up by whoever is first. Refused: family_code_over."""
    found = FamilyCode.objects.select_for_update().filter(code_index=_index(purpose, code), purpose=purpose).first()
    if found is None or found.expires_at <= now or not found.user.is_active:
        raise Refused("family_code_over")
    number = found.pk
    found.delete()
    found.pk = number
    return found


def born_index(user_id: int, born: dt.date) -> str:
    return vault.index(f"{user_id} {born.isoformat()}", purpose="people.family_born")


def _index(purpose: str, code: str) -> str:
    return vault.index(f"{purpose} {code}", purpose="people.family_code")
