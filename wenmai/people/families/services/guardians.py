"""Guardians: one joins, one goes; the tables keep their promises when two go at once."""

import datetime as dt

from django.db import IntegrityError, transaction
from django.utils import timezone

from wenmai.journal import services as journal
from wenmai.lib.access import Actor
from wenmai.lib.refusal import Refused
from wenmai.people.families import queries, rules
from wenmai.people.families.models import Child, Guardianship
from wenmai.people.families.services.codes import take_code
from wenmai.people.families.services.removals import end
from wenmai.people.models import User
from wenmai.people.services.accounts import locked, promises_kept


@transaction.atomic
def accept(*, guardian_id: int, code: str, actor: Actor, now: dt.datetime) -> User:
    """The second guardian says yes to the first one's invitation; the consents that are there go on.

    Refused: family_code_over, guardian_young, guardian_age_unknown, guardian_full, guardians_full, guardian_already.
    """
    require_guardian(guardian_id, now)
    invited = take_code(code=code, purpose=rules.INVITE, now=now)
    if not queries.is_guardian(invited.made_by_id, invited.user_id):
        raise Refused("family_code_over")
    tie(child_id=invited.user_id, guardian_id=guardian_id, way=Guardianship.Way.INVITED, actor=actor, now=now)
    return invited.user


@transaction.atomic
def end_guardianship(*, child_id: int, actor: Actor, now: dt.datetime) -> None:
    """By the guardian for oneself, at once: also who agrees to being removed. Never by the child.

    Refused: unknown_child, guardian_last (of a child under 14).
    """
    Child.objects.select_for_update().filter(user_id=child_id).first()
    found = Guardianship.objects.filter(child_id=child_id, guardian_id=actor.user_id, ended_at=None).first()
    if found is None:
        raise Refused("unknown_child")
    end(found, Guardianship.Ending.LEFT, actor, now)


def tie(
    *, child_id: int, guardian_id: int, way: Guardianship.Way, place: str = "", actor: Actor, now: dt.datetime
) -> Guardianship:
    """Refused: guardians_full, guardian_already."""
    try:
        with promises_kept(), transaction.atomic():
            made = Guardianship.objects.create(
                child_id=child_id, guardian_id=guardian_id, way=way, place=place[:80], since_at=now
            )
    except IntegrityError as there:
        raise Refused("guardian_already") from there
    _tell("people.guardian_joined", child_id, actor, now, guardian=guardian_id, way=str(way), place=place)
    return made


def require_guardian(user_id: int, now: dt.datetime, *, seen: bool = False) -> User:
    """Locked, so that nobody takes in one child too many. `seen`: somebody at a counter has looked at the document.

    Refused: unknown_user, guardian_young, guardian_age_unknown (the document tells no birth date), guardian_full.
    """
    account, today = locked(user_id), timezone.localdate(now)
    born = queries.born_of_identity(user_id)
    if queries.is_child(user_id) or (born is not None and rules.age_on(born, today) < rules.MAJORITY):
        raise Refused("guardian_young")
    if born is None and not seen:
        raise Refused("guardian_age_unknown")
    if Guardianship.objects.filter(guardian_id=user_id, ended_at=None).count() >= rules.MOST_CHILDREN:
        raise Refused("guardian_full", str(rules.MOST_CHILDREN))
    return account


def _tell(name: str, child_id: int, actor: Actor, now: dt.datetime, **detail: object) -> None:
    """In the child's trail; a guardian's number is in the detail."""
    journal.record(name=name, subject_kind="user", subject_key=child_id, actor=actor, now=now, **detail)
