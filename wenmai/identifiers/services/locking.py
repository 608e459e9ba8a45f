"""Names are locked in the order of their numbers before anything about them is decided."""

from collections.abc import Collection, Iterable
from typing import NamedTuple

from django.db import connection

from wenmai.lib.refusal import Refused


class Locked(NamedTuple):
    id: int
    name: str
    state: str
    target_id: int | None


def lock(names: Collection[str]) -> dict[str, Locked]:
    """Canonical name -> its row, held until the transaction ends. Refused: unknown_identifier."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, name, state, target_id FROM identifiers_identifier WHERE name = ANY(%s)"
            " ORDER BY id FOR NO KEY UPDATE",
            [list(names)],
        )
        found = {row[1]: Locked(*row) for row in cursor.fetchall()}
    for name in names:
        if name not in found:
            raise Refused("unknown_identifier", name)
    return found


def refuse_unless(rows: Iterable[Locked], states: Collection[str]) -> None:
    """Refused with what the name is instead: is_reserved, is_registered, is_redirected, is_withdrawn."""
    for row in rows:
        if row.state not in states:
            raise Refused(f"is_{row.state}", row.name)
