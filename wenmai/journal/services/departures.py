"""Old entries leave in whole seals: into a file first, which is read again, and never in silence."""

import datetime as dt
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, NamedTuple

import zstandard
from django.conf import settings
from django.db import connection, transaction

from wenmai.journal import exporting, verifying
from wenmai.journal import services as journal
from wenmai.journal.models import Departure, Seal
from wenmai.lib import bulk
from wenmai.lib.access import SYSTEM

SEALS = 200
"""Of one file: some hundred thousand entries at most."""


class Broken(Exception):
    """A sentence: why nothing left."""


class Written(NamedTuple):
    path: Path
    sha256: str
    total: int


def retire(*, now: dt.datetime) -> int:
    """Everything that was sealed before the days that the node keeps; how many entries. Raises `Broken`, OSError."""
    count = 0
    while left := _retire_some(now):
        count += left
    return count


def _retire_some(now: dt.datetime) -> int:
    with transaction.atomic():
        bulk.lock("journal.retire")
        first = verifying.gone_through() + 1
        old = Seal.objects.filter(number__gte=first, sealed_at__lt=now - dt.timedelta(days=settings.JOURNAL_DAYS))
        numbers = list(old.order_by("number").values_list("number", flat=True)[:SEALS])
        if not numbers:
            return 0
        written = _write(first, numbers[-1])
        last = Seal.objects.get(number=numbers[-1])
        Departure.objects.create(
            first_seal=first, last_seal=last.number, last_transaction=last.last_transaction, last_id=last.last_id,
            count=written.total, file=written.path.name, sha256=written.sha256, left_at=now,
        )  # fmt: skip
        with connection.cursor() as cursor:
            cursor.execute(
                "DELETE FROM journal_entry WHERE (transaction, id) <= (%s, %s)", [last.last_transaction, last.last_id]
            )
            if cursor.rowcount != written.total:
                raise Broken(f"the file {written.path} has {written.total} entries, the database {cursor.rowcount}")
        journal.record(
            name="journal.retired", subject_kind="journal", subject_key=f"{first}-{last.number}", actor=SYSTEM, now=now,
            file=written.path.name, sha256=written.sha256, count=written.total,
        )  # fmt: skip
        return written.total


def _write(first: int, last: int) -> Written:
    """Whole and on the disk, and read again from there, before anything leaves."""
    folder = settings.JOURNAL_ROOT
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / f"journal-{first:08}-{last:08}.jsonl.zst"
    fresh = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as stream:
            _compress(stream, first, last)
            stream.flush()
            os.fsync(stream.fileno())
        fault = verifying.verify_file(lines_of(fresh))
        if fault is not None:
            raise Broken(
                f"the entries of the seals {first} to {last} do not leave, for they are not as sealed: {fault}"
            )
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)
    _sync(folder)
    count = sum(Seal.objects.filter(number__gte=first, number__lte=last).values_list("count", flat=True))
    return Written(path, _sha256(path), count)


def _compress(stream: IO[bytes], first: int, last: int) -> None:
    with zstandard.ZstdCompressor(level=9, write_checksum=True).stream_writer(stream, closefd=False) as packed:
        for line in exporting.lines(first, last):
            packed.write(f"{line}\n".encode())


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


@contextmanager
def _opened(path: Path) -> Iterator[Iterator[bytes]]:
    with path.open("rb") as stream:
        packed = stream.read(4) == b"\x28\xb5\x2f\xfd"
        stream.seek(0)
        if packed:
            with zstandard.ZstdDecompressor().stream_reader(stream, read_across_frames=True) as plain:
                yield _split(plain)
        else:
            yield iter(stream)


def _split(plain: zstandard.ZstdDecompressionReader) -> Iterator[bytes]:
    rest = b""
    while piece := plain.read(1 << 20):
        *whole, rest = (rest + piece).split(b"\n")
        yield from (line + b"\n" for line in whole)
    if rest:
        yield rest


def lines_of(path: Path) -> Iterator[bytes]:
    """The lines of an export, packed or not. Raises OSError, zstandard.ZstdError."""
    with _opened(path) as lines:
        yield from lines
