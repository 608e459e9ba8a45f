"""Does every name lead somewhere, to another name or to its tombstone, and was none given twice?"""

from collections.abc import Iterator

from django.db import connection

from wenmai.identifiers import queries, services
from wenmai.lib import clock
from wenmai.lib.access import SYSTEM
from wenmai.lib.upkeep import Finding

_FINDINGS = (
    (
        "registered names without a location",
        "SELECT count(*) FROM identifiers_identifier i WHERE state = 'registered' AND NOT EXISTS"
        " (SELECT FROM identifiers_location l WHERE l.identifier_id = i.id AND l.valid_to IS NULL)",
        "those that never led anywhere: whoever minted them says where they lead, or withdraws them",
    ),
    (
        "names given twice",
        "SELECT count(*) - count(DISTINCT name) FROM identifiers_identifier",
        "the index identifier_name_once is damaged: restore the last backup, or REINDEX and tell apart by hand",
    ),
    (
        "client keys named twice",
        "SELECT count(*) - count(DISTINCT (client, client_key)) FROM identifiers_identifier",
        "the index identifier_minted_once is damaged: restore the last backup, or redirect one name to the other",
    ),
    (
        "redirects that lead to no end",
        "WITH RECURSIVE chain AS (SELECT id AS start, target_id, 1 AS depth FROM identifiers_identifier"
        " WHERE target_id IS NOT NULL UNION ALL SELECT start, i.target_id, depth + 1 FROM chain"
        " JOIN identifiers_identifier i ON i.id = chain.target_id WHERE i.target_id IS NOT NULL AND depth <= %s)"
        " SELECT count(DISTINCT start) FROM chain WHERE depth > %s",
        "somebody who knows the resources says which of the names in the circle is to lead on: nothing here tells",
    ),
    (
        "names minted beyond the serial",
        "SELECT count(*) FROM identifiers_identifier, identifiers_serial s WHERE id > s.last_value",
        "",
    ),
)


def findings() -> Iterator[Finding]:
    """For `wenmai check`."""
    with connection.cursor() as cursor:
        for words, sql, advice in _FINDINGS:
            cursor.execute(sql, [queries.DEEPEST, queries.DEEPEST] if "%s" in sql else None)
            count = cursor.fetchone()[0]
            yield Finding(count == 0, f"{count} {words}", advice)


def mend() -> Iterator[str]:
    """For `wenmai check --mend`: nothing is guessed; redirects and doubles are left to people."""
    if count := services.reopen_last_locations(actor=SYSTEM, now=clock.now()):
        yield f"{count} names lead again to where they led last"
    if count := services.advance_serial(actor=SYSTEM, now=clock.now()):
        yield f"the serial was {count} behind the names that were given: it goes on after them"
