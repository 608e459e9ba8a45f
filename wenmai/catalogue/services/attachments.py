"""Files that belong to records."""

import datetime as dt
from collections.abc import Sequence

from django.db import transaction
from django.db.models import Max

from wenmai.catalogue.models import Arrival as Policy
from wenmai.catalogue.models import Attachment, Record
from wenmai.catalogue.services.describing import describe_again
from wenmai.catalogue.services.locks import take_turn
from wenmai.catalogue.services.publication import own_work
from wenmai.files import queries as files
from wenmai.journal import services as journal
from wenmai.lib import clock
from wenmai.lib.access import Actor
from wenmai.lib.refusal import Refused
from wenmai.search import services as search
from wenmai.standards import queries as standards
from wenmai.usage import services as usage

CAPTIONS = "captions"
PLAYED = ("audio", "video")


@transaction.atomic
def attach(*, record_id: int, object_id: int, label: str = "", actor: Actor, now: dt.datetime) -> Attachment:
    """Adds a stored file behind those that the record has; twice is once. The record's grade follows.

    Where the feed's records wait for a reviewer, its files do too. Refused: captions_alone (use `caption`).
    """
    if _kind(object_id) == CAPTIONS:
        raise Refused("captions_alone")
    return _add(Attachment(record_id=record_id, object_id=object_id, label=label[:200]), actor, now)


@transaction.atomic
def caption(*, attachment_id: int, object_id: int, language: str, actor: Actor, now: dt.datetime) -> Attachment:
    """Adds stored captions to a recording or film of a record, one for each language; the same ones twice are once.

    `language` is a code of the vocabulary. Refused: not_captions, not_played, unknown_language, captions_there.
    """
    if _kind(object_id) != CAPTIONS:
        raise Refused("not_captions")
    played = Attachment.objects.filter(pk=attachment_id, captions_of=None).first()
    if played is None or _kind(played.object_id) not in PLAYED:
        raise Refused("not_played")
    if language not in standards.vocabulary("language").terms:
        raise Refused("unknown_language", language[:35])
    there = Attachment.objects.filter(captions_of=played, language=language).first()
    if there is not None and there.object_id != object_id:
        raise Refused("captions_there", language)
    fresh = Attachment(record_id=played.record_id, object_id=object_id, captions_of=played, language=language)
    return _add(fresh, actor, now)


def _add(one: Attachment, actor: Actor, now: dt.datetime) -> Attachment:
    moment = take_turn()
    one.shown = Record.objects.filter(pk=one.record_id, feed__on_arrival=Policy.PUBLISH).exists()
    last = Attachment.objects.filter(record_id=one.record_id).aggregate(last=Max("position"))["last"]
    attachment, fresh = Attachment.objects.get_or_create(
        record_id=one.record_id,
        object_id=one.object_id,
        captions_of=one.captions_of,
        defaults={
            "position": 0 if last is None else last + 1,
            "label": one.label,
            "shown": one.shown,
            "language": one.language,
            "by_id": actor.user_id,
        },
    )
    if fresh:
        _changed([one.record_id] if one.shown else [], moment)
        detail = {"captions_of": one.captions_of_id, "language": one.language} if one.captions_of_id else {}
        journal.record(
            name="catalogue.attached", subject_kind="record", subject_key=one.record_id, actor=actor, now=now,
            object=one.object_id, **detail,
        )  # fmt: skip
    return attachment


def _kind(object_id: int) -> str:
    found = files.objects_by_id([object_id])
    return found[object_id].kind if object_id in found else ""


@transaction.atomic
def detach(*, attachment_id: int, actor: Actor, now: dt.datetime) -> None:
    """Takes a file off its record, once; the stored file itself is swept up later if nobody else has it."""
    moment = take_turn()
    attachment = Attachment.objects.filter(pk=attachment_id).first()
    if attachment is None:
        return
    attachment.delete()
    _changed([attachment.record_id] if attachment.shown else [], moment)
    journal.record(
        name="catalogue.detached", subject_kind="record", subject_key=attachment.record_id, actor=actor, now=now,
        object=attachment.object_id,
    )  # fmt: skip


@transaction.atomic
def approve_files(*, ids: Sequence[int], actor: Actor, now: dt.datetime) -> list[int]:
    """Shows files that waited for a reviewer: attachments, whose bytes cannot have changed since they were read.

    Returns those that were still waiting; what the reviewer put there is left to a colleague where duties stand apart.
    """
    moment = take_turn()
    there = Attachment.objects.filter(pk__in=list(ids), shown=False).order_by("pk")
    if own_work(actor):
        there = there.exclude(by_id=actor.user_id)
    done = list(there.values_list("pk", "record_id", "object_id"))
    Attachment.objects.filter(pk__in=[one[0] for one in done]).update(shown=True)
    _changed(sorted({one[1] for one in done}), moment)
    for _pk, record_id, object_id in done:
        journal.record(
            name="catalogue.file_approved", subject_kind="record", subject_key=record_id, actor=actor, now=now,
            object=object_id,
        )  # fmt: skip
    return [one[0] for one in done]


@transaction.atomic
def refuse_files(*, ids: Sequence[int], reason: str, actor: Actor, now: dt.datetime) -> list[int]:
    """Takes files that waited for a reviewer off their records, with the reason. Refused: no_reason."""
    if not reason.strip():
        raise Refused("no_reason")
    take_turn()
    there = Attachment.objects.filter(pk__in=list(ids), shown=False).order_by("pk")
    done = list(there.values_list("pk", "record_id", "object_id"))
    Attachment.objects.filter(pk__in=[one[0] for one in done]).delete()
    for _pk, record_id, object_id in done:
        journal.record(
            name="catalogue.file_refused", subject_kind="record", subject_key=record_id, actor=actor, now=now,
            object=object_id, reason=reason.strip()[:500],
        )  # fmt: skip
    return [one[0] for one in done]


def note_opening(hash: str, counted: bool) -> None:
    """A file was opened: a use for each institution whose visible records carry it."""
    carriers = Attachment.objects.filter(object__hash=hash, record__visible=True, shown=True)
    for organisation_id in carriers.values_list("record__feed__organisation_id", flat=True).distinct()[:20]:
        usage.note(
            kind="file.open", subject_kind="file", subject_key=hash, organisation_id=organisation_id,
            now=clock.now(), counted=counted,
        )  # fmt: skip


def _changed(ids: Sequence[int], moment: dt.datetime) -> None:
    """What readers see of these records is different."""
    if ids:
        describe_again(ids)
        Record.objects.filter(pk__in=list(ids)).update(changed_at=moment)
        search.push("record", [str(one) for one in ids])
