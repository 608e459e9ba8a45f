"""Reading the chain: does every entry stand as it was sealed? Streams, a batch of entries at a time."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from django.db import connection, transaction

from wenmai.journal import chain
from wenmai.journal.chain import Anchor, Fault, Line
from wenmai.journal.models import Seal

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
SEALS_AT_ONCE = 50


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
        for seal in seals(first, last):
            fault = _fault(seal, number, before, anchor)
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


def _fault(seal: Seal, number: int, before: Seal | None, anchor: Anchor | None) -> Fault | None:
    fault = chain.fault_of_seal(seal, number, before.digest if before else "")
    if fault is not None:
        return fault
    low = _place(before)
    if _digest_of_entries(seal, low) != seal.entries:
        return chain.fault_of_entries(seal, lines(low, (seal.last_transaction, seal.last_id)))
    if anchor is not None and anchor.seal == number and (anchor.alg, anchor.digest) != (seal.alg, seal.digest):
        return Fault("rewritten", number)
    return None


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
