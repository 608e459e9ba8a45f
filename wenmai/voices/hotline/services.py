"""A hotline's file is handed in, its columns are named, its rows become needs batch by batch.

Rows wait sealed; a batch, its counts and its needs are one transaction, so that a job that was killed goes on where it
was, and no file stays on any disk.
"""

import datetime as dt
import hashlib
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO

from django.db import transaction

from wenmai.formats.tables import read_csv
from wenmai.formats.values import Limits, Outcome, Parsed
from wenmai.formats.workbooks import read_xlsx
from wenmai.institutions import queries as institutions
from wenmai.journal import services as journal
from wenmai.lib import bulk, clock, jobs, vault
from wenmai.lib.access import SYSTEM, Actor
from wenmai.lib.refusal import Refused
from wenmai.standards import queries as standards
from wenmai.voices.hotline import queries
from wenmai.voices.hotline.models import HotlineBatch, HotlineFile
from wenmai.voices.hotline.queries import Row, opened, sealed
from wenmai.voices.hotline.rules import (
    MOST_BYTES,
    MOST_CELL,
    MOST_COLUMNS,
    MOST_ROWS,
    Line,
    checked_mapping,
    read_line,
)
from wenmai.voices.models import Asker, Need
from wenmai.voices.rules import alike
from wenmai.voices.rules.needs import CONTACT, PERSON
from wenmai.voices.rules.steps import Channel, Step
from wenmai.voices.services.moving import due_on

BATCH, JOB = 200, "voices.read_hotline"
LIMITS = Limits(record_bytes=64 * 1024, columns=MOST_COLUMNS, unpacked_bytes=96 << 20, reject_bytes=MOST_CELL)
STUCK = dt.timedelta(hours=1)


@transaction.atomic
def offer_hotline(
    *, organisation_id: int, file: BinaryIO, name: str, size: int, actor: Actor, now: dt.datetime
) -> HotlineFile:
    """CSV (UTF-8 or GB18030) or XLSX with a heading. Nothing becomes a need before somebody has looked at the columns.

    Refused: unknown_organisation, hotline_large, hotline_many (detail: most), hotline_empty, hotline_unreadable.
    """
    organisation = institutions.organisation(organisation_id)
    if organisation is None or not organisation.serves:
        raise Refused("unknown_organisation")
    if size > MOST_BYTES:
        raise Refused("hotline_large", str(MOST_BYTES >> 20))
    kind = _kind_of(file)
    header, rows = _sift(read_xlsx(file, LIMITS) if kind == "xlsx" else read_csv(file, LIMITS))
    made = HotlineFile.objects.create(
        organisation_id=organisation_id, name=name[-200:] or "12345", kind=kind, header=header,
        received_count=len(rows), waiting_count=len(rows), by_id=actor.user_id, at=now,
    )  # fmt: skip
    HotlineBatch.objects.bulk_create(
        HotlineBatch(file=made, place=place, count=len(some), rows_sealed=sealed(some))
        for place, some in enumerate(_batches(rows), 1)
    )
    _note("voices.hotline_received", made, actor, now, count=len(rows))
    return made


@transaction.atomic
def take_hotline(
    *, file_id: int, mapping: Mapping[str, str], usual_kind: str, actor: Actor, now: dt.datetime
) -> HotlineFile:
    """The columns are said; a job reads. Refused: unknown_hotline, hotline_taken, unknown_kind, what `checked_mapping`
    refuses."""
    found = _locked(file_id)
    if found.state != HotlineFile.State.OFFERED:
        raise Refused("hotline_taken")
    if usual_kind not in standards.vocabulary("need_kind").terms:
        raise Refused("unknown_kind")
    found.mapping, found.usual_kind = checked_mapping(mapping, found.header), usual_kind
    found.state = HotlineFile.State.READING
    found.save(update_fields=["mapping", "usual_kind", "state"])
    _note("voices.hotline_mapped", found, actor, now, columns=found.mapping)
    _defer(found)
    return found


@transaction.atomic
def drop_hotline(*, file_id: int, actor: Actor, now: dt.datetime) -> None:
    """A file that nobody has taken in goes with its rows. Refused: unknown_hotline, hotline_taken."""
    found = _locked(file_id)
    if found.state != HotlineFile.State.OFFERED:
        raise Refused("hotline_taken")
    _note("voices.hotline_dropped", found, actor, now)
    found.delete()


def read_hotline(*, file_id: int) -> None:
    """All batches that are left, then its end. Done twice at a time: each batch is read once."""
    while _read_batch(file_id, clock.now()):
        pass


def mend_stuck(now: dt.datetime) -> Iterator[str]:
    """For `wenmai check --mend`: a file whose job has failed is read on."""
    for number in queries.stuck(now - STUCK):
        with transaction.atomic():
            _defer(_locked(number))
        yield f"hotline file {number}: is read on"


def _defer(found: HotlineFile) -> None:
    jobs.defer(JOB, lock=f"voices.hotline:{found.organisation_id}", file_id=found.pk)


def _locked(file_id: int) -> HotlineFile:
    found = HotlineFile.objects.select_for_update(no_key=True).filter(pk=file_id).first()
    if found is None:
        raise Refused("unknown_hotline")
    return found


def _kind_of(file: BinaryIO) -> str:
    begin = file.read(4)
    file.seek(0)
    return "xlsx" if begin == b"PK\x03\x04" else "csv"


def _sift(outcomes: Iterator[Outcome]) -> tuple[list[str], list[Row]]:
    """The heading as the first row that fits has it, and all rows."""
    header: list[str] = []
    rows: list[Row] = []
    for one in outcomes:
        if isinstance(one, Parsed):
            assert isinstance(one.body, dict)
            header = header or [*one.body]
            header += [name for name in one.body if name not in header]
            rows.append(Row(one.position, [str(one.body.get(name, ""))[:MOST_CELL] for name in header]))
        elif one.position == 0 or one.code == "workbook":
            raise Refused("hotline_unreadable", one.detail[:200])
        else:
            text = one.raw.decode("utf-8", "replace").strip()
            rows.append(Row(one.position, [text[:MOST_CELL]], f"format_{one.code}"))
        if len(rows) > MOST_ROWS:
            raise Refused("hotline_many", str(MOST_ROWS))
    if not header:
        raise Refused("hotline_empty")
    return header, rows


def _batches(rows: list[Row]) -> Iterator[list[Row]]:
    return (rows[start : start + BATCH] for start in range(0, len(rows), BATCH))


@transaction.atomic
def _read_batch(file_id: int, now: dt.datetime) -> bool:
    """One batch with its counts, or the end; false where there is nothing left to do."""
    found = HotlineFile.objects.select_for_update(no_key=True).filter(pk=file_id).first()
    if found is None or found.state != HotlineFile.State.READING:
        return False
    batch = found.batches.filter(is_read=False).order_by("place").first()
    if batch is None:
        found.state, found.ended_at = HotlineFile.State.FINISHED, now
        found.save(update_fields=["state", "ended_at"])
        _note("voices.hotline_read", found, SYSTEM, now, **_counts(found))
        return False
    lines, refused = _judged(found, batch, now)
    bulk.lock(f"voices.hotline:{found.organisation_id}")
    made = _write(found, lines, now)
    found.waiting_count -= batch.count
    found.new_count += len(made)
    found.known_count += len(lines) - len(made)
    found.refused_count += len(refused)
    found.save(update_fields=["waiting_count", "new_count", "known_count", "refused_count"])
    if made:
        _note("voices.hotline_taken_in", found, SYSTEM, now, needs=made)
    if refused:
        batch.is_read, batch.rows_sealed = True, sealed(refused)
        batch.save(update_fields=["is_read", "rows_sealed"])
    else:
        batch.delete()
    return True


def _judged(found: HotlineFile, batch: HotlineBatch, now: dt.datetime) -> tuple[list[Line], list[Row]]:
    usual = queries.usual(found.usual_kind, now)
    lines, refused = [], []
    for row in opened(batch):
        if row.code:
            refused.append(row)
            continue
        try:
            lines.append(read_line(dict(zip(found.header, row.cells, strict=False)), found.mapping, usual))
        except Refused as refusal:
            refused.append(row._replace(code=refusal.code, detail=refusal.detail))
    return lines, refused


def _write(found: HotlineFile, lines: list[Line], now: dt.datetime) -> list[int]:
    """The needs that are new; a number that is known already changes nothing."""
    numbers = {line.number: line for line in reversed(lines)}
    there = Need.objects.filter(organisation=found.organisation_id, number__in=numbers)
    known = set(there.values_list("number", flat=True))
    fresh = [line for number, line in reversed(numbers.items()) if number not in known]
    organisation = institutions.organisation(found.organisation_id)
    usual: dict[str, Any] = {
        "organisation_id": found.organisation_id, "channel": Channel.HOTLINE, "step": Step.COLLECTED, "moved_at": now,
        "due_on": due_on(found.organisation_id, Step.COLLECTED, now), "made_by": found.by_id,
        "demo": organisation is not None and organisation.demo,
    }  # fmt: skip
    made = Need.objects.bulk_create(
        Need(
            **usual, **line.wish._asdict(), grams=alike.grams(line.wish.words), number=line.number,
            key=_key(found.organisation_id, line.number), made_at=line.at or now,
        )
        for line in fresh
    )  # fmt: skip
    Asker.objects.bulk_create(
        Asker(
            need=need, role=Asker.Role.ASKED, made_at=need.made_at,
            person=vault.index(line.phone, purpose=PERSON) if line.phone else "",
            contact_sealed=vault.seal(line.phone, purpose=CONTACT) if line.phone else "",
        )
        for need, line in zip(made, fresh, strict=True)
    )  # fmt: skip
    return [need.pk for need in made]


def _key(organisation_id: int, number: str) -> str:
    return f"hotline:{organisation_id}:{hashlib.sha256(number.encode()).hexdigest()[:32]}"


def _counts(found: HotlineFile) -> dict[str, int]:
    return {"new": found.new_count, "known": found.known_count, "refused": found.refused_count}


def _note(name: str, found: HotlineFile, actor: Actor, now: dt.datetime, **detail: Any) -> None:
    journal.record(name=name, subject_kind="hotline_file", subject_key=found.pk, actor=actor, now=now, **detail)
