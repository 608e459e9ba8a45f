"""Does the catalogue agree with itself?"""

from collections.abc import Iterator

from django.db import connection

from wenmai.lib.upkeep import Finding

_HOLDS = {
    "Records whose shown version is missing": """
        SELECT count(*) FROM catalogue_record r LEFT JOIN catalogue_recordversion v
          ON v.record_id = r.id AND v.number = r.shown_version
        WHERE r.shown_version IS NOT NULL AND v.id IS NULL""",
    "Records that show something else than was approved": """
        SELECT count(*) FROM catalogue_record r JOIN catalogue_recordversion v
          ON v.record_id = r.id AND v.number = r.shown_version WHERE v.content_hash <> r.shown_hash""",
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
