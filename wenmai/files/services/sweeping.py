"""Removing what nobody needs: rows without an owner, files without a row, writing that was never finished."""

import datetime as dt
import logging
from collections.abc import Sequence
from pathlib import Path

from django.db import IntegrityError, connection, transaction

from wenmai.files import disk, queries
from wenmai.files.models import StoredObject
from wenmai.files.services.owners import unclaimed
from wenmai.journal import services as journal
from wenmai.lib import bulk
from wenmai.lib.access import SYSTEM, Actor

GRACE = dt.timedelta(days=7)
UNFINISHED = dt.timedelta(days=1)
_BATCH = 500
_REMOVE = "DELETE FROM files_storedobject WHERE id = ANY(%s) AND stored_at < %s RETURNING hash, size"
logger = logging.getLogger(__name__)


def remove_orphans(*, now: dt.datetime, grace: dt.timedelta = GRACE, actor: Actor = SYSTEM) -> int:
    """Removes objects that no owner claims and nobody handed in again since the grace began; says how many.

    Refused `unclaimed_unknown` while no owner has registered claims.
    """
    before, after, count = now - grace, 0, 0
    while ids := queries.older_than(before, after, _BATCH):
        hashes = _remove_rows(sorted(unclaimed(ids)), before, now, actor)
        for hash in hashes:
            _remove_file(hash)
        after, count = ids[-1], count + len(hashes)
    return count


def _remove_rows(ids: Sequence[int], before: dt.datetime, now: dt.datetime, actor: Actor) -> list[str]:
    if not ids:
        return []
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_REMOVE, [list(ids), before])
            rows = cursor.fetchall()
            if rows:
                size = sum(size for _hash, size in rows)
                journal.record(
                    name="files.removed", subject_kind="files", subject_key=ids[0], actor=actor, now=now,
                    hashes=[hash for hash, _size in rows], size=size,
                )  # fmt: skip
    except IntegrityError:
        # Somebody attached one of them a moment ago; the next sweep looks again.
        logger.warning("a batch of unclaimed files was left alone", exc_info=True)
        return []
    return [hash for hash, _size in rows]


@transaction.atomic
def _remove_file(hash: str) -> bool:
    """Under the object's lock, unless it was handed in again."""
    bulk.lock(f"files:{hash}")
    if StoredObject.objects.filter(hash=hash).exists():
        return False
    disk.remove(hash)
    return True


def remove_strays(*, now: dt.datetime, grace: dt.timedelta = GRACE) -> int:
    """Removes files that have no row, and what was being written more than a day ago; says how many."""
    count = 0
    for path in _older(disk.root() / "incoming", now - UNFINISHED, "*"):
        path.unlink(missing_ok=True)
        count += 1
    for folder in (disk.root() / "objects", disk.root() / "pictures"):
        for part in sorted(folder.iterdir()) if folder.is_dir() else ():
            hashes = sorted({path.name[:64] for path in _older(part, now - grace, "*/*")})
            known = queries.known(hashes)
            count += sum(_remove_file(hash) for hash in hashes if hash not in known)
    return count


def _older(folder: Path, moment: dt.datetime, pattern: str) -> list[Path]:
    return [path for path in folder.glob(pattern) if path.lstat().st_mtime < moment.timestamp()]
