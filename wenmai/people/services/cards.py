"""Cards that readers link to their accounts. What they type to prove one passes through here and is kept nowhere."""

import datetime as dt

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables

from wenmai.journal import services as journal
from wenmai.lib import bulk, vault
from wenmai.lib.access import Actor
from wenmai.lib.refusal import Refused
from wenmai.people.models import CardSystem, CardTry, ReaderCard
from wenmai.people.outside import systems as outside
from wenmai.people.outside.answers import UNREACHABLE, NotTheirs, SystemFailed
from wenmai.people.queries import cards as queries
from wenmai.people.queries import patrons
from wenmai.people.rules.cards import CARD_TRIES, GATES_OPEN, Holder, card_key, fold_card_number
from wenmai.people.services import standings
from wenmai.people.services.card_systems import note_answer, note_failure

PAUSE = dt.timedelta(minutes=1)
"""Between two questions about one card."""
MOST_CARDS = 20


@sensitive_variables("proof")
def link_card(*, user_id: int, system_id: int, number: str, proof: str, actor: Actor, now: dt.datetime) -> ReaderCard:
    """Asks the library, and links the card to the account; a card that is theirs already is brought up to date.

    A try counts before the library is asked, and not any more once it was right or nobody was there.
    Refused: card_number_missing, card_number_odd, card_system_off, card_tries, card_refused (unknown, or the proof is
    wrong), card_away, card_odd, card_unchecked (the library cannot tell), card_taken, card_too_many.
    """
    number = fold_card_number(number)
    system = _open(system_id)
    if system.kind == CardSystem.Kind.CAS:
        raise Refused("card_by_login")
    attempt = _count_try(user_id, now)
    try:
        holder = _prove(system, number, proof, now)
    except NotTheirs:
        raise Refused("card_refused") from None
    except SystemFailed as failure:
        if failure.code in UNREACHABLE:
            attempt.delete()
        raise _away(system_id, failure, now) from None
    note_answer(system_id=system_id)
    attempt.delete()
    return _write(user_id, system, holder, actor, now)


def cas_login_address(*, system_id: int, service: str) -> str:
    """Where a reader of this library logs in. Refused: card_system_off."""
    system = _open(system_id)
    if system.kind != CardSystem.Kind.CAS:
        raise Refused("card_system_off")
    return outside.cas_login_address(queries.reached(system), service=service)


def link_card_by_ticket(
    *, user_id: int, system_id: int, ticket: str, service: str, actor: Actor, now: dt.datetime
) -> ReaderCard:
    """The card of who logged in at the library's own page. Nothing can be guessed here, so no try is counted.

    Refused: card_system_off, card_ticket (no good, or used), card_away, card_odd, card_taken, card_too_many.
    """
    system = _open(system_id)
    if system.kind != CardSystem.Kind.CAS:
        raise Refused("card_system_off")
    try:
        holder = outside.prove_by_ticket(queries.reached(system), ticket=ticket, service=service, now=now)
    except NotTheirs:
        raise Refused("card_ticket") from None
    except SystemFailed as failure:
        raise _away(system_id, failure, now) from None
    note_answer(system_id=system_id)
    return _write(user_id, system, holder, actor, now)


def refresh_card(*, user_id: int, card_id: int, actor: Actor, now: dt.datetime) -> ReaderCard:
    """How the library stands to it now. Refused: unknown_card, card_system_off, card_too_soon, card_by_login (only its
    owner's login can tell), card_away, card_odd."""
    card = _own(user_id, card_id)
    system = _open(card.system_id)
    if system.kind == CardSystem.Kind.CAS:
        raise Refused("card_by_login")
    if now - card.checked_at < PAUSE:
        raise Refused("card_too_soon")
    try:
        holder = _look(system, queries.number_of(card), now)
    except SystemFailed as failure:
        raise _away(system.pk, failure, now) from None
    note_answer(system_id=system.pk)
    with transaction.atomic():
        card = _own(user_id, card_id, lock=True)
        before = card.standing
        standings.hear(card, holder, now=now)
        _stand(card, before, actor, now)
    return card


@transaction.atomic
def unlink_card(*, user_id: int, card_id: int, actor: Actor, now: dt.datetime) -> None:
    """The card is free to be linked again, by whoever can prove it. Refused: unknown_card."""
    card = _own(user_id, card_id, lock=True)
    standings.revoke_papers([card.pk], now)
    card.delete()
    journal.record(
        name="people.card_unlinked", subject_kind="user", subject_key=user_id, actor=actor, now=now,
        organisation=card.system.organisation_id,
    )  # fmt: skip


@transaction.atomic
def _count_try(user_id: int, now: dt.datetime) -> CardTry:
    bulk.lock(f"people.card_try:{user_id}")
    tries = CardTry.objects.filter(user_id=user_id)
    for limit in CARD_TRIES:
        if tries.filter(at__gt=now - dt.timedelta(seconds=limit.seconds)).count() >= limit.most:
            raise Refused("card_tries")
    return CardTry.objects.create(user_id=user_id, at=now)


@transaction.atomic
def _write(user_id: int, system: CardSystem, holder: Holder, actor: Actor, now: dt.datetime) -> ReaderCard:
    """The library's spelling of the number counts, so that one card by two names is one."""
    index = vault.index(card_key(system.organisation_id, holder.number), purpose=queries.NUMBER)
    there = ReaderCard.objects.select_for_update().filter(number_index=index).first()
    if there is not None:
        if there.user_id != user_id:
            raise Refused("card_taken")
        before, there.system = there.standing, system
        standings.accept(there, holder, now=now, is_proved=True)
        _stand(there, before, actor, now)
        return there
    if ReaderCard.objects.filter(user_id=user_id).count() >= MOST_CARDS:
        raise Refused("card_too_many", str(MOST_CARDS))
    card = ReaderCard(
        user_id=user_id, system=system, number_index=index, linked_at=now,
        linked_by_id=actor.user_id if actor.on_behalf else None,
    )  # fmt: skip
    standings.accept(card, holder, now=now, is_proved=True)
    try:
        with transaction.atomic():
            card.save()
    except IntegrityError as taken:
        raise Refused("card_taken") from taken
    journal.record(
        name="people.card_linked", subject_kind="user", subject_key=user_id, actor=actor, now=now,
        organisation=system.organisation_id,
    )  # fmt: skip
    return card


def _stand(card: ReaderCard, before: str, actor: Actor, now: dt.datetime) -> None:
    card.save()
    if card.standing not in GATES_OPEN:
        standings.revoke_papers([card.pk], now)
    if before != card.standing:
        journal.record(
            name="people.card_standing_changed", subject_kind="user", subject_key=card.user_id, actor=actor, now=now,
            organisation=card.system.organisation_id, before=before, after=str(card.standing),
        )  # fmt: skip


@sensitive_variables("proof")
def _prove(system: CardSystem, number: str, proof: str, now: dt.datetime) -> Holder:
    if system.kind == CardSystem.Kind.FILE:
        return patrons.prove(system, number=number, proof=proof, today=timezone.localdate(now))
    return outside.prove(queries.reached(system), number=number, proof=proof, now=now)


def _look(system: CardSystem, number: str, now: dt.datetime) -> Holder:
    if system.kind == CardSystem.Kind.FILE:
        return patrons.look(system, number=number, today=timezone.localdate(now))
    return outside.look(queries.reached(system), number=number, now=now)


def _away(system_id: int, failure: SystemFailed, now: dt.datetime) -> Refused:
    note_failure(system_id=system_id, code=failure.code, now=now)
    if failure.code == "unchecked":
        return Refused("card_unchecked")
    return Refused("card_away" if failure.code in UNREACHABLE or failure.code == "offline" else "card_odd")


def _open(system_id: int) -> CardSystem:
    found = CardSystem.objects.filter(pk=system_id, is_on=True, organisation__closed_on=None).first()
    if found is None:
        raise Refused("card_system_off")
    return found


def _own(user_id: int, card_id: int, *, lock: bool = False) -> ReaderCard:
    rows = ReaderCard.objects.select_related("system")
    if lock:
        rows = rows.select_for_update(of=("self",))
    found = rows.filter(user_id=user_id, pk=card_id).first()
    if found is None:
        raise Refused("unknown_card")
    return found
