"""Does the catalogue agree with itself?"""

import datetime as dt
import hashlib
from collections.abc import Iterator

import zstandard
from django.db import connection

from wenmai.catalogue import queries, services
from wenmai.catalogue.queries import grading, soundness
from wenmai.lib import clock
from wenmai.lib.access import SYSTEM
from wenmai.lib.upkeep import Finding
from wenmai.standards import queries as standards

_APPROVE = "read it on its page in the desk, then approve it again or withdraw it: no machine decides what is shown"
_LOST = "restore the last backup, or harvest the source in full (`wenmai harvest CODE --full`) for what it still has"
# What is looked at, how it is found, and what a person does where no machine may.
_HOLDS = (
    ("Records whose shown version is missing", soundness.SHOWN_MISSING, _LOST),
    ("Records whose latest version is missing", soundness.LATEST_MISSING, _LOST),
    ("Records that show something else than was approved", soundness.HASH_DIFFERS, _APPROVE),
    ("Visible records whose shown version nobody approved", soundness.UNAPPROVED, _APPROVE),
    ("Records with an open withdrawal that are not withdrawn", soundness.TOLD_NOT_WITHDRAWN, ""),
    ("Withdrawn records without an open withdrawal", soundness.WITHDRAWN_UNTOLD, ""),
    ("Records whose columns are not those of the version on show", soundness.MISDESCRIBED, _LOST),
    ("Records not linked with the others of their work", soundness.UNLINKED, ""),
    ("Records without an identifier", soundness.NAMELESS, ""),
)
# What is wrong with a record's name, by the state of the name.
_NAMES = (
    ("mendable", "Records whose name does not say what is true of them", ""),
    (
        "withdrawn",
        "Visible records whose name was withdrawn",
        "withdraw the record too, or let its name lead on again: both in the desk",
    ),
    (
        "",
        "Records with a name that was never given",
        "restore the identifiers from the last backup: a name that was cited is not replaced by another",
    ),
)
_NAMED = 5
_MOVES = dt.timedelta(minutes=15)


def check() -> Iterator[Finding]:
    for sentence, statement, advice in _HOLDS:
        found = soundness.ids(statement)
        yield Finding(not found, f"{sentence}: {_counted(found)}", advice)
    astray: dict[str, list[int]] = {"": [], "withdrawn": [], "mendable": []}
    for one in soundness.names_astray():
        astray.get(one.state, astray["mendable"]).append(one.id)
    for state, sentence, advice in _NAMES:
        yield Finding(not astray[state], f"{sentence}: {_counted(astray[state])}", advice)
    yield _graded()


def _graded() -> Finding:
    """While a walk moves on, what it has not reached is no fault."""
    left = queries.outdated_count(queries.targets(standards.today()))
    walk = queries.open_regrading()
    moves = walk is not None and clock.now() - walk.moved_at < _MOVES
    told = f", a re-grading has done {walk.done_count} of {walk.total_count}" if walk else ""
    sentence = f"Records graded by another profile version than counts today: {left}{told}"
    return Finding(not left or moves, sentence, "`wenmai regrade` does it now; a running worker does it by itself")


def mend() -> Iterator[str]:
    yield from services.mend(actor=SYSTEM, now=clock.now())
    walk = services.begin_regrading(actor=SYSTEM, now=clock.now())
    if walk is not None:
        walk = services.carry_out_regrading(walk.pk)
        yield f"{walk.done_count} records graded by the versions that count today, {walk.changed_count} changed"


def _counted(ids: list[int]) -> str:
    named = ", ".join(str(one) for one in ids[:_NAMED])
    more = ", …" if len(ids) > _NAMED else ""
    return f"{len(ids)}{f' ({named}{more})' if ids else ''}"


def look_deep() -> Iterator[Finding]:
    """Every version is made anew into what its hashes were taken of: the bytes that came, and what was approved.

    And every record is graded once more by the version that it names.
    """
    wrong, after = 0, 0
    while rows := _versions(after):
        after = rows[-1][0]
        wrong += sum(not _is_whole(*row[1:]) for row in rows)
    yield Finding(not wrong, f"Versions that are not what their hash says: {wrong}", _LOST)
    astray = list(grading.misgraded())
    advice = "`wenmai regrade --everything` grades every record again"
    yield Finding(
        not astray, f"Records with another grade than their profile version gives: {_counted(astray)}", advice
    )


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
    return hashlib.sha256(came).digest() == bytes(raw_hash) and soundness.is_unspoilt(elements, content_hash)


def gauges() -> Iterator[tuple[str, float]]:
    """Visible records, versions that wait for a reviewer (from the partial index), what a re-grading has left."""
    walk = queries.open_regrading()
    yield "wenmai_catalogue_records_to_regrade", walk.total_count - walk.done_count if walk else 0
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
