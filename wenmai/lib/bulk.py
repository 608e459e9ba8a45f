"""Rows in bulk: COPY into a table, and many keys at once, on Django's connection and in its transaction."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection


def copy_in(table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """Writes rows with COPY; returns how many. Names are ours, never input."""
    count = 0
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
            count += 1
    return count


def next_ids(table: str, count: int) -> list[int]:
    """So many fresh ids of the table, for rows that must know each other before they are written."""
    if not count:
        return []
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", [table, count])
        return [row[0] for row in cursor.fetchall()]


def lock(name: str) -> None:
    """Waits until no other transaction holds this name, and holds it until the end of the present one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])
