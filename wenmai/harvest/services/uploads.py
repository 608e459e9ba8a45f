"""Files are handed in, and what nobody handed in after all is removed."""

import datetime as dt
from pathlib import Path

from django.db import transaction

from wenmai.catalogue import queries as catalogue
from wenmai.harvest import detection, intake, rules
from wenmai.harvest.models import Run, Source, Upload
from wenmai.harvest.rules import Kind
from wenmai.harvest.services.runs import start
from wenmai.lib import bulk
from wenmai.lib.access import Actor
from wenmai.lib.refusal import Refused
from wenmai.standards import queries as standards

# Longer than the token of a file that was looked at is good for, and than any upload takes.
GRACE = dt.timedelta(days=2)


def require_welcome(*, source_id: int) -> None:
    """To be asked before a file is read. Refused: not_upload, is_closed, already_running."""
    source = Source.objects.get(pk=source_id)
    if source.kind != Kind.UPLOAD:
        raise Refused("not_upload")
    if source.closed_at:
        raise Refused("is_closed")
    if Run.objects.filter(source=source, state__in=rules.ACTIVE).exists():
        raise Refused("already_running")


@transaction.atomic
def hand_in(
    *,
    source_id: int,
    digest: str,
    name: str,
    size: int,
    format: str = "",
    whole: bool = False,
    in_worker: bool = True,
    actor: Actor,
    now: dt.datetime,
) -> Run:
    """A run over a file that `intake` keeps; its format is detected when not given.

    `whole`: the file is all that the source has, so what is not in it is gone. Refused: not_upload, is_closed,
    already_running, format_unknown, upload_again (the file is not kept any more).
    """
    require_welcome(source_id=source_id)
    source = Source.objects.get(pk=source_id)
    feed = catalogue.feed(source.feed_id)
    assert feed is not None
    formats = standards.crosswalk(feed.crosswalk).formats
    _lock(digest)
    if not intake.path_of(digest).is_file():
        raise Refused("upload_again", name[:200])
    format = format or detection.detect_file(intake.path_of(digest), formats, feed.format, name)
    if format not in formats:
        raise Refused("format_unknown", name[:200])
    upload = Upload.objects.create(
        source=source, digest=digest, name=Path(name).name[-200:] or "upload", size=size, format=format,
        is_whole=whole, by_name=actor.name, at=now,
    )  # fmt: skip
    return start(source_id=source_id, upload_id=upload.pk, in_worker=in_worker, actor=actor, now=now)


@transaction.atomic
def discard(*, digest: str) -> bool:
    """Removes a kept file unless somebody handed it in; whether it did."""
    _lock(digest)
    if Upload.objects.filter(digest=digest).exists():
        return False
    intake.path_of(digest).unlink(missing_ok=True)
    return True


def sweep_intake(*, now: dt.datetime, grace: dt.timedelta = GRACE) -> int:
    """Removes what nobody handed in, and what never arrived whole, when it was not touched for so long; how many."""
    moment = (now - grace).timestamp()
    digests = intake.kept_and_untouched_since(moment)
    handed_in = set(Upload.objects.filter(digest__in=digests).values_list("digest", flat=True))
    count = sum(discard(digest=digest) for digest in digests if digest not in handed_in)
    for path in intake.untouched_since(moment, intake.ARRIVING):
        path.unlink(missing_ok=True)
        count += 1
    return count


def _lock(digest: str) -> None:
    """Until the transaction ends nobody else hands in or removes the file with this content."""
    bulk.lock(f"harvest.intake.{digest}")
