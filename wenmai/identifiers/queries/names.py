"""Reading names: what one says today, what leads where."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

from django.conf import settings
from django.db import connection

from wenmai.identifiers import rules
from wenmai.identifiers.rules import Location, Resolution, Tombstone
from wenmai.lib.refusal import Refused

DEEPEST = 8
"""Redirects that are followed; services refuse longer chains."""

# The columns of _resolution, for a name that is not redirected; nearly all are not.
_RESOLVE = """
SELECT 0, i.name, i.state, i.title, i.reason, i.withdrawn_at, l.address, l.kind, l.rank, l.valid_from,
  i.organisation_code
FROM identifiers_identifier i LEFT JOIN identifiers_location l
  ON l.identifier_id = i.id AND l.valid_to IS NULL
WHERE i.name = %s ORDER BY l.rank, l.id
"""
_FOLLOW = """
WITH RECURSIVE chain AS (
  SELECT id, name, state, target_id, title, reason, withdrawn_at, organisation_code, 0 AS depth
  FROM identifiers_identifier WHERE name = %s
  UNION ALL
  SELECT i.id, i.name, i.state, i.target_id, i.title, i.reason, i.withdrawn_at, i.organisation_code, depth + 1
  FROM chain JOIN identifiers_identifier i ON i.id = chain.target_id WHERE depth < %s
)
SELECT c.depth, c.name, c.state, c.title, c.reason, c.withdrawn_at, l.address, l.kind, l.rank, l.valid_from,
  c.organisation_code
FROM chain c LEFT JOIN identifiers_location l
  ON l.identifier_id = c.id AND l.valid_to IS NULL AND c.target_id IS NULL
ORDER BY c.depth, l.rank, l.id
"""


def resolve(text: str) -> Resolution:
    """What a name, as somebody typed it, says today; never raises for a bad name. A redirected one takes two looks."""
    try:
        name = rules.read(text)
    except Refused as refused:
        return Resolution("", "unknown", problem=refused.code)
    with connection.cursor() as cursor:
        cursor.execute(_RESOLVE, [name])
        rows = cursor.fetchall()
        if rows and rows[0][2] == "redirected":
            cursor.execute(_FOLLOW, [name, DEEPEST])
            rows = cursor.fetchall()
    if not rows:
        return Resolution(name, "unknown", problem="unknown")
    return _resolution(rows)


def _resolution(
    rows: Sequence[tuple[int, str, str, str, str, dt.datetime, str, str, int, dt.datetime, str]],
) -> Resolution:
    steps = {row[0]: (row[1], row[2]) for row in rows}
    (name, state), (_end, end_state) = steps[0], steps[max(steps)]
    chain = tuple(step for step, _state in list(steps.values())[1:])
    found = Resolution(name, state, "", chain, organisation_code=rows[0][10] or rules.organisation_code(name))
    if end_state == "redirected":
        return replace(found, problem="too_deep")
    _depth, last, _state, title, reason, withdrawn_at, *_place = rows[-1]
    if end_state == "withdrawn":
        return replace(found, tombstone=Tombstone(last, title, reason, withdrawn_at))
    return replace(found, locations=tuple(Location(*row[6:10], None) for row in rows if row[6] is not None))


def names(client: str, keys: Sequence[str]) -> dict[str, str]:
    """Key of the client -> name, for those that have one."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT client_key, name FROM identifiers_identifier WHERE client = %s AND client_key = ANY(%s)",
            [client, list(keys)],
        )
        return dict(cursor.fetchall())


def standings(names: Sequence[str]) -> dict[str, tuple[str, frozenset[str]]]:
    """Name -> its state and the addresses that it leads to today, for those of the names that there are."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT i.name, i.state, array_agg(l.address) FILTER (WHERE l.id IS NOT NULL)"
            " FROM identifiers_identifier i LEFT JOIN identifiers_location l"
            " ON l.identifier_id = i.id AND l.valid_to IS NULL WHERE i.name = ANY(%s) GROUP BY i.id",
            [list(names)],
        )
        return {name: (state, frozenset(addresses or ())) for name, state, addresses in cursor.fetchall()}


def names_at(addresses: Sequence[str]) -> dict[str, list[str]]:
    """Address -> names that lead there today; paths may be given with the node's own base in front."""
    stored = {_inward(address): address for address in addresses}
    found: dict[str, list[str]] = {address: [] for address in addresses}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT l.address, i.name FROM identifiers_location l JOIN identifiers_identifier i"
            " ON i.id = l.identifier_id WHERE l.address = ANY(%s) AND l.valid_to IS NULL ORDER BY l.rank, i.id",
            [list(stored)],
        )
        for address, name in cursor.fetchall():
            found[stored[address]].append(name)
    return found


def history(name: str) -> list[Location]:
    """Every location that the name has or had, oldest first."""
    with connection.cursor() as cursor:
        # Two halves, each with an index of its own.
        cursor.execute(
            "WITH asked AS (SELECT id FROM identifiers_identifier WHERE name = %s)"
            " SELECT address, kind, rank, valid_from, valid_to, id FROM identifiers_location"
            " WHERE identifier_id = (SELECT id FROM asked) AND valid_to IS NULL UNION ALL"
            " SELECT address, kind, rank, valid_from, valid_to, id FROM identifiers_location"
            " WHERE identifier_id = (SELECT id FROM asked) AND valid_to IS NOT NULL ORDER BY 4, 6",
            [name],
        )
        return [Location(*row[:5]) for row in cursor.fetchall()]


def _inward(address: str) -> str:
    return address.removeprefix(settings.BASE_URL) if address.startswith(f"{settings.BASE_URL}/") else address
