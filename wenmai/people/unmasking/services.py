"""The press that shows a whole telephone."""

import datetime as dt
from typing import NamedTuple

from django.db import transaction

from wenmai.journal import services as journal
from wenmai.lib.access import Actor
from wenmai.lib.refusal import Refused
from wenmai.people.unmasking import queries
from wenmai.people.unmasking.models import Unmasking
from wenmai.people.unmasking.rules import LONGEST, REASONS


class Whole(NamedTuple):
    """`id`: of the unmasking; `phone`: E.164."""

    id: int
    phone: str


@transaction.atomic
def unmask_phone(*, user_id: int, reason: str, words: str, actor: Actor, now: dt.datetime) -> Whole:
    """Written down before it is shown.

    Refused: unmask_reason (none of the list), unmask_words (another reason, and not which), unmask_nothing (no
    telephone there), unmask_own.
    """
    said = " ".join(words.split())[:LONGEST]
    if reason not in REASONS:
        raise Refused("unmask_reason")
    if reason == "other" and not said:
        raise Refused("unmask_words")
    if actor.user_id is None or actor.user_id == user_id:
        raise Refused("unmask_own")
    phone = queries.phone(user_id)
    if not phone:
        raise Refused("unmask_nothing")
    made = Unmasking.objects.create(at=now, actor_id=actor.user_id, person_id=user_id, reason=reason, words=said)
    journal.record(
        name="people.number_unmasked", subject_kind="user", subject_key=user_id, actor=actor, now=now, reason=reason
    )
    return Whole(made.pk, phone)
