"""The systems that know an organisation's readers, as its administrators set them up."""

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from wenmai.journal import services as journal
from wenmai.lib import vault
from wenmai.lib.access import Actor
from wenmai.lib.refusal import Refused
from wenmai.people.models import CardSystem, Patron
from wenmai.people.outside import systems as outside
from wenmai.people.outside.answers import Step
from wenmai.people.queries import cards as queries
from wenmai.people.queries import patrons
from wenmai.people.rules.passes import NUMBERS
from wenmai.people.services.card_keys import signing_key

SECRET_GOES_TO = ("host", "port", "login", "is_tls", "ca", "tls", "bind_dn")
"""A secret that stands here is sent to none but those that it was typed for."""


@transaction.atomic
def add_card_system(
    *,
    organisation_id: int,
    kind: str,
    name: str,
    settings: Mapping[str, Any],
    secret: str,
    actor: Actor,
    now: dt.datetime,
) -> CardSystem:
    """Switched off at first. Refused: card_system_named (the organisation has one of that name)."""
    made = CardSystem(
        organisation_id=organisation_id, kind=kind, name=name.strip(), settings=dict(settings), created_at=now,
        secret_sealed=_sealed(secret),
    )  # fmt: skip
    _save(made)
    journal.record(
        name="people.card_system_added", subject_kind="card_system", subject_key=made.pk, actor=actor, now=now,
        organisation=organisation_id, kind=kind, title=made.name,
    )  # fmt: skip
    return made


@transaction.atomic
def change_card_system(
    *, system_id: int, name: str, settings: Mapping[str, Any], secret: str, actor: Actor, now: dt.datetime
) -> CardSystem:
    """An empty `secret` leaves the one that stands there. The journal says what changed, never the secret.

    Refused: unknown_card_system, card_system_named, card_secret_again (a secret that stands here, and another place
    that it would go to), card_proof_stays (what readers are asked for, while there are hashes of it).
    """
    row = _locked(system_id)
    moved = [key for key in SECRET_GOES_TO if row.settings.get(key) != settings.get(key)]
    if moved and row.secret_sealed and not secret:
        raise Refused("card_secret_again")
    if row.settings.get("proof") != settings.get("proof") and Patron.objects.filter(system=row).exists():
        raise Refused("card_proof_stays")
    before = {**row.settings, "title": row.name}
    row.name, row.settings = name.strip(), dict(settings)
    if secret:
        row.secret_sealed = _sealed(secret)
    _save(row)
    after = {**row.settings, "title": row.name}
    changed = sorted(key for key in {*before, *after} if before.get(key) != after.get(key))
    if changed or secret:
        journal.record(
            name="people.card_system_changed", subject_kind="card_system", subject_key=system_id, actor=actor, now=now,
            changed=[*changed, *(["secret"] if secret else [])],
        )  # fmt: skip
    return row


@transaction.atomic
def switch_card_system(*, system_id: int, is_on: bool, actor: Actor, now: dt.datetime) -> CardSystem:
    """Off: nobody links or renews a card by it; those that are linked stay. Refused: unknown_card_system."""
    row = _locked(system_id)
    if row.is_on != is_on:
        row.is_on = is_on
        row.save(update_fields=["is_on"])
        journal.record(
            name="people.card_system_switched", subject_kind="card_system", subject_key=system_id, actor=actor,
            now=now, to="on" if is_on else "off",
        )  # fmt: skip
    return row


@transaction.atomic
def open_electronic_cards(*, system_id: int, electronic: str, actor: Actor, now: dt.datetime) -> CardSystem:
    """Whether its cards can be shown as pictures, and what these say. Refused: unknown_card_system."""
    row = _locked(system_id)
    if electronic not in NUMBERS:
        raise Refused("unknown_card_system")
    if row.electronic != electronic:
        row.electronic = electronic
        row.save(update_fields=["electronic"])
        signing_key(now=now)  # gates that fetch the document before the first card is shown know the key
        journal.record(
            name="people.card_system_changed", subject_kind="card_system", subject_key=system_id, actor=actor, now=now,
            changed=["electronic"],
        )  # fmt: skip
    return row


def try_card_system(*, system_id: int, number: str, now: dt.datetime) -> list[Step]:
    """Asks it now, and changes nothing. Refused: unknown_card_system."""
    row = CardSystem.objects.filter(pk=system_id).first()
    if row is None:
        raise Refused("unknown_card_system")
    return list(_steps(row, number, now))


def note_failure(*, system_id: int, code: str, now: dt.datetime) -> None:
    """For the staff's page: since when and why readers get no answer."""
    CardSystem.objects.filter(pk=system_id).update(failed_at=now, failure=code)


def note_answer(*, system_id: int) -> None:
    """It answers again."""
    CardSystem.objects.filter(pk=system_id).exclude(failure="").update(failed_at=None, failure="")


def _steps(row: CardSystem, number: str, now: dt.datetime) -> Iterator[Step]:
    if row.kind == CardSystem.Kind.FILE:
        yield from patrons.try_out(row, number=number, today=timezone.localdate(now))
        return
    yield from outside.try_out(queries.reached(row), number=number, now=now)


def _locked(system_id: int) -> CardSystem:
    found = CardSystem.objects.select_for_update().filter(pk=system_id).first()
    if found is None:
        raise Refused("unknown_card_system")
    return found


def _sealed(secret: str) -> str:
    return vault.seal(secret, purpose=queries.SECRET) if secret else ""


def _save(row: CardSystem) -> None:
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as taken:
        raise Refused("card_system_named", row.name) from taken
