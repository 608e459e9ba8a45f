"""What `wenmai check --mend` may put right about names: where they led last, and from where the next are made."""

import datetime as dt

from django.db import connection, transaction

from wenmai.journal import services as journal
from wenmai.lib.access import Actor

# All that were closed at the last moment, as they were; a name that never led anywhere stays as it is.
_REOPEN = """
WITH homeless AS (
  SELECT id, name FROM identifiers_identifier i WHERE state = 'registered' AND NOT EXISTS (
    SELECT FROM identifiers_location l WHERE l.identifier_id = i.id AND l.valid_to IS NULL)
  ORDER BY id FOR NO KEY UPDATE
), last AS (
  SELECT l.*, h.name, rank() OVER (PARTITION BY l.identifier_id ORDER BY l.valid_to DESC) AS age
  FROM homeless h JOIN identifiers_location l ON l.identifier_id = h.id
), opened AS (
  INSERT INTO identifiers_location (identifier_id, address, kind, rank, valid_from)
  SELECT identifier_id, address, kind, rank, greatest(%s, valid_to) FROM last WHERE age = 1
  ON CONFLICT (identifier_id, address) WHERE valid_to IS NULL DO NOTHING RETURNING identifier_id
)
SELECT min(name), count(DISTINCT identifier_id) FROM opened JOIN last USING (identifier_id)"""


@transaction.atomic
def reopen_last_locations(*, actor: Actor, now: dt.datetime) -> int:
    """Registered names that lead nowhere lead again to where they led last; returns how many names."""
    with connection.cursor() as cursor:
        cursor.execute(_REOPEN, [now])
        name, count = cursor.fetchone()
    if count:
        _journal(name, "last_location", count, actor, now)
    return int(count)


@transaction.atomic
def advance_serial(*, actor: Actor, now: dt.datetime) -> int:
    """The next name is made from a number that none has; returns by how many the serial was behind."""
    with connection.cursor() as cursor:
        # Nobody mints meanwhile.
        cursor.execute("LOCK TABLE identifiers_identifier IN SHARE ROW EXCLUSIVE MODE")
        cursor.execute(
            "SELECT max(i.id) - s.last_value FROM identifiers_identifier i, identifiers_serial s GROUP BY s.last_value"
        )
        row = cursor.fetchone()
        behind = int(row[0]) if row else 0
        if behind <= 0:
            return 0
        cursor.execute("SELECT setval('identifiers_serial', max(id)) FROM identifiers_identifier")
    _journal("serial", "serial", behind, actor, now)
    return behind


def _journal(subject: str, what: str, count: int, actor: Actor, now: dt.datetime) -> None:
    journal.record(
        name="identifiers.mended", subject_kind="identifiers", subject_key=subject[:200], actor=actor, now=now,
        what=what, count=count,
    )  # fmt: skip
