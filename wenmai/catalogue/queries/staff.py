"""Records as staff sees them, whatever their state."""

import datetime as dt
from collections.abc import Sequence
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet

from wenmai.catalogue.models import Attachment, Record, RecordVersion, State, Withdrawal
from wenmai.catalogue.queries.reviewing import Said, said_in_review
from wenmai.lib.numbers import row_number
from wenmai.standards import queries as standards


class StaffLine(NamedTuple):
    id: int
    title: str
    creator: str
    feed_name: str
    state: str
    deleted_at: dt.datetime | None
    waits: bool
    changed_at: dt.datetime


class Captions(NamedTuple):
    file: Attachment
    language: str


class Attached(NamedTuple):
    """A file of a record; to what is played captions can be added."""

    file: Attachment
    played: bool
    captions: list[Captions]


class StaffRecord(NamedTuple):
    """`versions` without raw bytes, newest first."""

    record: Record
    versions: list[RecordVersion]
    decisions: list[Said]
    withdrawals: list[Withdrawal]
    attachments: list[Attached]
    waits: bool

    @property
    def published_by_policy(self) -> bool:
        """The version shown came to be seen by its feed's policy, without a reviewer."""
        return any(one.number == self.record.shown_version and one.intake.published for one in self.versions)


def organisation_of(record_id: int) -> int | None:
    return organisations_of([record_id]).get(record_id)


def organisations_of(ids: Sequence[int]) -> dict[int, int]:
    """Record -> the organisation of its feed; unknown records are left out."""
    return dict(Record.objects.filter(id__in=list(ids)).values_list("id", "feed__organisation_id"))


def staff_lines(
    organisation_ids: "Sequence[int] | QuerySet[Any, int]", words: str, *, state: str, limit: int
) -> list[StaffLine]:
    """Records of these organisations by number, identifier, source key or the beginning of the title, newest first."""
    records: QuerySet[Record] = Record.objects.filter(feed__organisation_id__in=organisation_ids)
    if words:
        exact = Q(identifier=words) | Q(source_key=words) | Q(title__startswith=words)
        number = row_number(words)
        if number is not None:
            exact |= Q(pk=number)
        records = records.filter(exact)
    if state in State.values:
        records = records.filter(state=state)
    return [
        StaffLine(
            one.pk, one.title, one.creator, one.feed.name, one.state, one.deleted_at, one.shown_version != one.version,
            one.changed_at,
        )
        for one in records.select_related("feed").order_by("-id")[:limit]
    ]  # fmt: skip


def attached_files(record: Record) -> list[Attached]:
    """In their order, captions below what they belong to."""
    rows = list(record.attachments.select_related("object", "captions_of").order_by("position", "id"))
    whole = [one for one in rows if one.captions_of_id is None]
    return [
        Attached(
            one,
            one.object.media_type.startswith(("audio/", "video/")),
            [Captions(other, language_label(other.language)) for other in rows if other.captions_of_id == one.pk],
        )
        for one in whole
    ]


def language_label(code: str) -> str:
    return str(standards.vocabulary("language").label(code))


def staff_record(record_id: int) -> StaffRecord | None:
    record = Record.objects.select_related("feed", "work").filter(pk=record_id).first()
    if record is None:
        return None
    versions = list(record.versions.select_related("intake").defer("raw").order_by("-number")[:50])
    return StaffRecord(
        record,
        versions,
        _said(record, versions),
        list(record.withdrawals.order_by("-at")[:50]),
        attached_files(record),
        record.deleted_at is None and record.state != State.WITHDRAWN and record.shown_version != record.version,
    )


def _said(record: Record, versions: Sequence[RecordVersion]) -> list[Said]:
    """The words of the review, and those from before records passed it."""
    said = said_in_review(record.pk, {bytes(one.content_hash): one.number for one in reversed(versions)})
    known = {one.hash for one in said if one.approved}
    before = [one for one in record.decisions.order_by("-at")[:50] if bytes(one.content_hash) not in known]
    return said + [
        Said(one.number, bytes(one.content_hash), one.approved, one.opinion, one.reviewer_name, one.at)
        for one in before
    ]
