"""One process per source, known by a lock that dies with the process's database session."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

# The first half of the lock's name; the second is the source's number.
_CLASS = 0x48525631


@contextmanager
def held(source_id: int) -> Iterator[bool]:
    """Whether this process now works for the source; False: another one does."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [_CLASS, source_id])
        mine = bool(cursor.fetchone()[0])
    try:
        yield mine
    finally:
        # a lost connection has given the lock back already
        if mine and connection.connection is not None and not connection.connection.closed:
            _release(source_id)


def _release(source_id: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [_CLASS, source_id])


def held_sources() -> set[int]:
    """The sources that some living process works for."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT objid::bigint FROM pg_locks WHERE locktype = 'advisory' AND classid::bigint = %s AND objsubid = 2"
            " AND granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
            [_CLASS],
        )
        return {row[0] for row in cursor.fetchall()}
