"""PostgreSQL's advisory locks: one indexer, one rebuilding at a time, and no switch while a batch is being written."""

from collections.abc import Iterator
from contextlib import contextmanager
from enum import IntEnum
from typing import Any

import psycopg
from django.db import connection

SPACE = 0x574D
Line = psycopg.Connection[Any]


class Lock(IntEnum):
    INDEXER = 1
    SWITCH = 2
    REBUILDING = 3


@contextmanager
def line() -> Iterator[Line]:
    """A connection of its own, whose locks end with it, also when the process is killed."""
    opened: Line = connection.get_new_connection(connection.get_connection_params())
    try:
        opened.autocommit = True
        yield opened
    finally:
        opened.close()


def acquired(own: Line, lock: Lock) -> bool:
    """Takes the lock unless another holds it."""
    row = own.execute("SELECT pg_try_advisory_lock(%s, %s)", [SPACE, int(lock)]).fetchone()
    return bool(row and row[0])


def released(own: Line, lock: Lock) -> None:
    own.execute("SELECT pg_advisory_unlock(%s, %s)", [SPACE, int(lock)])


@contextmanager
def held(own: Line, lock: Lock) -> Iterator[None]:
    """Waits for the lock; who waits longest is next."""
    own.execute("SELECT pg_advisory_lock(%s, %s)", [SPACE, int(lock)])
    try:
        yield
    finally:
        if not own.closed and not own.broken:
            released(own, lock)
