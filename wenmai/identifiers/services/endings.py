"""Names that lead to another name, names that are withdrawn, and the way back."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping

from django.db import connection, transaction

from wenmai.identifiers import queries
from wenmai.identifiers.services.locking import lock, refuse_unless
from wenmai.journal import services as journal
from wenmai.lib.access import Actor
from wenmai.lib.refusal import Refused

_REDIRECTING = 7_402_311  # any number, the same everywhere: only one call at a time redirects


@transaction.atomic
def redirect(pairs: Mapping[str, str], *, actor: Actor, now: dt.datetime) -> int:
    """Names lead to other names from now on: {name: other}. Returns how many did not already.

    Refused, and nothing changed: unknown_identifier, is_withdrawn (either side), redirect_loop, chain_too_long.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_REDIRECTING])
    rows = lock({*pairs, *pairs.values()})
    refuse_unless(rows.values(), {"reserved", "registered", "redirected"})
    fresh = {rows[name].id: rows[other].id for name, other in pairs.items() if rows[name].target_id != rows[other].id}
    if any(number == other for number, other in fresh.items()):
        raise Refused("redirect_loop", next(name for name, other in pairs.items() if name == other))
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE identifiers_identifier i SET state = 'redirected', target_id = asked.other"
            " FROM unnest(%s::bigint[], %s::bigint[]) AS asked(id, other) WHERE i.id = asked.id",
            [list(fresh), list(fresh.values())],
        )
    _refuse_loops(list(fresh))
    told = {"to": next(iter(pairs.values()))} if len(pairs) == 1 else {}
    _journal("identifiers.redirected", [name for name in pairs if rows[name].id in fresh], actor, now, **told)
    return len(fresh)


@transaction.atomic
def withdraw(
    names: Collection[str],
    *,
    reason: str,
    titles: Mapping[str, str] | None = None,
    actor: Actor,
    now: dt.datetime,
) -> int:
    """Names lead to their tombstones: the reason (at most 500 characters) and, where given, what it was called.

    Locations are kept for the way back. Returns how many were not withdrawn already. Refused: unknown_identifier,
    no_reason.
    """
    reason = reason.strip()[:500]
    if not reason:
        raise Refused("no_reason")
    rows = [row for row in lock(set(names)).values() if row.state != "withdrawn"]
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE identifiers_identifier i SET state = 'withdrawn', target_id = NULL, reason = %s, withdrawn_at = %s,"
            " title = asked.title FROM unnest(%s::bigint[], %s::text[]) AS asked(id, title) WHERE i.id = asked.id",
            [reason, now, [row.id for row in rows], [(titles or {}).get(row.name, "")[:500] for row in rows]],
        )
    _journal("identifiers.withdrawn", [row.name for row in rows], actor, now, reason=reason)
    return len(rows)


@transaction.atomic
def reinstate(names: Collection[str], *, actor: Actor, now: dt.datetime) -> int:
    """Withdrawn and redirected names lead to their own locations again; without any they are reserved.

    Returns how many changed. Refused: unknown_identifier.
    """
    rows = [row for row in lock(set(names)).values() if row.state in {"withdrawn", "redirected"}]
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE identifiers_identifier i SET target_id = NULL, reason = '', withdrawn_at = NULL, title = '',"
            " state = CASE WHEN EXISTS (SELECT FROM identifiers_location l WHERE l.identifier_id = i.id"
            " AND l.valid_to IS NULL) THEN 'registered' ELSE 'reserved' END WHERE id = ANY(%s)",
            [[row.id for row in rows]],
        )
    _journal("identifiers.reinstated", [row.name for row in rows], actor, now)
    return len(rows)


_DEEPEST_THROUGH = """
WITH RECURSIVE above AS (
  SELECT id, 0 AS depth FROM identifiers_identifier WHERE id = ANY(%s)
  UNION
  SELECT i.id, depth + 1 FROM above JOIN identifiers_identifier i ON i.target_id = above.id WHERE depth <= %s
), chain AS (
  SELECT id AS start, id, 0 AS depth FROM above
  UNION
  SELECT start, i.target_id, depth + 1 FROM chain JOIN identifiers_identifier i ON i.id = chain.id
  WHERE i.target_id IS NOT NULL AND depth <= %s
)
SELECT bool_or(depth > 0 AND start = id), max(depth) FROM chain
"""


def _refuse_loops(changed: list[int]) -> None:
    """Looks at every chain that runs through a changed name, from its first name on."""
    with connection.cursor() as cursor:
        cursor.execute(_DEEPEST_THROUGH, [changed, queries.DEEPEST, queries.DEEPEST])
        loops, depth = cursor.fetchone()
    if loops:
        raise Refused("redirect_loop")
    if (depth or 0) > queries.DEEPEST:
        raise Refused("chain_too_long", str(queries.DEEPEST))


def _journal(entry: str, names: Iterable[str], actor: Actor, now: dt.datetime, **detail: str) -> None:
    touched = sorted(names)
    if touched:
        journal.record(
            name=entry, subject_kind="identifiers", subject_key=touched[0], actor=actor, now=now,
            count=len(touched), **detail,
        )  # fmt: skip
