"""What turning 14 and 18 changes, and what becomes of closed accounts. Jobs that may run twice."""

import datetime as dt

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from wenmai.journal import services as journal
from wenmai.lib import personal
from wenmai.lib.access import SYSTEM, Actor
from wenmai.people.families import queries, rules
from wenmai.people.families.models import Child, ChildDay, ChildLimit, FamilyCode, GuardianConsent, Guardianship
from wenmai.people.families.services import notices
from wenmai.people.queries import phone_of


def follow_ages(*, now: dt.datetime) -> int:
    """Everybody whose birthday has come since the last time; returns how many. A child a transaction."""
    today = timezone.localdate(now)
    due = Child.objects.filter(changes_in__lte=today.year).order_by("pk")
    return sum(_follow(number, today, now) for number in list(due.values_list("pk", flat=True)))


@transaction.atomic
def _follow(number: int, today: dt.date, now: dt.datetime) -> bool:
    child = Child.objects.select_for_update().filter(pk=number).first()
    if child is None:
        return False
    born = queries.birth_of(child)
    stage = rules.stage_on(born, today)
    if stage == child.stage or (stage == rules.MAJORITY and child.closed_at is not None):
        return False
    for one in queries.guardians_of(child.user_id):
        notices.tell(one.id, child.user_id, f"grown{stage}", now)
    if stage == rules.MAJORITY:
        _let_go(child, now)
    else:
        child.stage, child.changes_in = stage, rules.year_of_change(born, today)
        child.save(update_fields=["stage", "changes_in"])
        _end_consents(child.user_id, GuardianConsent.Ending.GROWN, now)
    _tell("people.child_grown", child.user_id, SYSTEM, now, stage=stage)
    return True


@transaction.atomic
def forget_closed(*, numbers: list[int], now: dt.datetime) -> int:
    """Of children whose basic consent was withdrawn 30 days ago, all that is registered as theirs; how many."""
    rows = list(Child.objects.select_for_update().filter(pk__in=numbers).select_related("user"))
    for child in rows:
        personal.erase_all(personal.Person(child.user_id, phone_of(child.user)), now)
        _tell("people.child_forgotten", child.user_id, SYSTEM, now)
    return len(rows)


@transaction.atomic
def end_ties(*, user_id: int, now: dt.datetime) -> int:
    """Of an account that is closed for good, as a child and as a guardian; that they were stays on record."""
    ties = Guardianship.objects.filter(Q(child_id=user_id) | Q(guardian_id=user_id), ended_at=None)
    Guardianship.objects.filter(removal_by_id=user_id).update(removal_at=None, removal_by=None)
    return ties.update(ended_at=now, ending=Guardianship.Ending.CLOSED, removal_at=None, removal_by=None)


@transaction.atomic
def end_consents(*, user_id: int, now: dt.datetime) -> int:
    """For an account that is closed for good."""
    return _end_consents(user_id, GuardianConsent.Ending.CLOSED, now)


def _let_go(child: Child, now: dt.datetime) -> None:
    """The birth date goes with its row; that there were guardians and consents stays on record."""
    user_id = child.user_id
    child.delete()
    FamilyCode.objects.filter(user_id=user_id).delete()
    ChildLimit.objects.filter(child_id=user_id).delete()
    ChildDay.objects.filter(child_id=user_id).delete()
    ties = Guardianship.objects.filter(child_id=user_id, ended_at=None)
    ties.update(ended_at=now, ending=Guardianship.Ending.GROWN, removal_at=None, removal_by=None)
    _end_consents(user_id, GuardianConsent.Ending.GROWN, now)


def _end_consents(user_id: int, ending: "GuardianConsent.Ending", now: dt.datetime) -> int:
    return GuardianConsent.objects.filter(child_id=user_id, ended_at=None).update(ended_at=now, ending=ending)


def _tell(name: str, child_id: int, actor: Actor, now: dt.datetime, **detail: object) -> None:
    journal.record(name=name, subject_kind="user", subject_key=child_id, actor=actor, now=now, **detail)
