"""Reading names: what one says today, what leads where, what is not as it should be."""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence

from django.conf import settings
from django.db import connection

from wenmai.identifiers import rules
from wenmai.identifiers.rules import Location, Resolution, Tombstone
from wenmai.lib.refusal import Refused
from wenmai.lib.upkeep import Finding

DEEPEST = 8
"""Redirects that are followed; services refuse longer chains."""

_RESOLVE = """
WITH RECURSIVE chain AS (
  SELECT id, name, state, target_id, title, reason, withdrawn_at, 0 AS depth
  FROM identifiers_identifier WHERE name = %s
  UNION ALL
  SELECT i.id, i.name, i.state, i.target_id, i.title, i.reason, i.withdrawn_at, depth + 1
  FROM chain JOIN identifiers_identifier i ON i.id = chain.target_id WHERE depth < %s
)
SELECT c.depth, c.name, c.state, c.title, c.reason, c.withdrawn_at, l.address, l.kind, l.rank, l.valid_from
FROM chain c LEFT JOIN identifiers_location l
  ON l.identifier_id = c.id AND l.valid_to IS NULL AND c.target_id IS NULL
ORDER BY c.depth, l.rank, l.id
"""


def resolve(text: str) -> Resolution:
    """What a name, as somebody typed it, says today. One statement; never raises for a bad name."""
    try:
        name = rules.read(text)
    except Refused as refused:
        return Resolution("", "unknown", problem=refused.code)
    with connection.cursor() as cursor:
        cursor.execute(_RESOLVE, [name, DEEPEST])
        rows = cursor.fetchall()
    if not rows:
        return Resolution(name, "unknown", problem="unknown")
    return _resolution(rows)


def _resolution(
    rows: Sequence[tuple[int, str, str, str, str, dt.datetime, str, str, int, dt.datetime]],
) -> Resolution:
    steps = {row[0]: (row[1], row[2]) for row in rows}
    (name, state), (_end, end_state) = steps[0], steps[max(steps)]
    chain = tuple(step for step, _state in list(steps.values())[1:])
    if end_state == "redirected":
        return Resolution(name, state, "too_deep", chain)
    _depth, last, _state, title, reason, withdrawn_at, *_place = rows[-1]
    if end_state == "withdrawn":
        return Resolution(name, state, "", chain, (), Tombstone(last, title, reason, withdrawn_at))
    locations = tuple(Location(*row[6:10], None) for row in rows if row[6] is not None)
    return Resolution(name, state, "", chain, locations)


def names(client: str, keys: Sequence[str]) -> dict[str, str]:
    """Key of the client -> name, for those that have one."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT client_key, name FROM identifiers_identifier WHERE client = %s AND client_key = ANY(%s)",
            [client, list(keys)],
        )
        return dict(cursor.fetchall())


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


_FINDINGS: Iterable[tuple[str, str]] = (
    (
        "registered names without a location",
        "SELECT count(*) FROM identifiers_identifier i WHERE state = 'registered' AND NOT EXISTS"
        " (SELECT FROM identifiers_location l WHERE l.identifier_id = i.id AND l.valid_to IS NULL)",
    ),
    (
        "names given twice",
        "SELECT count(*) - count(DISTINCT name) FROM identifiers_identifier",
    ),
    (
        "client keys named twice",
        "SELECT count(*) - count(DISTINCT (client, client_key)) FROM identifiers_identifier",
    ),
    (
        "redirects that lead to no end",
        "WITH RECURSIVE chain AS (SELECT id AS start, target_id, 1 AS depth FROM identifiers_identifier"
        " WHERE target_id IS NOT NULL UNION ALL SELECT start, i.target_id, depth + 1 FROM chain"
        " JOIN identifiers_identifier i ON i.id = chain.target_id WHERE i.target_id IS NOT NULL AND depth <= %s)"
        " SELECT count(DISTINCT start) FROM chain WHERE depth > %s",
    ),
    (
        "names minted beyond the serial",
        "SELECT count(*) FROM identifiers_identifier, identifiers_serial s WHERE id > s.last_value",
    ),
)


def findings() -> Iterator[Finding]:
    """For `wenmai check`: every name leads somewhere, to another name or to its tombstone, and none was given twice."""
    with connection.cursor() as cursor:
        for words, sql in _FINDINGS:
            cursor.execute(sql, [DEEPEST, DEEPEST] if "%s" in sql else None)
            count = cursor.fetchone()[0]
            yield Finding(count == 0, f"{count} {words}")
