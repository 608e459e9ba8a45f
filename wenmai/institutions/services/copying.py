"""Rows into a temporary table, streamed."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.db import connection

Progress = Callable[[str, int], None]
STEP = 20_000


def copy_in(table: str, columns: str, rows: Iterable[Sequence[Any]], tell: Progress, stage: str) -> int:
    """Makes the temporary table (`columns` as SQL) and copies the rows in; returns how many."""
    count = 0
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {table}")
        cursor.execute(f"CREATE TEMP TABLE {table} ({columns}) ON COMMIT DROP")
        with cursor.copy(f"COPY {table} FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
                count += 1
                if count % STEP == 0:
                    tell(stage, count)
        cursor.execute(f"ANALYZE {table}")
    tell(stage, count)
    return count
