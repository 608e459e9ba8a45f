"""Rows in bulk: COPY into a table, and many keys at once, on Django's connection and in its transaction."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from django.db import connection
from psycopg.types.json import set_json_dumps


def copy_in(table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """Writes rows with COPY; returns how many. Names are ours, never input.

    In binary, which costs either side half as much: values have their column's type to the letter, JSON is bytes.
    """
    count, types = 0, _types(table, tuple(columns))
    statement = f"COPY {table} ({', '.join(columns)}) FROM STDIN (FORMAT BINARY)"
    with connection.wrap_database_errors, connection.cursor() as cursor:
        set_json_dumps(bytes, cursor.cursor)
        with cursor.copy(statement) as copy:
            copy.set_types(types)
            for row in rows:
                copy.write_row(row)
                count += 1
    return count


@lru_cache(maxsize=256)
def _types(table: str, columns: tuple[str, ...]) -> tuple[int, ...]:
    """Numbers of the columns' types; those that PostgreSQL brings along, which are the same everywhere."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT attname, atttypid::int FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0", [table]
        )
        found = dict(cursor.fetchall())
    return tuple(found[column] for column in columns)


def next_ids(table: str, count: int) -> list[int]:
    """So many fresh ids of the table, for rows that must know each other before they are written."""
    if not count:
        return []
    with connection.cursor() as cursor:
        # the sequence is looked up once, not for each number
        cursor.execute(
            "SELECT nextval((SELECT pg_get_serial_sequence(%s, 'id')::regclass)) FROM generate_series(1, %s)",
            [table, count],
        )
        return [row[0] for row in cursor.fetchall()]


def lock(name: str) -> None:
    """Waits until no other transaction holds this name, and holds it until the end of the present one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])
