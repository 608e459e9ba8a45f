"""Taking in files of patrons.

Rows are read and judged while the file is handed in, then wait sealed in batches; a job hashes and writes them, batch
by batch, each with its counts in one transaction: a job that was killed goes on where it was, and no file stays on any
disk.
"""

import datetime as dt
import json
from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO

from django.db import transaction

from wenmai.formats.tables import read_csv
from wenmai.formats.values import Limits, Outcome, Parsed
from wenmai.formats.workbooks import read_xlsx
from wenmai.journal import services as journal
from wenmai.lib import clock, jobs, vault
from wenmai.lib.access import SYSTEM, Actor
from wenmai.lib.refusal import Refused
from wenmai.people import card_proofs as proofs
from wenmai.people.models.cards import CardSystem, ReaderCard
from wenmai.people.models.patrons import Patron, PatronBatch, PatronFile
from wenmai.people.queries import patrons as queries
from wenmai.people.rules.patrons import MOST_BYTES, MOST_ROWS, MOST_SHOWN, Cells, Row, leaves_too_many, read_row

BATCH = 50
LIMITS = Limits(record_bytes=64 * 1024, columns=200, unpacked_bytes=128 * 1024 * 1024)
KEPT_FILES = 50


class _Sorted:
    """What is in a file: rows to take in, and rows that are not."""

    def __init__(self, proof_kind: str) -> None:
        self.rows: list[Row] = []
        self.rejects: list[tuple[int, str]] = []
        self._kind, self._seen = proof_kind, set[str]()

    def take(self, outcome: Outcome) -> None:
        if not isinstance(outcome, Parsed):
            self.rejects.append((outcome.position, f"format_{outcome.code}"))
            return
        assert isinstance(outcome.body, dict)
        try:
            row = read_row(outcome.body, self._kind)
            if row.number.upper() in self._seen:
                raise Refused("number_twice")
        except Refused as refused:
            self.rejects.append((outcome.position, refused.code))
            return
        self._seen.add(row.number.upper())
        self.rows.append(row)


@transaction.atomic
def take_in_patrons(
    *, system_id: int, file: BinaryIO, name: str, size: int, is_whole: bool, actor: Actor, now: dt.datetime
) -> PatronFile:
    """CSV or XLSX with a heading. Rows that are refused are told with their number and reason.

    Refused: unknown_card_system, patrons_too_large, patrons_too_many, patrons_empty (no row at all), patrons_columns
    (no heading names the card's number), patrons_unreadable (a workbook that cannot or may not be opened).
    """
    system = CardSystem.objects.select_for_update().filter(pk=system_id, kind=CardSystem.Kind.FILE).first()
    if system is None:
        raise Refused("unknown_card_system")
    if size > MOST_BYTES:
        raise Refused("patrons_too_large", str(MOST_BYTES >> 20))
    sifted = _sift(file, system.settings["proof"])
    made = PatronFile.objects.create(
        system=system, name=name[:200], by_name=actor.name[:100], at=now, is_whole=is_whole,
        received_count=len(sifted.rows) + len(sifted.rejects), waiting_count=len(sifted.rows),
        rejected_count=len(sifted.rejects), rejects=sifted.rejects[:MOST_SHOWN],
    )  # fmt: skip
    PatronBatch.objects.bulk_create(
        PatronBatch(file=made, count=len(rows), rows_sealed=_sealed(rows)) for rows in _batches(sifted.rows)
    )
    journal.record(
        name="people.patrons_received", subject_kind="card_system", subject_key=system_id, actor=actor, now=now,
        file=made.pk, count=made.received_count, rejected=made.rejected_count, whole=is_whole,
    )  # fmt: skip
    jobs.defer("people.read_patrons", lock=f"people.patrons:{system_id}", file_id=made.pk)
    return made


def read_patrons(*, file_id: int) -> None:
    """All batches of a file that are left, then its end."""
    while _read_batch(file_id):
        pass
    _end(file_id, clock.now())


@transaction.atomic
def drop_missing(*, system_id: int, file_id: int, actor: Actor, now: dt.datetime) -> int:
    """A person has looked: those who were not in the file are readers no more; returns how many.

    Refused: patrons_old (nobody waits for that, or a newer file has been handed in).
    """
    file = PatronFile.objects.select_for_update().filter(pk=file_id, system_id=system_id, missing_count__gt=0).first()
    if file is None or PatronFile.objects.filter(system_id=system_id, pk__gt=file_id).exists():
        raise Refused("patrons_old")
    left = Patron.objects.filter(system_id=system_id).exclude(file=file).delete()[0]
    file.left_count, file.missing_count = left, 0
    file.save(update_fields=["left_count", "missing_count"])
    ReaderCard.objects.filter(system_id=system_id, due_at__gt=now).update(due_at=now)
    journal.record(
        name="people.patrons_dropped", subject_kind="card_system", subject_key=system_id, actor=actor, now=now,
        file=file_id, count=left,
    )  # fmt: skip
    return left


def _sift(file: BinaryIO, proof_kind: str) -> _Sorted:
    sifted, is_first = _Sorted(proof_kind), True
    for outcome in _outcomes(file):
        if not isinstance(outcome, Parsed) and outcome.position == 0:
            raise Refused("patrons_unreadable", outcome.detail)
        if isinstance(outcome, Parsed) and is_first:
            assert isinstance(outcome.body, dict)
            if "number" not in Cells(outcome.body):
                raise Refused("patrons_columns")
            is_first = False
        sifted.take(outcome)
        if len(sifted.rows) + len(sifted.rejects) > MOST_ROWS:
            raise Refused("patrons_too_many", str(MOST_ROWS))
    if is_first:
        raise Refused("patrons_empty")
    return sifted


def _outcomes(file: BinaryIO) -> Iterator[Outcome]:
    begin = file.read(4)
    file.seek(0)
    return read_xlsx(file, LIMITS) if begin == b"PK\x03\x04" else read_csv(file, LIMITS)


def _batches(rows: list[Row]) -> Iterable[list[Row]]:
    return (rows[start : start + BATCH] for start in range(0, len(rows), BATCH))


def _sealed(rows: list[Row]) -> str:
    plain = [[*row[:4], row.valid_until.isoformat() if row.valid_until else None] for row in rows]
    return vault.seal(json.dumps(plain, ensure_ascii=False), purpose=queries.ROWS)


def _opened(batch: PatronBatch) -> list[Row]:
    plain = json.loads(vault.unseal(batch.rows_sealed, purpose=queries.ROWS))
    return [
        Row(number, name, proof, standing, dt.date.fromisoformat(until) if until else None)
        for number, name, proof, standing, until in plain
    ]


@transaction.atomic
def _read_batch(file_id: int) -> bool:
    """One batch, its counts, and its end; false where none is left."""
    file = PatronFile.objects.select_for_update().get(pk=file_id)
    batch = file.batches.order_by("id").first()
    if batch is None:
        return False
    rows = {queries.index(file.system_id, row.number): row for row in _opened(batch)}
    there = {one.number_index: one for one in Patron.objects.filter(system_id=file.system_id, number_index__in=rows)}
    counts = {"new": 0, "changed": 0, "unchanged": 0}
    for index, row in rows.items():
        counts[_write(file, index, row, there.get(index))] += 1
    file.waiting_count -= batch.count
    file.new_count += counts["new"]
    file.changed_count += counts["changed"]
    file.unchanged_count += counts["unchanged"]
    file.save(update_fields=["waiting_count", "new_count", "changed_count", "unchanged_count"])
    batch.delete()
    return True


def _write(file: PatronFile, index: str, row: Row, there: Patron | None) -> str:
    """Which count it belongs to."""
    values: dict[str, Any] = {"standing": row.standing, "valid_until": row.valid_until, "file": file}
    if there is None:
        Patron.objects.create(
            system_id=file.system_id, number_index=index, name_sealed=_sealed_name(row.name),
            proof_hash=proofs.make(row.proof), **values,
        )  # fmt: skip
        return "new"
    name = vault.unseal(there.name_sealed, purpose=queries.NAME) if there.name_sealed else ""
    is_proof_same = proofs.fits(row.proof, there.proof_hash)
    is_same = is_proof_same and (name, there.standing, there.valid_until) == (row.name, row.standing, row.valid_until)
    if not is_proof_same:
        values["proof_hash"] = proofs.make(row.proof)
    if name != row.name:
        values["name_sealed"] = _sealed_name(row.name)
    Patron.objects.filter(pk=there.pk).update(**values)
    return "unchanged" if is_same else "changed"


def _sealed_name(name: str) -> str:
    return vault.seal(name, purpose=queries.NAME) if name else ""


@transaction.atomic
def _end(file_id: int, now: dt.datetime) -> None:
    """Of a file of all readers: who is not in it is one no more, unless those are too many to be believed, or rows were
    refused, which may be theirs: then a person says so."""
    file = PatronFile.objects.select_for_update().get(pk=file_id)
    if file.state == PatronFile.State.FINISHED:
        return
    file.state, file.ended_at = PatronFile.State.FINISHED, now
    others = Patron.objects.filter(system_id=file.system_id).exclude(file=file)
    missing = others.count() if file.is_whole else 0
    too_many = leaves_too_many(missing, Patron.objects.filter(system_id=file.system_id).count())
    if missing and (too_many or file.rejected_count):
        file.missing_count = missing
    elif missing:
        file.left_count = others.delete()[0]
    file.save()
    ReaderCard.objects.filter(system_id=file.system_id, due_at__gt=now).update(due_at=now)
    journal.record(
        name="people.patrons_read", subject_kind="card_system", subject_key=file.system_id, actor=SYSTEM, now=now,
        file=file_id, new=file.new_count, changed=file.changed_count, unchanged=file.unchanged_count,
        rejected=file.rejected_count, left=file.left_count, missing=file.missing_count,
    )  # fmt: skip
