"""Accounts of children: made by a guardian, or there already and linked with proof of both."""

import datetime as dt
from typing import NamedTuple

from django.db import IntegrityError, transaction
from django.utils import timezone

from wenmai.journal import services as journal
from wenmai.lib import vault
from wenmai.lib.access import Actor
from wenmai.lib.refusal import Refused
from wenmai.people.families import queries, rules
from wenmai.people.families.models import Child, FamilyCode, Guardianship
from wenmai.people.families.services.codes import born_index, take_code
from wenmai.people.families.services.consents import write_consent
from wenmai.people.families.services.guardians import require_guardian, tie
from wenmai.people.models import RoleGrant, User
from wenmai.people.services.accounts import create_user, first_password, promises_kept, reset_password


class NewChild(NamedTuple):
    """Without a password the child comes in by codes that a guardian shows."""

    name: str
    username: str
    born: dt.date
    password: str = ""


class Tie(NamedTuple):
    """How a child and its first guardian came together here; `is_new`: its account was made for that."""

    way: Guardianship.Way
    place: str = ""
    is_new: bool = False


@transaction.atomic
def make_child(*, guardian_id: int, new: NewChild, actor: Actor, now: dt.datetime) -> User:
    """With the guardian's consent to the basic purpose, which is what the call says.

    Refused: guardian_young, guardian_age_unknown, guardian_full, born_later, born_of_age, and as `create_user`.
    """
    require_guardian(guardian_id, now)
    account = _create(new, actor, now)
    _bind(account.pk, guardian_id, new.born, Tie(Guardianship.Way.MADE, is_new=True), actor, now)
    return account


@transaction.atomic
def link_child(*, guardian_id: int, code: str, born: dt.date, actor: Actor, now: dt.datetime) -> User:
    """The child has shown the code on its own telephone, logged in, with the same birth date.

    Refused: family_code_over, born_differs, child_is_staff, child_has_family, child_guards, and as `make_child`.
    """
    require_guardian(guardian_id, now)
    shown = take_code(code=code, purpose=rules.LINK, now=now)
    _require_linkable(shown, born, guardian_id)
    _bind(shown.user_id, guardian_id, born, Tie(Guardianship.Way.LINKED), actor, now)
    return shown.user


@transaction.atomic
def link_at_counter(
    *, guardian_id: int, code: str = "", new: NewChild | None = None, born: dt.date, place: str, actor: Actor,
    now: dt.datetime,
) -> User:  # fmt: skip
    """A clerk has seen the guardian's document and the proof of kinship: the child has shown a code, or is new.

    Refused: guardian_own (nobody does it for themselves), and as `link_child` and `make_child`.
    """
    if guardian_id == actor.user_id:
        raise Refused("guardian_own")
    require_guardian(guardian_id, now, seen=True)
    if new is not None:
        account = _create(new, actor, now)
    else:
        shown = take_code(code=code, purpose=rules.LINK, now=now)
        _require_linkable(shown, born, guardian_id)
        account = shown.user
    _bind(account.pk, guardian_id, born, Tie(Guardianship.Way.COUNTER, place, new is not None), actor, now)
    return account


@transaction.atomic
def set_password(*, child_id: int, guardian_id: int, password: str, actor: Actor, now: dt.datetime) -> None:
    """By a guardian who made the account, while the child is under 14. Every session of the child ends.

    Refused: unknown_child, child_own_password, weak_password.
    """
    found = Child.objects.select_for_update().filter(user_id=child_id).first()
    if found is None or not queries.is_guardian(guardian_id, child_id):
        raise Refused("unknown_child")
    if found.stage != rules.UNDER_14 or not found.is_made:
        raise Refused("child_own_password")
    reset_password(user_id=child_id, password=password, actor=actor, now=now)
    User.objects.filter(pk=child_id).update(password_is_first=False)


def _create(new: NewChild, actor: Actor, now: dt.datetime) -> User:
    rules.require_child(new.born, timezone.localdate(now))
    account = create_user(
        username=new.username, name=new.name, password=new.password or first_password(), actor=actor, now=now
    )  # fmt: skip
    if not new.password:
        account.set_unusable_password()
        account.save(update_fields=["password"])
    return account


def _require_linkable(shown: FamilyCode, born: dt.date, guardian_id: int) -> None:
    child_id = shown.user_id
    if shown.born_index != born_index(child_id, born):
        raise Refused("born_differs")
    known = queries.born_of_identity(child_id)
    if known is not None and known != born:
        raise Refused("born_differs")
    if child_id == guardian_id or Guardianship.objects.filter(guardian_id=child_id, ended_at=None).exists():
        raise Refused("child_guards")
    if RoleGrant.objects.filter(user_id=child_id).exists():
        raise Refused("child_is_staff")


def _bind(child_id: int, guardian_id: int, born: dt.date, how: Tie, actor: Actor, now: dt.datetime) -> None:
    """Guardian and consent first: the table of children asks for them. Who is 14 and has shown a code consents by
    that; who is 14 and new here is asked when they come in."""
    today = timezone.localdate(now)
    rules.require_child(born, today)
    stage = rules.stage_on(born, today)
    tie(child_id=child_id, guardian_id=guardian_id, way=how.way, place=how.place, actor=actor, now=now)
    young = stage == rules.UNDER_14
    if young or not how.is_new:
        giver = guardian_id if young else child_id
        write_consent(child_id=child_id, giver_id=giver, purpose=rules.BASIC, place=how.place, actor=actor, now=now)
    try:
        with promises_kept(), transaction.atomic():
            Child.objects.create(
                user_id=child_id, stage=stage, changes_in=rules.year_of_change(born, today), since_at=now,
                is_made=how.is_new,
                born_sealed=vault.seal(f"{child_id} {born.isoformat()}", purpose="people.child_born"),
            )  # fmt: skip
    except IntegrityError as there:
        raise Refused("child_has_family") from there
    _tell("people.child_tied", child_id, actor, now, way=str(how.way), stage=stage)


def _tell(name: str, child_id: int, actor: Actor, now: dt.datetime, **detail: object) -> None:
    journal.record(name=name, subject_kind="user", subject_key=child_id, actor=actor, now=now, **detail)
