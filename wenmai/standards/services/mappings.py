"""Mappings of this node's own: added, renewed, retired, taken up again."""

import datetime as dt
import hashlib

from django.db import IntegrityError, transaction

from wenmai.journal import services as journal
from wenmai.lib import bulk
from wenmai.lib.access import Actor
from wenmai.lib.refusal import Refused
from wenmai.standards import queries
from wenmai.standards.models import MappingEdition, OwnMapping

NOTE_LIMIT, REASON_LIMIT = 300, 300


@transaction.atomic
def add_mapping(*, text: bytes, organisation_id: int | None, note: str, actor: Actor, now: dt.datetime) -> OwnMapping:
    """A mapping for an institution and those below it, or (None) for the whole node; its name is in the text.

    Refused: as `queries.read_mapping`, mapping_taken, long_note.
    """
    name = queries.read_mapping(text).name
    try:
        with transaction.atomic():
            mapping = OwnMapping.objects.create(name=name, organisation_id=organisation_id, created_at=now)
    except IntegrityError:
        raise Refused("mapping_taken", name) from None
    edition = _keep(mapping, text, note, actor, now)
    journal.record(
        name="standards.mapping_added", subject_kind="mapping", subject_key=name, actor=actor, now=now,
        organisation=organisation_id, digest=edition.digest, note=edition.note,
    )  # fmt: skip
    return mapping


@transaction.atomic
def renew_mapping(*, name: str, text: bytes, note: str, actor: Actor, now: dt.datetime) -> MappingEdition:
    """A new edition, which counts from now on; earlier ones stay.

    Refused: as `queries.read_mapping`, mapping_other (the text carries another name), mapping_retired,
    mapping_unchanged, long_note.
    """
    found = queries.read_mapping(text)
    mapping = _held(name)
    if found.name != name:
        raise Refused("mapping_other", found.name)
    if mapping.retired_at:
        raise Refused("mapping_retired", name)
    if queries.mapping_text(name) == text.decode():
        raise Refused("mapping_unchanged", name)
    edition = _keep(mapping, text, note, actor, now)
    journal.record(
        name="standards.mapping_renewed", subject_kind="mapping", subject_key=name, actor=actor, now=now,
        edition=edition.number, digest=edition.digest, note=edition.note,
    )  # fmt: skip
    return edition


@transaction.atomic
def retire_mapping(*, name: str, reason: str, actor: Actor, now: dt.datetime) -> None:
    """Nothing new is read through it. Refused: mapping_retired, no_reason, long_reason; mapping_used by the database,
    as long as a feed is read through it.
    """
    reason = _reason(reason)
    mapping = _held(name)
    if mapping.retired_at:
        raise Refused("mapping_retired", name)
    mapping.retired_at, mapping.retiring_reason = now, reason
    try:
        with transaction.atomic():
            mapping.save()
    except IntegrityError:
        raise Refused("mapping_used", name) from None
    journal.record(
        name="standards.mapping_retired", subject_kind="mapping", subject_key=name, actor=actor, now=now, reason=reason
    )


@transaction.atomic
def restore_mapping(*, name: str, actor: Actor, now: dt.datetime) -> None:
    """Undoes a retirement. Refused: mapping_not_retired."""
    mapping = _held(name)
    if not mapping.retired_at:
        raise Refused("mapping_not_retired", name)
    mapping.retired_at, mapping.retiring_reason = None, ""
    mapping.save()
    journal.record(name="standards.mapping_restored", subject_kind="mapping", subject_key=name, actor=actor, now=now)


def hold_mapping(*, name: str) -> None:
    """Until the transaction ends nobody renews or retires it. Costs nothing for those that come with the system."""
    if queries.is_own(name):
        bulk.lock(f"standards.mapping.{name}")


def _held(name: str) -> OwnMapping:
    hold_mapping(name=name)
    return OwnMapping.objects.select_for_update().get(name=name)


def _keep(mapping: OwnMapping, text: bytes, note: str, actor: Actor, now: dt.datetime) -> MappingEdition:
    note = note.strip()
    if len(note) > NOTE_LIMIT:
        raise Refused("long_note", str(NOTE_LIMIT))
    return MappingEdition.objects.create(
        mapping=mapping, number=mapping.editions.count() + 1, text=text.decode(), note=note,
        digest=hashlib.sha256(text).hexdigest(), decided_by=actor.user_id, decider_name=actor.name, at=now,
    )  # fmt: skip


def _reason(reason: str) -> str:
    reason = reason.strip()
    if not reason:
        raise Refused("no_reason")
    if len(reason) > REASON_LIMIT:
        raise Refused("long_reason", str(REASON_LIMIT))
    return reason
