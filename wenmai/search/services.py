"""Changes: keys handed in, kinds registered, the index made anew."""

from collections.abc import Iterable
from itertools import islice

from django.db import connection

from wenmai.search import rebuilding
from wenmai.search.models import Waiting
from wenmai.search.registry import register

__all__ = ["push", "register", "reindex"]

CHANNEL = "wenmai_search"
ROW_KEYS = 1_000


def push(kind: str, keys: Iterable[str], *, urgent: bool = False) -> int:
    """Asks for these keys to be indexed anew once the caller's transaction is committed; returns how many.

    One row holds up to 1,000 keys, so a batch is one insert. `urgent` (a withdrawal) goes before everything waiting.
    """
    stream = iter(keys)
    rows = []
    while chunk := list(islice(stream, ROW_KEYS)):
        rows.append(Waiting(kind=kind, keys=chunk, urgent=urgent))
    if not rows:
        return 0
    Waiting.objects.bulk_create(rows)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, "urgent" if urgent else ""])
    return sum(len(row.keys) for row in rows)


def reindex(progress: rebuilding.Progress | None = None) -> rebuilding.Rebuilt:
    """Builds a new generation from everything registered and switches to it; searching goes on meanwhile."""
    return rebuilding.rebuild(progress)
