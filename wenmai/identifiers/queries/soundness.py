"""What is not as it should be."""

from collections.abc import Iterable, Iterator

from django.db import connection

from wenmai.identifiers.queries.names import DEEPEST
from wenmai.lib.upkeep import Finding

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
