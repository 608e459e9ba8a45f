"""Reading the chain: does every entry stand as it was sealed? Streams, a batch of entries at a time."""

import datetime as dt
import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.db.models import Max

from wenmai.journal import chain
from wenmai.journal.chain import Anchor, Fault, Line
from wenmai.journal.models import Departure, Seal

# One entry as one line of JSON: what is digested. PostgreSQL's own words for a text and for jsonb are part of it.
LINE = """
'[' || e.id || ',' || e.transaction
|| ',"' || to_char(e.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
|| CASE WHEN e.at < '0001-01-01' THEN ' BC' ELSE '' END
|| '",' || to_json(e.name) || ',' || to_json(e.subject_kind) || ',' || to_json(e.subject_key)
|| ',' || coalesce(e.actor_id::text, 'null') || ',' || to_json(e.actor_name) || ',' || e.detail::text || ']'
"""
_BETWEEN = """
FROM journal_entry e WHERE (e.transaction, e.id) > (%s, %s) AND (e.transaction, e.id) <= (%s, %s)
ORDER BY e.transaction, e.id
"""
SEALS_AT_ONCE, MOST_HELD = 50, 10_000


class Tail(NamedTuple):
    """What no seal covers yet."""

    waiting: int
    since: dt.datetime | None


class Report(NamedTuple):
    """`first` and `last` are numbers of seals; `digest` and `sealed_at` those of the last one that was read."""

    first: int
    last: int
    total: int
    digest: str
    sealed_at: dt.datetime | None
    tail: Tail
    fault: Fault | None


def verify(first: int = 1, last: int | None = None, anchor: Anchor | None = None) -> Report:
    """The seals from `first` to `last` (their end without) and the entries below them; the first fault ends it."""
    with at_one_moment():
        tail = unsealed()
        before = Seal.objects.filter(number=first - 1).first() if first > 1 else None
        if first > 1 and before is None:
            return Report(first, first, 0, "", None, tail, Fault("seal_missing", first - 1))
        number, seal, count, fault = first, before, 0, None
        gone = gone_through()
        for seal in seals(first, last):
            fault = _fault(seal, number, before, gone) or _fault_of_anchor(seal, anchor)
            if fault is not None:
                break
            number, before, count = number + 1, seal, count + seal.count
        if fault is None and last is not None and number <= last:
            fault = Fault("seal_missing", number)
        if fault is None and anchor is not None and last is None and anchor.seal >= number:
            fault = Fault("cut", number)
        return Report(
            first, number - 1, count, before.digest if before else "", before.sealed_at if before else None, tail, fault
        )


def _fault(seal: Seal, number: int, before: Seal | None, gone: int) -> Fault | None:
    fault = chain.fault_of_seal(seal, number, before.digest if before else "")
    if fault is not None:
        return fault
    low = _place(before)
    if number <= gone:
        back = next(lines(low, _place(seal)), None)
        return Fault("entry_added", number, back.id) if back else None
    if _digest_of_entries(seal, low) != seal.entries:
        return chain.fault_of_entries(seal, lines(low, _place(seal)))
    return None


def _fault_of_anchor(seal: Seal, anchor: Anchor | None) -> Fault | None:
    is_other = (
        anchor is not None and anchor.seal == seal.number and (anchor.alg, anchor.digest) != (seal.alg, seal.digest)
    )
    return Fault("rewritten", seal.number) if is_other else None


def gone_through() -> int:
    """The entries of the seals up to this one have left (`services.departures`)."""
    return Departure.objects.aggregate(last=Max("last_seal"))["last"] or 0


class NotAnExport(Exception):
    """A sentence: what is odd in the file."""


def verify_file(content: Iterable[bytes]) -> Fault | None:
    """Lines that `exporting` wrote, against the seals in the database; the first fault. Raises `NotAnExport`."""
    held: list[Line] = []
    digest = ""
    for raw in content:
        said, text = _read(raw)
        if isinstance(said, list):
            held.append(Line(said[1], said[0], text))
            if len(held) > MOST_HELD:
                raise NotAnExport(f"holds more than {MOST_HELD} entries without a seal")
        elif "seal" in said:
            seal = Seal.objects.filter(number=said["seal"]).first()
            if seal is None:
                return Fault("seal_missing", said["seal"])
            if chain.seal_line(seal) != text or chain.seal_digest(seal) != seal.digest:
                return Fault("seal_altered", seal.number)
            if chain.entries_digest(seal.alg, (line.text for line in held)) != seal.entries:
                return chain.fault_of_entries(seal, held)
            held, digest = [], seal.digest
        elif said.get("digest") != digest:
            raise NotAnExport("ends with another digest than that of its last seal")
        else:
            return None
    raise NotAnExport("has no end: it was cut off")


def _is_entry(said: list[Any]) -> bool:
    return len(said) == 9 and type(said[0]) is int and type(said[1]) is int


def _read(raw: bytes) -> tuple[Any, str]:
    try:
        text = raw.decode().removesuffix("\n")
        said = json.loads(text)
        fine = _is_entry(said) if isinstance(said, list) else type(said.get("seal", said.get("end"))) is int
    except (ValueError, AttributeError, RecursionError):
        fine = False
    if not fine:
        raise NotAnExport("has a line that is neither an entry nor a seal")
    return said, text


START = (-(2**63), -(2**63))


def _place(seal: Seal | None) -> tuple[int, int]:
    return (seal.last_transaction, seal.last_id) if seal else START


def place_before(number: int) -> tuple[int, int]:
    """Behind which entry the seal of this number begins."""
    return _place(Seal.objects.filter(number=number - 1).first())


def _digest_of_entries(seal: Seal, low: tuple[int, int]) -> str:
    """In one piece from the server, which is several times faster than line by line; never more than one too many."""
    high = (seal.last_transaction, seal.last_id)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT string_agg(line, '' ORDER BY transaction, id) FROM"
            f" (SELECT e.transaction, e.id, {LINE} || E'\\n' AS line {_BETWEEN} LIMIT %s) AS found",
            [*low, *high, seal.count + 1],
        )
        (text,) = cursor.fetchone()
    return chain.digest(seal.alg, (text or "").encode())


def lines(low: tuple[int, int], high: tuple[int, int]) -> Iterator[Line]:
    with connection.chunked_cursor() as cursor:
        cursor.execute(f"SELECT e.transaction, e.id, {LINE} {_BETWEEN}", [*low, *high])
        while rows := cursor.fetchmany(100):
            yield from (Line(*row) for row in rows)


def seals(first: int, last: int | None) -> Iterator[Seal]:
    """In order, by number; pages of a few, for their outlines have some thousand bytes each."""
    after = first - 1
    while True:
        found = Seal.objects.filter(number__gt=after)
        if last is not None:
            found = found.filter(number__lte=last)
        page = list(found.order_by("number")[:SEALS_AT_ONCE])
        if not page:
            return
        yield from page
        after = page[-1].number


@contextmanager
def at_one_moment() -> Iterator[None]:
    """All is read as it was at the beginning, however long it takes; within a caller's transaction as it allows."""
    inside = connection.in_atomic_block
    with transaction.atomic():
        if not inside:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield


def next_batch(after: tuple[int, int], most: int, most_bytes: int) -> list[Line]:
    """The next entries behind this place that no older transaction can still add to; one at least, if there is one."""
    batch: list[Line] = []
    size = 0
    with connection.chunked_cursor() as cursor:
        cursor.execute(
            f"SELECT e.transaction, e.id, {LINE} FROM journal_entry e"
            " WHERE (e.transaction, e.id) > (%s, %s) AND e.transaction < journal_settled()"
            " ORDER BY e.transaction, e.id LIMIT %s",
            [*after, most],
        )
        while rows := cursor.fetchmany(100):
            for row in rows:
                line = Line(*row)
                size += len(line.text)
                if batch and size > most_bytes:
                    return batch
                batch.append(line)
    return batch


def unsealed() -> Tail:
    """Entries behind the last seal, and since when the oldest of them waits."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*), min(at) FROM journal_entry WHERE (transaction, id) > (SELECT"
            " coalesce(max(last_transaction), -1), coalesce(max(last_id), -1)"
            " FROM (SELECT last_transaction, last_id FROM journal_seal ORDER BY number DESC LIMIT 1) AS last)"
        )
        return Tail(*cursor.fetchone())
