"""Brings every sealed value under the key that seals now, and counts what each key still holds.

Whatever is left under an older key is what remains to be done: a rotation that was killed goes on where it was, and
nothing is remembered beside the values themselves.
"""

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from typing import Any, NamedTuple

from django.apps import apps
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, models, transaction

from wenmai.lib import keyring, vault
from wenmai.lib.refusal import Refused
from wenmai.lib.upkeep import Finding
from wenmai.lib.vault import Column, Unreadable

BATCH, SAMPLE = 1_000, 100
SETTLED = dt.timedelta(hours=1)
"""For so long after a rotation its old key stays: what somebody sealed just before is in the database by then."""
Watch = Callable[["Progress"], None]


class Progress(NamedTuple):
    """`unreadable`: left as they were, because nothing opens them."""

    column: Column
    resealed: int
    unreadable: int
    total: int


class Table:
    """A registered column in the database; all names are quoted and ours."""

    def __init__(self, column: Column) -> None:
        model: type[models.Model] = apps.get_model(column.model)
        field = model._meta.get_field(column.field)
        assert isinstance(field, models.CharField | models.TextField), f"{column} holds no text"
        quote = connection.ops.quote_name
        self.column = column
        self.name, self.field = quote(model._meta.db_table), quote(str(field.column))
        self._key = model._meta.pk

    @cached_property
    def key(self) -> tuple[str, str]:
        """Column and type of the primary key."""
        assert self._key is not None
        return connection.ops.quote_name(str(self._key.column)), str(self._key.rel_db_type(connection))

    @property
    def is_there(self) -> bool:
        """Not in the middle of the migrations."""
        sql = "SELECT FROM pg_attribute WHERE attrelid = to_regclass(%s) AND attname = %s"
        return bool(_rows(sql, [self.name, self.field.strip('"')]))

    @property
    def sealed_with(self) -> str:
        return f"split_part({self.field}, '.', 1)"


def counts() -> dict[Column, dict[str, int]]:
    """Registered column -> key -> how many values are sealed with it."""
    return {column: _count(Table(column)) for column in vault.columns()}


def _count(table: Table) -> dict[str, int]:
    return dict(
        _rows(f"SELECT {table.sealed_with}, count(*) FROM {table.name} WHERE {table.field} <> '' GROUP BY 1 ORDER BY 1")
    )


def rotate(*, now: dt.datetime) -> keyring.Key:
    """A new key in front, which seals from now on; `reseal` brings over what the others hold."""
    return keyring.add(settings.DATA_KEYS, now)


def waiting() -> int:
    """Values that are sealed with a key of ours that is not the first."""
    older = _older()
    return sum(held.get(key, 0) for held in counts().values() for key in older)


def reseal(watch: Watch = lambda _progress: None, *, batch: int = BATCH) -> list[Progress]:
    """Every value under an older key, column by column, in batches that are kept as they are done.

    Rows that somebody else is just writing are passed over, and waited for at the end, one by one: this never stands in
    anybody's way with more than a row.
    """
    return [_reseal(Table(column), watch, batch) for column in vault.columns()]


def _reseal(table: Table, watch: Watch, batch: int) -> Progress:
    held = _count(table)
    done = Progress(table.column, 0, 0, sum(held.get(key, 0) for key in _older()))
    for size, lock in ((batch, "FOR NO KEY UPDATE SKIP LOCKED"), (1, "FOR NO KEY UPDATE")):
        last: Any = None
        broken = 0
        while True:
            with transaction.atomic():
                rows = _next(table, last, size, lock)
                fresh = [_again(table.column, sealed) for _key, sealed in rows]
                _write(table, [(key, text) for (key, _old), text in zip(rows, fresh, strict=True) if text])
            if not rows:
                break
            last = rows[-1][0]
            broken += fresh.count("")
            done = done._replace(resealed=done.resealed + len(fresh) - fresh.count(""), unreadable=broken)
            watch(done)
    return done


def _next(table: Table, last: Any, size: int, lock: str) -> list[tuple[Any, str]]:
    key, _kind = table.key
    after, values = (f"{key} > %s AND", [last]) if last is not None else ("", [])
    return _rows(
        f"SELECT {key}, {table.field} FROM {table.name} WHERE {after} {table.sealed_with} = ANY(%s)"
        f" ORDER BY {key} LIMIT {size} {lock}",
        [*values, _older()],
    )


def _again(column: Column, sealed: str) -> str:
    """Sealed with the first key; empty where it cannot be opened."""
    try:
        return vault.seal(vault.unseal(sealed, purpose=column.purpose), purpose=column.purpose)
    except Unreadable:
        return ""


def _write(table: Table, pairs: Sequence[tuple[Any, str]]) -> None:
    key, kind = table.key
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table.name} AS t SET {table.field} = fresh.text"
            f" FROM unnest(%s::{kind}[], %s::text[]) AS fresh(key, text) WHERE t.{key} = fresh.key",
            [[one for one, _text in pairs], [text for _one, text in pairs]],
        )


def retire(*, key_id: str, now: dt.datetime) -> None:
    """Takes a key away for ever.

    Refused: unknown_key, key_seals, key_holds (detail: how many values), key_rests (detail: until when).
    """
    ring = vault.ring()
    if ring.find(key_id) is None:
        raise Refused("unknown_key", key_id)
    first = ring.keys[0]
    if first.id == key_id:
        raise Refused("key_seals", key_id)
    if now < first.made_at + SETTLED:
        raise Refused("key_rests", f"{first.made_at + SETTLED:%Y-%m-%d %H:%M:%S %Z}")
    held = sum(column.get(key_id, 0) for column in counts().values())
    if held:
        raise Refused("key_holds", str(held))
    keyring.remove(settings.DATA_KEYS, key_id)


def refuse_foreign_keys(**_signal: Any) -> None:
    """At the end of migrations: a database that was sealed with other keys is not gone on with.

    Otherwise new indexes would stand beside the old ones, and nobody would be found. Raises ImproperlyConfigured.
    """
    for column in vault.columns():
        table = Table(column)
        newest = table.is_there and _rows(
            f"SELECT {table.sealed_with} FROM {table.name} WHERE {table.field} <> ''"
            f" ORDER BY {table.key[0]} DESC LIMIT 1"
        )
        if newest and vault.ring().find(newest[0][0]) is None:
            raise ImproperlyConfigured(
                f"{column} holds values that were sealed with the key {newest[0][0][:16]}, which is not in "
                f"{settings.DATA_KEYS}: put back the data keys of the backup that the database came from."
            )


def findings() -> Iterator[Finding]:
    """For `wenmai check`: no value waits for a key that is not here, and a sample of each column opens."""
    for column in vault.columns():
        table = Table(column)
        yield _finding(table, _count(table), _sample(table), "of a sample of {read} ")


def deep_findings() -> Iterator[Finding]:
    """For `wenmai check --deep`: every value."""
    for column in vault.columns():
        table = Table(column)
        yield _finding(table, _count(table), _all(table), "of all {read} ")


def _finding(table: Table, held: dict[str, int], values: Iterator[str], which: str) -> Finding:
    known = {key.id for key in vault.ring().keys}
    foreign = {key: count for key, count in held.items() if key not in known}
    read = broken = 0
    for sealed in values:
        read += 1
        broken += not _opens(table.column, sealed)
    told = f"{table.column}: {sum(held.values())} sealed values; {which.format(read=read)}{broken} cannot be opened"
    if foreign:
        told += "; keys that are not here: " + ", ".join(f"{key[:16]} ({count})" for key, count in foreign.items())
    return Finding(
        not foreign and not broken,
        told,
        "put back the data keys of the backup that the database came from; `wenmai keys` shows which are missing",
    )


def _opens(column: Column, sealed: str) -> bool:
    try:
        vault.unseal(sealed, purpose=column.purpose)
    except Unreadable:
        return False
    return True


def _sample(table: Table) -> Iterator[str]:
    sql = f"SELECT {table.field} FROM {table.name} WHERE {table.field} <> '' ORDER BY random() LIMIT {SAMPLE}"
    yield from (sealed for (sealed,) in _rows(sql))


def _all(table: Table) -> Iterator[str]:
    key, _kind = table.key
    last: Any = None
    while True:
        after, values = (f"{key} > %s AND", [last]) if last is not None else ("", [])
        rows = _rows(
            f"SELECT {key}, {table.field} FROM {table.name} WHERE {after} {table.field} <> ''"
            f" ORDER BY {key} LIMIT {BATCH}",
            values,
        )
        if not rows:
            return
        last = rows[-1][0]
        yield from (sealed for _key, sealed in rows)


def _older() -> list[str]:
    return [key.id for key in vault.ring().keys[1:]]


def _rows(sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return [*cursor.fetchall()]
