"""Who somebody is: asked of a register, or looked at by a person at a counter. One document leads to one account."""

import datetime as dt
import secrets

from django.db import IntegrityError, transaction
from django.utils import timezone

from wenmai.journal import services as journal
from wenmai.lib import bulk, vault
from wenmai.lib.access import Actor
from wenmai.lib.levels import Level
from wenmai.lib.refusal import Refused
from wenmai.people.checkers import Checker
from wenmai.people.models import CounterCode, Identity, IdentityTry, User
from wenmai.people.queries.identities import can_log_in
from wenmai.people.rules import (
    COUNTER_MINUTES,
    HELD_H,
    IDENTITY_TRIES,
    Document,
    plain_name,
)
from wenmai.people.services.merges import adopt

NUMBER, NAME = "people.identity_number", "people.identity_name"


def check_identity(
    *, user_id: int, document: Document, holder: str, checker: Checker, actor: Actor, now: dt.datetime
) -> Level:
    """Asks the register whether name and number belong together. The question is written down before it is asked.

    Refused: document_name, identity_there, identity_tries, document_taken, identity_unanswered, identity_mismatch.
    """
    holder = plain_name(holder)
    tried = _begin_try(user_id, document, now)
    match = checker.check(document, holder)
    if match is None:
        raise Refused("identity_unanswered")
    outcome = IdentityTry.Outcome.MATCH if match else IdentityTry.Outcome.MISMATCH
    IdentityTry.objects.filter(pk=tried).update(outcome=outcome)
    if not match:
        raise Refused("identity_mismatch")
    with transaction.atomic():
        _write(user_id, document, holder, Level.REAL_NAME, checker.name, now)
        _tell("people.identity_checked", user_id, actor, now, level=int(Level.REAL_NAME), by=checker.name)
    return Level.REAL_NAME


@transaction.atomic
def confirm_in_person(
    *, user_id: int, document: Document, holder: str, place: str, actor: Actor, now: dt.datetime
) -> Level:
    """Somebody at a counter (`place`) has seen the document and its holder. What a register confirmed for another
    account gives way to it; what another counter confirmed does not, unless its account is one that nobody can log in
    to: that one is merged into this.

    Refused: document_name, identity_own (nobody confirms themselves), unknown_user, document_taken.
    """
    holder = plain_name(holder)
    if user_id == actor.user_id:
        raise Refused("identity_own")
    if not User.objects.select_for_update().filter(pk=user_id, is_active=True).exists():
        raise Refused("unknown_user", str(user_id))
    Identity.objects.filter(user_id=user_id).delete()
    _give_way(user_id, document, actor, now)
    Identity.objects.filter(user_id=user_id).delete()
    _write(user_id, document, holder, Level.IN_PERSON, place, now)
    User.objects.filter(pk=user_id).update(level_held_until=None)
    CounterCode.objects.filter(user_id=user_id).delete()
    _tell("people.identity_checked", user_id, actor, now, level=int(Level.IN_PERSON), by=place)
    return Level.IN_PERSON


@transaction.atomic
def forget_identity(*, user_id: int, actor: Actor, now: dt.datetime) -> None:
    """By its owner, who takes the consent back, or by staff who undoes a mistake: name and number are gone.

    Refused: identity_missing.
    """
    if not Identity.objects.filter(user_id=user_id).delete()[0]:
        raise Refused("identity_missing")
    _tell("people.identity_forgotten", user_id, actor, now)


@transaction.atomic
def counter_code(*, user_id: int, now: dt.datetime) -> str:
    """Eight digits to be shown at a counter; a new one makes the one before void."""
    CounterCode.objects.filter(expires_at__lte=now).delete()
    code = f"{secrets.randbelow(10**8):08d}"
    CounterCode.objects.update_or_create(
        user_id=user_id,
        defaults={"code_index": _code_index(code), "expires_at": now + dt.timedelta(minutes=COUNTER_MINUTES)},
    )
    return code


def hold_level(*, user_id: int, actor: Actor, now: dt.datetime) -> bool:
    """A means of coming in was changed on the strength of one factor: whoever did it waits before it counts as two.

    Only where there is something to protect; returns whether there was.
    """
    if not Identity.objects.filter(user_id=user_id).exists():
        return False
    until = now + dt.timedelta(hours=HELD_H)
    User.objects.filter(pk=user_id).update(level_held_until=until)
    _tell("people.level_held", user_id, actor, now, until=timezone.localtime(until).isoformat(timespec="minutes"))
    return True


def number_index(document: Document) -> str:
    return vault.index(f"{document.kind} {document.number}", purpose=NUMBER)


def _code_index(code: str) -> str:
    return vault.index(code, purpose="people.counter_code")


@transaction.atomic
def _begin_try(user_id: int, document: Document, now: dt.datetime) -> int:
    """One after the other, for the account and for the number: who guesses whose number it is gets few tries."""
    index = number_index(document)
    for word in sorted((f"people.identity:{user_id}", f"people.identity:{index}")):
        bulk.lock(word)
    there = Identity.objects.filter(user_id=user_id).values_list("level", flat=True).first()
    if there is not None:
        raise Refused("identity_there")
    if Identity.objects.filter(number_index=index).exists():
        raise Refused("document_taken")
    since = now - dt.timedelta(seconds=IDENTITY_TRIES.seconds)
    tries = IdentityTry.objects.filter(asked_at__gt=since)
    if max(tries.filter(user_id=user_id).count(), tries.filter(number_index=index).count()) >= IDENTITY_TRIES.most:
        raise Refused("identity_tries")
    return IdentityTry.objects.create(user_id=user_id, number_index=index, asked_at=now).pk


def _give_way(user_id: int, document: Document, actor: Actor, now: dt.datetime) -> None:
    others = Identity.objects.select_for_update().filter(number_index=number_index(document)).exclude(user_id=user_id)
    for other in others:
        if other.level >= Level.IN_PERSON:
            if can_log_in(other.user):
                raise Refused("document_taken")
            adopt(kept_id=user_id, gone_id=other.user_id, actor=actor, now=now)
            continue
        other.delete()
        _tell("people.identity_given_way", other.user_id, actor, now)


def _write(user_id: int, document: Document, holder: str, level: Level, by: str, now: dt.datetime) -> None:
    try:
        with transaction.atomic():
            Identity.objects.create(
                user_id=user_id, level=level, document=document.kind,
                number_sealed=vault.seal(document.number, purpose=NUMBER), number_index=number_index(document),
                name_sealed=vault.seal(holder, purpose=NAME), checked_by=by[:80], checked_at=now,
            )  # fmt: skip
    except IntegrityError as taken:
        raise Refused("document_taken") from taken


def _tell(name: str, user_id: int, actor: Actor, now: dt.datetime, **detail: object) -> None:
    journal.record(name=name, subject_kind="user", subject_key=user_id, actor=actor, now=now, **detail)
