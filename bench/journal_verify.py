"""The journal's chain at three sizes: sealing and verifying against the bare digest of the same bytes, and what a
writer pays. In seconds of the wall, for the work is done in two processes; the most memory that this one had."""

import hashlib
import resource
import time
from collections.abc import Callable
from typing import TypeVar

from django.db import connection, transaction

from bench.rows import Row, row
from wenmai.journal import services, verifying
from wenmai.journal.services import seals
from wenmai.lib import clock
from wenmai.lib.access import SYSTEM

SIZES = (10_000, 100_000, 1_000_000)
WRITTEN = 3_000
T = TypeVar("T")
FILL = """
INSERT INTO journal_entry (at, name, subject_kind, subject_key, actor_id, actor_name, detail)
SELECT now(), 'catalogue.approved', 'record', n::text, n % 500, '馆员' || n % 500,
  jsonb_build_object('hash', md5(n::text), 'reason', '经核对，与原件一致', 'ids', jsonb_build_array(n, n + 1, n + 2))
FROM generate_series(%s::int, %s) n
"""


def measure() -> list[Row]:
    rows: list[Row] = []
    there = 0
    for size in SIZES:
        rows += _size(there, size)
        there = size
    return rows


def _size(there: int, size: int) -> list[Row]:
    with connection.cursor() as cursor:
        for first in range(there + 1, size + 1, 10_000):
            cursor.execute(FILL.replace("n % 500", "n %% 500"), [first, min(first + 9_999, size)])
    count, seal_s = _timed(lambda: seals.seal(now=clock.now()))
    report, verify_s = _timed(verifying.verify)
    if report.fault is not None or report.total < size or report.tail.waiting:
        raise RuntimeError(f"the chain does not hold: {report}")
    bare_s = _bare()
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    named = str(size)
    return [
        row("journal_verify", named, report.total / verify_s, "entries/s", report.total / bare_s),
        row("journal_verify: sealing", named, count / seal_s, "entries/s", None),
        row("journal_verify: most memory", named, memory, "MB", None),
        row("journal_verify: writing, sealed", named, _writes(seal=True), "entries/s", _writes(seal=False)),
    ]


def _timed(work: Callable[[], T]) -> tuple[T, float]:
    began = time.perf_counter()
    return work(), time.perf_counter() - began


def _bare() -> float:
    """Seconds for SHA-256 over the lines of all entries, and nothing else."""
    seconds = 0.0
    with transaction.atomic(), connection.chunked_cursor() as cursor:
        cursor.execute(f"SELECT {verifying.LINE} FROM journal_entry e")
        known = hashlib.sha256()
        while rows := cursor.fetchmany(2_000):
            content = "\n".join(line for (line,) in rows).encode()
            began = time.perf_counter()
            known.update(content)
            seconds += time.perf_counter() - began
    return seconds


def _writes(*, seal: bool) -> float:
    """Entries in a second, one transaction each; with a batch sealed now and then, as the worker does, in the same
    process but not in the time that is told: what a writer could notice are locks and a longer table."""
    spent = 0.0
    for number in range(WRITTEN):
        began = time.perf_counter()
        services.record(name="bench.done", subject_kind="bench", subject_key=number, actor=SYSTEM, now=clock.now())
        spent += time.perf_counter() - began
        if seal and number % 500 == 0:
            seals.seal(now=clock.now())
    return WRITTEN / spent
