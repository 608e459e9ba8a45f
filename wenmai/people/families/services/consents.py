"""Consents for children: given for one purpose to one text, and taken back."""

import datetime as dt

from django.db import IntegrityError, transaction

from wenmai.journal import services as journal
from wenmai.lib.access import Actor
from wenmai.lib.refusal import Refused
from wenmai.people.families import queries, rules
from wenmai.people.families.models import Child, GuardianConsent
from wenmai.people.services.accounts import promises_kept, switch_off, switch_on
from wenmai.people.services.readers import end_sessions


@transaction.atomic
def give_consent(*, child_id: int, purpose: str, actor: Actor, now: dt.datetime) -> None:
    """By a guardian under 14, from then on by the child itself. The basic one opens a closed account again.

    Refused: unknown_child, unknown_purpose, consent_not_yours.
    """
    child = _locked(child_id, actor)
    if purpose not in rules.CONSENTS[rules.CONSENT_VERSION]:
        raise Refused("unknown_purpose")
    if purpose in queries.consented(child_id):
        return
    write_consent(child_id=child_id, giver_id=actor.user_id, purpose=purpose, actor=actor, now=now)
    if purpose == rules.BASIC and child.closed_at is not None:
        Child.objects.filter(pk=child.pk).update(closed_at=None)
        with promises_kept():
            switch_on(user_id=child_id, actor=actor, now=now)
        _tell("people.child_opened", child_id, actor, now)


@transaction.atomic
def withdraw_consent(*, child_id: int, purpose: str, actor: Actor, now: dt.datetime) -> bool:
    """By who may give it. Without the basic one the account is closed at once, for 30 days until it is destroyed;
    returns whether it was.

    Refused: unknown_child, unknown_purpose, consent_not_yours.
    """
    child = _locked(child_id, actor)
    found = GuardianConsent.objects.filter(child_id=child_id, purpose=purpose, ended_at=None)
    if not found.exists():
        raise Refused("unknown_purpose")
    closes = purpose == rules.BASIC
    if closes:
        Child.objects.filter(pk=child.pk).update(closed_at=now)
        switch_off(user_id=child_id, actor=actor, now=now)
        end_sessions(user_id=child_id, keep="", actor=actor, now=now)
        _tell("people.child_closed", child_id, actor, now)
    found.update(ended_at=now, ended_by_id=actor.user_id, ending=GuardianConsent.Ending.WITHDRAWN)
    _tell("people.guardian_consent_withdrawn", child_id, actor, now, purpose=purpose)
    return closes


def write_consent(
    *, child_id: int, giver_id: int | None, purpose: str, place: str = "", actor: Actor, now: dt.datetime
) -> None:
    """Refused: child_has_family (an open one is there)."""
    try:
        with transaction.atomic():
            GuardianConsent.objects.create(
                child_id=child_id, giver_id=giver_id, purpose=purpose, text_version=rules.CONSENT_VERSION,
                place=place[:80], given_at=now,
            )  # fmt: skip
    except IntegrityError as there:
        raise Refused("child_has_family") from there
    _tell(
        "people.guardian_consent_given", child_id, actor, now, purpose=purpose, version=rules.CONSENT_VERSION,
        giver=giver_id,
    )  # fmt: skip


def _locked(child_id: int, actor: Actor) -> Child:
    found = Child.objects.select_for_update().filter(user_id=child_id).first()
    own = actor.user_id == child_id
    if found is None or not (own or queries.is_guardian(actor.user_id or 0, child_id)):
        raise Refused("unknown_child")
    if own == (found.stage == rules.UNDER_14):
        raise Refused("consent_not_yours")
    return found


def _tell(name: str, child_id: int, actor: Actor, now: dt.datetime, **detail: object) -> None:
    journal.record(name=name, subject_kind="user", subject_key=child_id, actor=actor, now=now, **detail)
