"""One record, whole: as its page shows it."""

import datetime as dt
from dataclasses import dataclass
from typing import NamedTuple

import zstandard
from django.db.models import Q, QuerySet

from wenmai.catalogue import rules
from wenmai.catalogue.models import Attachment, Decision, Holding, Part, Record, RecordVersion, State, Withdrawal
from wenmai.catalogue.queries.cards import Card, cards
from wenmai.formats.values import Elements, unpack
from wenmai.institutions import queries as institutions
from wenmai.standards import queries as standards
from wenmai.standards import rules as standard_rules

RAW_LIMIT = 16 * 1024 * 1024
PARTS_SHOWN = 1000


class VersionLine(NamedTuple):
    number: int
    created_at: dt.datetime
    format: str
    raw_size: int
    raw_hash: str
    address: str
    kind: str
    run: str
    datestamp: str
    shown: bool


class Related(NamedTuple):
    """A visible whole or part of a record; `label` is what the part is called in the whole."""

    id: int
    title: str
    creator: str
    identifier: str
    label: str


@dataclass(frozen=True, slots=True)
class RecordPage:
    """A visible record. `versions` are those that the public was shown, `siblings` the visible records of the same
    work, `rule` why they are taken for it (empty without siblings), `parts` the first `PARTS_SHOWN` in their order."""

    id: int
    identifier: str
    title: str
    creators: list[str]
    type: str
    elements: Elements
    feed_id: int
    feed_name: str
    organisation_id: int
    organisation_name: str
    grade: standard_rules.Grade
    graded_by: standard_rules.Profile
    arrived_at: dt.datetime
    changed_at: dt.datetime
    versions: list[VersionLine]
    rule: str
    siblings: list[Card]
    wholes: list[Related]
    parts: list[Related]
    part_count: int
    holdings: list[str]
    attachments: list[Attachment]
    approved_by: str


class Tombstone(NamedTuple):
    """What is said of a record that was public and is not any more."""

    id: int
    title: str
    identifier: str
    why: str
    reason: str
    at: dt.datetime | None


def record_page(record_id: int) -> RecordPage | None:
    """Everything the page of a visible record shows; None when it is not visible."""
    record = Record.objects.select_related("feed", "work").filter(pk=record_id, visible=True).first()
    if record is None or record.shown_version is None:
        return None
    public = _public_versions(record).select_related("intake").defer("raw", "elements")
    versions = list(public.order_by("-number")[:50])
    siblings = _cards(
        Record.objects.filter(work=record.work_id, visible=True).exclude(pk=record.pk).order_by("id")
        if record.work_id
        else Record.objects.none()
    )
    shown = record.versions.only("elements").get(number=record.shown_version)
    elements = unpack(shown.elements)
    organisation = institutions.organisation(record.feed.organisation_id)
    # one that no release knows any more is graded anew soon
    profile = standards.named(record.graded_by) or standards.profile(record.type)
    attachments = shown_attachments(record)
    inside = Part.objects.filter(whole=record.pk, part__visible=True)
    return RecordPage(
        id=record.pk,
        identifier=record.identifier or "",
        title=record.title,
        creators=rules.texts(elements, "creator"),
        type=record.type,
        elements=elements,
        feed_id=record.feed_id,
        feed_name=record.feed.name,
        organisation_id=record.feed.organisation_id,
        organisation_name=organisation.name if organisation else "",
        grade=standard_rules.grade(profile, elements, any(one.captions_of_id is None for one in attachments)),
        graded_by=profile,
        arrived_at=record.arrived_at,
        changed_at=record.changed_at,
        versions=[_line(version, record.shown_version) for version in versions],
        rule=record.work.rule if record.work and siblings else "",
        siblings=siblings,
        wholes=_related(Part.objects.filter(part=record.pk, whole__visible=True).order_by("whole_id"), "whole"),
        parts=_related(inside.order_by("position", "part_id"), "part"),
        part_count=inside.count(),
        holdings=list(Holding.objects.filter(record=record).order_by("id").values_list("call_number", flat=True)[:50]),
        attachments=attachments,
        approved_by=_approved_by(record),
    )


def shown_attachments(record: Record) -> list[Attachment]:
    """What everybody sees, in its order; captions only with what they belong to."""
    shown = record.attachments.filter(Q(captions_of=None) | Q(captions_of__shown=True), shown=True)
    return list(shown.select_related("object", "captions_of__object").order_by("position", "id"))


def _cards(records: QuerySet[Record], limit: int = 20) -> list[Card]:
    return cards(list(records.values_list("id", flat=True)[:limit]))


def _related(parts: QuerySet[Part], end: str) -> list[Related]:
    """The other ends of these, in this order."""
    rows = parts.values_list(f"{end}_id", *(f"{end}__{name}" for name in ("title", "creator", "identifier")), "label")
    return [Related(number, title, creator, name or "", label) for number, title, creator, name, label in
            rows[:PARTS_SHOWN]]  # fmt: skip


def _public_versions(record: Record) -> QuerySet[RecordVersion]:
    """Those that the feed's policy published or that a reviewer approved."""
    approved = Decision.objects.filter(record=record, approved=True).values("number")
    return RecordVersion.objects.filter(Q(intake__published=True) | Q(number__in=approved), record=record)


def _line(version: RecordVersion, shown: int) -> VersionLine:
    intake = version.intake
    return VersionLine(
        version.number, version.created_at, version.format, version.raw_size, bytes(version.raw_hash).hex(),
        intake.address, intake.kind, intake.run, version.datestamp, version.number == shown,
    )  # fmt: skip


def _approved_by(record: Record) -> str:
    """The reviewer of the version shown; empty when the feed's policy published it."""
    decision = (
        Decision.objects.filter(record=record, number=record.shown_version or 0, approved=True).order_by("-at").first()
    )
    return decision.reviewer_name if decision else ""


def raw(record_id: int, number: int | None = None) -> tuple[bytes, str] | None:
    """The bytes of a visible record as they came, and their format; of the version shown unless another is named.

    None for a version that was never shown: it waits, was refused or was passed over.
    """
    record = Record.objects.filter(pk=record_id, visible=True).first()
    if record is None or record.shown_version is None:
        return None
    named = record.shown_version if number is None else number
    version = _public_versions(record).filter(number=named).first()
    if version is None:
        return None
    return zstandard.ZstdDecompressor().decompress(bytes(version.raw), max_output_size=RAW_LIMIT), version.format


def tombstone(record_id: int) -> Tombstone | None:
    """Why a record that was public is not any more: `why` is withdrawn or deleted. None when it never was, or is."""
    record = Record.objects.filter(pk=record_id, shown_version__isnull=False, visible=False).first()
    if record is None:
        return None
    if record.state == State.WITHDRAWN:
        withdrawal = Withdrawal.objects.filter(record=record, restored_at=None).first()
        at, reason = (withdrawal.at, withdrawal.reason) if withdrawal else (None, "")
        return Tombstone(record.pk, record.title, record.identifier or "", "withdrawn", reason, at)
    return Tombstone(record.pk, record.title, record.identifier or "", "deleted", record.deletion, record.deleted_at)
