"""Where names lead. A location is opened and closed, never changed, so that the previous ones stay."""

import datetime as dt
from collections.abc import Collection, Sequence
from typing import Any

from django.db import connection, transaction

from wenmai.identifiers import queries, rules
from wenmai.identifiers.rules import Binding
from wenmai.identifiers.services.locking import Locked, lock, refuse_unless
from wenmai.journal import services as journal
from wenmai.lib.access import Actor
from wenmai.lib.refusal import Refused

KINDS = frozenset({"page", "file", "metadata", "copy"})


@transaction.atomic
def register(bindings: Sequence[Binding], *, actor: Actor, now: dt.datetime) -> int:
    """Reserved names begin to lead somewhere; returns how many locations are new.

    Refused, and nothing changed: unknown_identifier, is_redirected, is_withdrawn, bad_location, bad_kind, bad_rank.
    """
    return _lead("identifiers.registered", bindings, {"reserved", "registered"}, actor, now)


@transaction.atomic
def bind(bindings: Sequence[Binding], *, actor: Actor, now: dt.datetime) -> int:
    """Registered names lead to these addresses too, or to them with another kind or rank; returns how many are new.

    Refused as by `register`, and is_reserved.
    """
    return _lead("identifiers.bound", bindings, {"registered"}, actor, now)


@transaction.atomic
def unbind(pairs: Collection[tuple[str, str]], *, actor: Actor, now: dt.datetime) -> int:
    """Names no longer lead to these addresses: pairs (name, address). Returns how many were closed.

    Refused: unknown_identifier, bad_location, last_location (a registered name leads somewhere: withdraw it instead).
    """
    rows = lock({name for name, _address in pairs})
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE identifiers_location l SET valid_to = GREATEST(%s, valid_from)"
            " FROM unnest(%s::bigint[], %s::text[]) AS asked(id, address)"
            " WHERE l.identifier_id = asked.id AND l.address = asked.address AND l.valid_to IS NULL",
            [
                now,
                [rows[name].id for name, _address in pairs],
                [rules.accept(address) for _name, address in pairs],
            ],
        )
        closed: int = cursor.rowcount
    _refuse_homeless(rows.values())
    _journal("identifiers.unbound", closed, rows, actor, now, [address for _name, address in pairs])
    return closed


@transaction.atomic
def prefer(*, name: str, address: str, actor: Actor, now: dt.datetime) -> bool:
    """This address of the name becomes its best; False when it is already. Ranks of the others move where they must.

    Refused: unknown_identifier, is_reserved, is_redirected, is_withdrawn, bad_location, no_location.
    """
    refuse_unless(lock([name]).values(), {"registered"})
    address = rules.accept(address)
    held = queries.resolve(name).locations
    chosen = next((one for one in held if one.address == address), None)
    if chosen is None:
        raise Refused("no_location", address[:80])
    if chosen == held[0]:
        return False
    first = held[0].rank
    others = [one for one in held if one != chosen] if first == 0 else []
    moved = [Binding(name, one.address, one.kind, max(one.rank, rank)) for rank, one in enumerate(others, 1)]
    return bind([Binding(name, address, chosen.kind, max(first - 1, 0)), *moved], actor=actor, now=now) > 0


def _lead(entry: str, bindings: Sequence[Binding], states: Collection[str], actor: Actor, now: dt.datetime) -> int:
    rows = lock({binding.name for binding in bindings})
    refuse_unless(rows.values(), states)
    opened = _open(bindings, rows, now)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE identifiers_identifier SET state = 'registered' WHERE id = ANY(%s) AND state = 'reserved'",
            [[row.id for row in rows.values()]],
        )
    _journal(entry, opened, rows, actor, now, [binding.address for binding in bindings])
    return opened


def _open(bindings: Sequence[Binding], rows: dict[str, Locked], now: dt.datetime) -> int:
    wanted = {(rows[b.name].id, rules.accept(b.address)): _checked(b) for b in bindings}
    columns: list[list[Any]] = [
        [number for number, _address in wanted],
        [address for _number, address in wanted],
        [binding.kind for binding in wanted.values()],
        [binding.rank for binding in wanted.values()],
    ]
    asked = "unnest(%s::bigint[], %s::text[], %s::text[], %s::smallint[]) AS asked(id, address, kind, rank)"
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE identifiers_location l SET valid_to = GREATEST(%s, valid_from)"
            f" FROM {asked} WHERE l.identifier_id = asked.id AND l.address = asked.address AND l.valid_to IS NULL"
            " AND (l.kind, l.rank) IS DISTINCT FROM (asked.kind, asked.rank)",
            [now, *columns],
        )
        cursor.execute(
            "INSERT INTO identifiers_location (identifier_id, address, kind, rank, valid_from)"
            f" SELECT id, address, kind, rank, %s FROM {asked}"
            " ON CONFLICT (identifier_id, address) WHERE valid_to IS NULL DO NOTHING",
            [now, *columns],
        )
        return int(cursor.rowcount)


def _checked(binding: Binding) -> Binding:
    if binding.kind not in KINDS:
        raise Refused("bad_kind", binding.kind[:40])
    if not 0 <= binding.rank <= 30_000:
        raise Refused("bad_rank", str(binding.rank))
    return binding


def _refuse_homeless(rows: Collection[Locked]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name FROM identifiers_identifier i WHERE id = ANY(%s) AND state = 'registered' AND NOT EXISTS"
            " (SELECT FROM identifiers_location l WHERE l.identifier_id = i.id AND l.valid_to IS NULL) LIMIT 1",
            [[row.id for row in rows]],
        )
        homeless = cursor.fetchone()
    if homeless:
        raise Refused("last_location", homeless[0])


def _journal(
    entry: str, count: int, names: Collection[str], actor: Actor, now: dt.datetime, addresses: Sequence[str]
) -> None:
    """Of a single address it says which; of a batch how many."""
    if count:
        journal.record(
            name=entry,
            subject_kind="identifiers",
            subject_key=min(names)[:200],
            actor=actor,
            now=now,
            count=count,
            **({"address": addresses[0]} if len(addresses) == 1 else {}),
        )
