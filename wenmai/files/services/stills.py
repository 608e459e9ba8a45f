"""Stills of films: looked for when a film comes in, and again when more kinds of films give one."""

import datetime as dt
from collections.abc import Mapping
from pathlib import Path

from django.db import transaction

from wenmai.files import disk, queries, sandbox
from wenmai.files.models import StoredObject
from wenmai.files.rules import kinds
from wenmai.journal import services as journal
from wenmai.lib import jobs
from wenmai.lib.access import SYSTEM, Actor
from wenmai.lib.refusal import Refused

_BATCH = 50


def has_still(path: Path, hash: str, media_type: str) -> bool:
    """A film is kept for being played: one that gives no still, lies or costs too much is kept without.

    Refused `no_space`.
    """
    if media_type not in kinds.FILMS:
        return False
    try:
        return bool(sandbox.decode(path, hash, media_type, "measure")[0]["has_picture"])
    except Refused as refused:
        if refused.code == "no_space":
            raise
        return False


def seek_stills(*, now: dt.datetime, actor: Actor = SYSTEM) -> tuple[int, int]:
    """(films that were looked at, those that have a still now): all not looked at with this `kinds.STILLS`."""
    after = looked = found = 0
    while films := queries.films_without_stills(after, _BATCH):
        stills = {
            one.pk: has_still(disk.object_path(one.hash), one.hash, one.media_type)
            for one in films
            if disk.object_path(one.hash).is_file()
        }
        _keep(stills, now, actor)
        after, looked, found = films[-1].pk, looked + len(stills), found + sum(stills.values())
    return looked, found


@transaction.atomic
def _keep(stills: Mapping[int, bool], now: dt.datetime, actor: Actor) -> None:
    rows = list(StoredObject.objects.select_for_update().filter(pk__in=list(stills)).order_by("pk"))
    for row in rows:
        row.has_picture, row.stills_sought = stills[row.pk], kinds.STILLS
    StoredObject.objects.bulk_update(rows, ["has_picture", "stills_sought"])
    hashes = [row.hash for row in rows if row.has_picture]
    if rows:
        journal.record(
            name="files.stills_sought", subject_kind="files", subject_key=rows[0].pk, actor=actor, now=now,
            looked=len(rows), hashes=hashes,
        )  # fmt: skip
    for hash in hashes:
        jobs.defer("files.make_pictures", hash=hash)
