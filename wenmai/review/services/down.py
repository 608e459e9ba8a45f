"""Take-down at once by one person; back by two."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db import transaction

from wenmai.institutions import queries as institutions
from wenmai.journal import services as journal
from wenmai.lib import bulk
from wenmai.lib.access import Actor
from wenmai.lib.refusal import Refused
from wenmai.review.models import TakeDown
from wenmai.review.rules import LONGEST_REASON
from wenmai.review.rules.kinds import kind_of
from wenmai.review.services.telling import about


@transaction.atomic
def take_down(*, kind: str, key: str, reason: str, actor: Actor, now: dt.datetime) -> TakeDown:
    """In one step. Again while it is down: nothing more happens. Refused: unknown_kind, unknown_subject, no_reason,
    reason_too_long, unknown_organisation."""
    why = _checked(reason)
    bulk.lock(f"review.down.{kind}.{key}")
    there = TakeDown.objects.filter(kind=kind, key=key, restored_at=None).first()
    if there is not None:
        return there
    subject = kind_of(kind).read([key]).get(key)
    if subject is None:
        raise Refused("unknown_subject", key[:100])
    if institutions.organisation(subject.organisation_id) is None:
        raise Refused("unknown_organisation")
    made = TakeDown.objects.create(
        kind=kind, key=key, title=subject.title[:200], organisation_id=subject.organisation_id, reason=why,
        by_id=actor.user_id, by_name=actor.name[:100], at=now,
    )  # fmt: skip
    _tell("review.taken_down", kind, [key], actor, now, reason=why)
    return made


@transaction.atomic
def propose_restore(*, down_id: int, words: str, actor: Actor, now: dt.datetime) -> TakeDown:
    """The first of two. Refused: not_down, no_reason, reason_too_long, proposed_already, nobody."""
    why, found = _checked(words), _open(down_id, actor)
    if found.proposed_at is not None:
        raise Refused("proposed_already", found.proposed_by_name)
    found.proposed_words, found.proposed_by, found.proposed_by_name = why, actor.user_id, actor.name[:100]
    found.proposed_at = now
    found.save(update_fields=["proposed_words", "proposed_by", "proposed_by_name", "proposed_at"])
    _tell("review.restore_proposed", found.kind, [found.key], actor, now, reason=why)
    return found


@transaction.atomic
def confirm_restore(*, down_id: int, actor: Actor, now: dt.datetime) -> TakeDown:
    """The second. What is approved is shown again. Refused: not_down, not_proposed, own_proposal, nobody."""
    found = _proposed(down_id, actor)
    if found.proposed_by == actor.user_id:
        raise Refused("own_proposal")
    found.confirmed_by, found.confirmed_by_name, found.restored_at = actor.user_id, actor.name[:100], now
    found.save(update_fields=["confirmed_by", "confirmed_by_name", "restored_at"])
    _tell("review.restored", found.kind, [found.key], actor, now, reason=found.proposed_words)
    return found


@transaction.atomic
def decline_restore(*, down_id: int, words: str, actor: Actor, now: dt.datetime) -> TakeDown:
    """It stays down; by anybody who may restore, also who proposed it. Refused: not_down, not_proposed, no_reason,
    reason_too_long, nobody."""
    why, found = _checked(words), _proposed(down_id, actor)
    found.proposed_words, found.proposed_by, found.proposed_by_name, found.proposed_at = "", None, "", None
    found.save(update_fields=["proposed_words", "proposed_by", "proposed_by_name", "proposed_at"])
    _tell("review.restore_declined", found.kind, [found.key], actor, now, reason=why)
    return found


def _open(down_id: int, actor: Actor) -> TakeDown:
    if actor.user_id is None:
        raise Refused("nobody")
    found = TakeDown.objects.select_for_update().filter(pk=down_id, restored_at=None).first()
    if found is None:
        raise Refused("not_down")
    return found


def _proposed(down_id: int, actor: Actor) -> TakeDown:
    found = _open(down_id, actor)
    if found.proposed_at is None:
        raise Refused("not_proposed")
    return found


def _checked(reason: str) -> str:
    why = reason.strip()
    if not why:
        raise Refused("no_reason")
    if len(why) > LONGEST_REASON:
        raise Refused("reason_too_long", str(LONGEST_REASON))
    return why


def _tell(name: str, kind: str, keys: Sequence[str], actor: Actor, now: dt.datetime, **detail: Any) -> None:
    if keys:
        journal.record(name=name, **about(kind, keys), actor=actor, now=now, **detail)
