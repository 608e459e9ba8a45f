"""Rows of the outbox: read when their transaction is finished, done with only when the index is committed."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import NamedTuple

from django.db import connection
from django.db.models import F

from wenmai.search.models import Failure, Rebuilding, Waiting

BATCH_KEYS = 1_000
BATCH_ROWS = (4, 32, 256, 2_048)

_NEXT = """
SELECT id, kind, keys, urgent FROM search_waiting
WHERE indexed_at IS NULL AND id <> ALL(%s) ORDER BY urgent DESC, id LIMIT %s
"""
_KEPT = """
SELECT id, kind, keys, urgent FROM search_waiting WHERE indexed_at IS NOT NULL ORDER BY id LIMIT %s
"""
_DONE = """
WITH building AS (SELECT EXISTS (SELECT 1 FROM search_rebuilding) AS now),
kept AS (UPDATE search_waiting SET indexed_at = now() WHERE id = ANY(%(ids)s) AND (SELECT now FROM building))
DELETE FROM search_waiting WHERE id = ANY(%(ids)s) AND NOT (SELECT now FROM building)
"""


class Row(NamedTuple):
    id: int
    kind: str
    keys: list[str]
    urgent: bool


class Batch(NamedTuple):
    ids: list[int]
    keys: dict[str, list[str]]  # by kind
    urgent: bool


def next_batch(taken: Collection[int]) -> Batch:
    """Urgent rows first, then the oldest, up to about 1,000 keys; rows in `taken` are left out."""
    return gathered(_NEXT, list(taken))


def kept_batch() -> Batch:
    """What was indexed into the old generation since the new one was begun."""
    return gathered(_KEPT)


def rows(statement: str, *values: list[int]) -> list[Row]:
    """Enough rows for a batch, asked for in growing numbers: a row may hold one key or a thousand."""
    found: list[Row] = []
    with connection.cursor() as cursor:
        for limit in BATCH_ROWS:
            cursor.execute(statement, [*values, limit])
            found = [Row(*row) for row in cursor.fetchall()]
            if len(found) < limit or sum(len(row.keys) for row in found) >= BATCH_KEYS:
                break
    return found


def gathered(statement: str, *values: list[int]) -> Batch:
    found = rows(statement, *values)
    ids: list[int] = []
    keys: dict[str, list[str]] = defaultdict(list)
    count = 0
    for row in found:
        if ids and (count + len(row.keys) > BATCH_KEYS or row.urgent != found[0].urgent):
            break
        ids.append(row.id)
        keys[row.kind] += row.keys
        count += len(row.keys)
    return Batch(ids, dict(keys), bool(ids) and found[0].urgent)


def done(ids: Sequence[int]) -> None:
    """These are in the committed index: gone, or kept for the generation under construction."""
    with connection.cursor() as cursor:
        cursor.execute(_DONE, {"ids": list(ids)})


def caught_up(ids: Sequence[int]) -> None:
    Waiting.objects.filter(id__in=list(ids), indexed_at__isnull=False).delete()


def begin_keeping(generation: str, *, nothing_is_read: bool) -> None:
    """From now on rows are kept; leftovers of a rebuilding that died are in the current generation already.

    Where no generation can be read, the new one will hold whatever waits now.
    """
    leftovers = Waiting.objects.all() if nothing_is_read else Waiting.objects.filter(indexed_at__isnull=False)
    leftovers.delete()
    Rebuilding.objects.update_or_create(only=True, defaults={"generation": generation})


def end_keeping() -> None:
    Rebuilding.objects.all().delete()
    Waiting.objects.filter(indexed_at__isnull=False).delete()


def kept_for() -> str:
    """The generation under construction, "" for none."""
    return Rebuilding.objects.values_list(F("generation"), flat=True).first() or ""


def still_waiting(kind: str, keys: Sequence[str]) -> set[str]:
    """Those of the keys that are in the outbox."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT key FROM search_waiting w, unnest(w.keys) AS key"
            " WHERE w.indexed_at IS NULL AND w.kind = %s AND w.keys && %s AND key = ANY(%s)",
            [kind, list(keys), list(keys)],
        )
        return {row[0] for row in cursor.fetchall()}


def forget_strangers(kinds: Collection[str]) -> int:
    """Failures of kinds that nobody registers: there is nothing to index again. Returns how many."""
    return Failure.objects.exclude(kind__in=kinds).delete()[0]
