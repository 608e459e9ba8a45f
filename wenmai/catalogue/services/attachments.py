"""Files that belong to records."""

import datetime as dt

from django.db import transaction
from django.db.models import Max

from wenmai.catalogue.models import Attachment, Record
from wenmai.catalogue.services.describing import describe_again
from wenmai.catalogue.services.locks import take_turn
from wenmai.journal import services as journal
from wenmai.lib import clock
from wenmai.lib.access import Actor
from wenmai.search import services as search
from wenmai.usage import services as usage


@transaction.atomic
def attach(*, record_id: int, object_id: int, label: str = "", actor: Actor, now: dt.datetime) -> Attachment:
    """Adds a stored file behind those that the record has; twice is once. The record's grade follows."""
    moment = take_turn()
    last = Attachment.objects.filter(record_id=record_id).aggregate(last=Max("position"))["last"]
    attachment, fresh = Attachment.objects.get_or_create(
        record_id=record_id,
        object_id=object_id,
        defaults={"position": 0 if last is None else last + 1, "label": label[:200]},
    )
    if fresh:
        _changed(record_id, moment)
        journal.record(
            name="catalogue.attached",
            subject_kind="record",
            subject_key=record_id,
            actor=actor,
            now=now,
            object=object_id,
        )
    return attachment


@transaction.atomic
def detach(*, attachment_id: int, actor: Actor, now: dt.datetime) -> None:
    """Takes a file off its record, once; the stored file itself is swept up later if nobody else has it."""
    moment = take_turn()
    attachment = Attachment.objects.filter(pk=attachment_id).first()
    if attachment is None:
        return
    attachment.delete()
    _changed(attachment.record_id, moment)
    journal.record(
        name="catalogue.detached", subject_kind="record", subject_key=attachment.record_id, actor=actor, now=now,
        object=attachment.object_id,
    )  # fmt: skip


def note_opening(hash: str, counted: bool) -> None:
    """A file was opened: a use for each institution whose visible records carry it."""
    carriers = Attachment.objects.filter(object__hash=hash, record__visible=True)
    for organisation_id in carriers.values_list("record__feed__organisation_id", flat=True).distinct()[:20]:
        usage.note(
            kind="file.open", subject_kind="file", subject_key=hash, organisation_id=organisation_id,
            now=clock.now(), counted=counted,
        )  # fmt: skip


def _changed(record_id: int, moment: dt.datetime) -> None:
    describe_again([record_id])
    Record.objects.filter(pk=record_id).update(changed_at=moment)
    search.push("record", [str(record_id)])
