"""One guardian wants the other out: both know of it, and it takes effect after some days unless it is taken back."""

import datetime as dt

from django.db import transaction

from wenmai.journal import services as journal
from wenmai.lib.access import SYSTEM, Actor
from wenmai.lib.refusal import Refused
from wenmai.people.families import queries, rules
from wenmai.people.families.models import Child, Guardianship
from wenmai.people.families.services import notices
from wenmai.people.services.accounts import promises_kept


@transaction.atomic
def ask_removal(*, child_id: int, guardian_id: int, actor: Actor, now: dt.datetime) -> dt.datetime:
    """Of the other guardian of the same child; when it takes effect. Asked twice, it stays as it was asked first.

    Refused: unknown_child (one of the two does not look after it, or it is the same).
    """
    found = _locked(child_id, guardian_id, actor)
    if found.removal_at is None:
        found.removal_at = now + dt.timedelta(days=rules.REMOVAL_DAYS)
        found.removal_by_id = actor.user_id
        found.save(update_fields=["removal_at", "removal_by"])
        _tell("people.guardian_removal_asked", child_id, actor, now, guardian=guardian_id)
        notices.tell(guardian_id, child_id, "removal_asked", now)
    return found.removal_at


@transaction.atomic
def take_removal_back(*, child_id: int, guardian_id: int, actor: Actor, now: dt.datetime) -> None:
    """By who asked for it. Refused: unknown_child, removal_over."""
    found = _locked(child_id, guardian_id, actor)
    if found.removal_at is None or found.removal_by_id != actor.user_id:
        raise Refused("removal_over")
    _void(found, actor, now)
    notices.tell(guardian_id, child_id, "removal_taken_back", now)


def follow_removals(*, now: dt.datetime) -> int:
    """Those whose days are over; how many. A child under 14 keeps its last guardian whatever was asked for."""
    due = Guardianship.objects.filter(removal_at__lte=now, ended_at=None).order_by("removal_at", "pk")
    return sum(_follow(number, now) for number in list(due.values_list("pk", flat=True)))


@transaction.atomic
def _follow(number: int, now: dt.datetime) -> bool:
    child_id = Guardianship.objects.values_list("child_id", flat=True).get(pk=number)
    Child.objects.select_for_update().filter(user_id=child_id).first()
    found = Guardianship.objects.select_for_update().filter(pk=number, ended_at=None, removal_at__lte=now).first()
    if found is None:
        return False
    if not queries.is_guardian(found.removal_by_id or 0, child_id):
        _void(found, SYSTEM, now)
        return False
    try:
        end(found, Guardianship.Ending.REMOVED, SYSTEM, now)
    except Refused:
        _void(found, SYSTEM, now)
        return False
    notices.tell(found.guardian_id, child_id, "removed", now)
    return True


def end(found: Guardianship, ending: "Guardianship.Ending", actor: Actor, now: dt.datetime) -> None:
    """What this one had asked about the other is void; a child that nobody looks after any more is told.

    Refused: guardian_last.
    """
    child_id, guardian_id = found.child_id, found.guardian_id
    found.ended_at, found.ending, found.removal_at, found.removal_by_id = now, ending, None, None
    with promises_kept():
        found.save(update_fields=["ended_at", "ending", "removal_at", "removal_by"])
    Guardianship.objects.filter(child_id=child_id, removal_by_id=guardian_id).update(removal_at=None, removal_by=None)
    _tell("people.guardian_ended", child_id, actor, now, guardian=guardian_id, ending=str(ending))
    if not Guardianship.objects.filter(child_id=child_id, ended_at=None).exists():
        notices.tell(child_id, guardian_id, "alone", now)


def _void(found: Guardianship, actor: Actor, now: dt.datetime) -> None:
    found.removal_at, found.removal_by_id = None, None
    found.save(update_fields=["removal_at", "removal_by"])
    _tell("people.guardian_removal_void", found.child_id, actor, now, guardian=found.guardian_id)


def _locked(child_id: int, guardian_id: int, actor: Actor) -> Guardianship:
    Child.objects.select_for_update().filter(user_id=child_id).first()
    found = Guardianship.objects.filter(child_id=child_id, guardian_id=guardian_id, ended_at=None).first()
    if found is None or guardian_id == actor.user_id or not queries.is_guardian(actor.user_id or 0, child_id):
        raise Refused("unknown_child")
    return found


def _tell(name: str, child_id: int, actor: Actor, now: dt.datetime, **detail: object) -> None:
    journal.record(name=name, subject_kind="user", subject_key=child_id, actor=actor, now=now, **detail)
