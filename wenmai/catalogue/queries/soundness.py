"""What may be wrong inside the catalogue, as statements that find it and reads that tell where names should lead."""

import hashlib
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import orjson
from django.db import connection

from wenmai.catalogue import rules
from wenmai.identifiers import queries as identifiers

_BATCH = 5000
_SHOWN = "catalogue_record r JOIN catalogue_recordversion v ON v.record_id = r.id AND v.number = r.shown_version"
# The feed's policy or a reviewer approved exactly these words.
APPROVED = """(EXISTS (SELECT FROM catalogue_intake i WHERE i.id = v.intake_id AND i.published) OR EXISTS (
  SELECT FROM catalogue_decision d WHERE d.record_id = r.id AND d.number = v.number AND d.approved
    AND d.content_hash = v.content_hash))"""
OPEN_WITHDRAWAL = "EXISTS (SELECT FROM catalogue_withdrawal w WHERE w.record_id = r.id AND w.restored_at IS NULL)"
# Each finds ids of records.
SHOWN_MISSING = """SELECT r.id FROM catalogue_record r LEFT JOIN catalogue_recordversion v
  ON v.record_id = r.id AND v.number = r.shown_version WHERE r.shown_version IS NOT NULL AND v.id IS NULL"""
LATEST_MISSING = """SELECT r.id FROM catalogue_record r LEFT JOIN catalogue_recordversion v
  ON v.record_id = r.id AND v.number = r.version WHERE v.id IS NULL"""
HASH_DIFFERS = f"SELECT r.id FROM {_SHOWN} WHERE v.content_hash IS DISTINCT FROM r.shown_hash"
UNAPPROVED = f"SELECT r.id FROM {_SHOWN} WHERE r.visible AND NOT {APPROVED}"
NAMELESS = "SELECT r.id FROM catalogue_record r WHERE r.identifier IS NULL"
WITHDRAWN_UNTOLD = f"SELECT r.id FROM catalogue_record r WHERE r.state = 'withdrawn' AND NOT {OPEN_WITHDRAWAL}"
TOLD_NOT_WITHDRAWN = f"SELECT r.id FROM catalogue_record r WHERE r.state <> 'withdrawn' AND {OPEN_WITHDRAWAL}"
MISDESCRIBED = f"""SELECT r.id FROM {_SHOWN} WHERE r.title <> left(coalesce(v.elements->'title'->0->>0, ''), 2000)
  OR r.type <> coalesce(nullif(v.elements->'type'->0->>0, ''), 'text')"""
UNLINKED = """SELECT r.id FROM catalogue_record r LEFT JOIN catalogue_work w ON w.id = r.work_id
  WHERE r.deleted_at IS NULL AND (w.key <> r.match_key OR w.id IS NULL AND EXISTS (
    SELECT FROM catalogue_record o WHERE o.match_key = r.match_key AND o.id <> r.id AND o.deleted_at IS NULL))"""


class Astray(NamedTuple):
    """A record whose name does not say what is true of it. `state`: of the name, "" when nobody ever minted it."""

    id: int
    name: str
    visible: bool
    state: str
    title: str
    reason: str


def ids(statement: str) -> list[int]:
    """The records that one of the statements above finds."""
    with connection.cursor() as cursor:
        cursor.execute(f"{statement} ORDER BY 1")
        return [row[0] for row in cursor.fetchall()]


def unspoilt(record_ids: Sequence[int]) -> list[int]:
    """Those of the records whose version on show still is what its hash was taken of."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT r.id, v.elements::text, v.content_hash FROM {_SHOWN} WHERE r.id = ANY(%s)", [list(record_ids)]
        )
        return [row[0] for row in cursor.fetchall() if is_unspoilt(row[1], row[2])]


def is_unspoilt(elements: str, content_hash: bytes) -> bool:
    """`elements`: the JSON of a version."""
    return hashlib.sha256(rules.canonical(orjson.loads(elements))).digest() == bytes(content_hash)


def names_astray() -> Iterator[Astray]:
    """What can be seen has a name that leads somewhere; the name of what cannot does not lead to its page.

    Elsewhere people may lead names as they like.
    """
    after = 0
    while rows := _named(after):
        after = rows[-1][0]
        standings = identifiers.standings([row[1] for row in rows])
        for row in rows:
            state, addresses = standings.get(row[1], ("", frozenset[str]()))
            if not _is_true(row[0], row[2], state, addresses):
                yield Astray(row[0], row[1], row[2], state, row[3], row[4])


def _is_true(record_id: int, visible: bool, state: str, addresses: frozenset[str]) -> bool:
    if visible:
        return state == "redirected" or (state == "registered" and bool(addresses))
    return bool(state) and not (state == "registered" and f"/records/{record_id}" in addresses)


def _named(after: int) -> list[tuple[int, str, bool, str, str]]:
    """Number, name, whether it can be seen, title if it ever was public, why it is hidden."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT r.id, r.identifier, r.visible, CASE WHEN r.shown_version IS NULL THEN '' ELSE r.title END,"
            " coalesce(nullif(r.deletion, ''), (SELECT w.reason FROM catalogue_withdrawal w WHERE w.record_id = r.id"
            "   AND w.restored_at IS NULL), 'not published')"
            " FROM catalogue_record r WHERE r.id > %s AND r.identifier IS NOT NULL ORDER BY r.id LIMIT %s",
            [after, _BATCH],
        )
        rows: list[tuple[int, str, bool, str, str]] = cursor.fetchall()
        return rows
