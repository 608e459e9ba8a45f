"""Does the catalogue agree with itself?"""

import hashlib
from collections.abc import Iterator

import orjson
import zstandard
from django.db import connection

from wenmai.catalogue import rules
from wenmai.lib.upkeep import Finding

_HOLDS = {
    "Records whose shown version is missing": """
        SELECT count(*) FROM catalogue_record r LEFT JOIN catalogue_recordversion v
          ON v.record_id = r.id AND v.number = r.shown_version
        WHERE r.shown_version IS NOT NULL AND v.id IS NULL""",
    "Records that show something else than was approved": """
        SELECT count(*) FROM catalogue_record r JOIN catalogue_recordversion v
          ON v.record_id = r.id AND v.number = r.shown_version WHERE v.content_hash <> r.shown_hash""",
    "Visible records whose shown version nobody approved": """
        SELECT count(*) FROM catalogue_record r
        JOIN catalogue_recordversion v ON v.record_id = r.id AND v.number = r.shown_version
        JOIN catalogue_intake i ON i.id = v.intake_id
        WHERE r.visible AND NOT i.published AND NOT EXISTS (
          SELECT FROM catalogue_decision d WHERE d.record_id = r.id AND d.number = v.number AND d.approved
            AND d.content_hash = v.content_hash)""",
    "Records whose latest version is missing": """
        SELECT count(*) FROM catalogue_record r LEFT JOIN catalogue_recordversion v
          ON v.record_id = r.id AND v.number = r.version WHERE v.id IS NULL""",
    "Visible records without an identifier": """
        SELECT count(*) FROM catalogue_record WHERE visible AND identifier IS NULL""",
    "Withdrawn records without an open withdrawal": """
        SELECT count(*) FROM catalogue_record r WHERE state = 'withdrawn' AND NOT EXISTS (
          SELECT FROM catalogue_withdrawal w WHERE w.record_id = r.id AND w.restored_at IS NULL)""",
}


def check() -> Iterator[Finding]:
    for sentence, sql in _HOLDS.items():
        yield Finding((count := _number(sql)) == 0, f"{sentence}: {count}")


def look_deep() -> Iterator[Finding]:
    """Every version is made anew into what its hashes were taken of: the bytes that came, and what was approved."""
    wrong, after = 0, 0
    while rows := _versions(after):
        after = rows[-1][0]
        wrong += sum(not _is_whole(*row[1:]) for row in rows)
    yield Finding(not wrong, f"Versions that are not what their hash says: {wrong}")


def _versions(after: int) -> list[tuple[int, str, bytes, bytes, bytes]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, elements::text, content_hash, raw, raw_hash FROM catalogue_recordversion WHERE id > %s"
            " ORDER BY id LIMIT 1000",
            [after],
        )
        rows: list[tuple[int, str, bytes, bytes, bytes]] = cursor.fetchall()
    return rows


def _is_whole(elements: str, content_hash: bytes, raw: bytes, raw_hash: bytes) -> bool:
    try:
        came = zstandard.ZstdDecompressor().decompress(bytes(raw))
    except zstandard.ZstdError:
        return False
    made = rules.canonical(orjson.loads(elements))
    return all(
        hashlib.sha256(content).digest() == bytes(kept) for content, kept in ((made, content_hash), (came, raw_hash))
    )


def gauges() -> Iterator[tuple[str, float]]:
    """Visible records, and versions that wait for a reviewer (from the partial index)."""
    yield "wenmai_catalogue_records_visible", _number("SELECT count(*) FROM catalogue_record WHERE visible")
    yield (
        "wenmai_catalogue_versions_waiting",
        _number(
            "SELECT count(*) FROM catalogue_record WHERE deleted_at IS NULL AND state <> 'withdrawn'"
            " AND (shown_version IS NULL OR shown_version <> version)"
        ),
    )


def _number(sql: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        row = cursor.fetchone()
    return int(row[0]) if row else 0
