"""Taking a file in."""

import datetime as dt
import hashlib
from pathlib import Path
from typing import BinaryIO, Protocol

from django.db import transaction

from wenmai.files import disk, sandbox
from wenmai.files.models import StoredObject
from wenmai.files.rules import boxes, captions, ebml, kinds, pdf, sound
from wenmai.files.rules.measures import Measure, Measures
from wenmai.files.rules.sniffing import HEAD, sniff
from wenmai.files.services.stills import has_still
from wenmai.journal import services as journal
from wenmai.lib import bulk, jobs
from wenmai.lib.access import Actor
from wenmai.lib.refusal import Refused

_CHUNK = 1024 * 1024
_MEASURES: dict[str, Measure] = {
    "audio/wav": sound.measure_wav,
    "audio/flac": sound.measure_flac,
    "audio/mpeg": sound.measure_mp3,
    "audio/ogg": sound.measure_ogg,
    "video/mp4": boxes.measure_mp4,
    "video/webm": ebml.measure_webm,
    "application/pdf": pdf.measure_pdf,
    captions.TYPE: captions.measure,
}


class Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


def store(
    stream: Readable,
    *,
    limit: int = kinds.UPLOAD_LIMIT,
    declared_type: str = "",
    name: str = "",
    actor: Actor,
    now: dt.datetime,
) -> StoredObject:
    """Keeps the bytes, once for each content, and says what they are. `limit` in bytes, `name` only for downloads.

    Refused: empty, too_large, no_space, unknown_type, type_differs, damaged, encrypted, too_many_pixels,
    unsafe_archive, too_costly, captions_unreadable, captions_too_much; then nothing is left behind. Memory is flat.
    Captions are kept as `rules.captions` writes them anew, under the hash of that. The row is written in the caller's
    transaction; attach it within a week, or it is swept away.
    """
    with disk.incoming() as file:
        hash, size = _receive(stream, file, limit)
        file.seek(0)
        media_type = sniff(file.read(HEAD))
        if not media_type:
            raise Refused("unknown_type", declared_type[:60])
        if media_type == captions.TYPE:
            hash, size = _written_anew(file, size)
        known = StoredObject.objects.filter(hash=hash).first()
        if known is None:
            measures, has_picture = _measure(file, size, hash, media_type)
            media_type = measures.media_type or media_type
            has_picture = has_picture or has_still(Path(file.name), hash, media_type)
        else:
            measures, has_picture = Measures(media_type=known.media_type), known.has_picture
        media_type = measures.media_type or media_type
        kinds.check_declared(declared_type, media_type)
        fresh = StoredObject(
            hash=hash,
            size=size,
            media_type=media_type,
            name=kinds.clean_name(name, media_type),
            width=measures.width,
            height=measures.height,
            duration_ms=measures.duration_ms,
            pages=measures.pages,
            has_picture=has_picture,
            stills_sought=kinds.STILLS if media_type in kinds.FILMS else 0,
            created_at=now,
            stored_at=now,
        )
        return _keep(file, fresh, actor)


def _receive(stream: Readable, file: BinaryIO, limit: int) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    while piece := stream.read(_CHUNK):
        size += len(piece)
        if size > limit:
            raise Refused("too_large", f"> {limit}")
        disk.check_space()
        digest.update(piece)
        file.write(piece)
    if not size:
        raise Refused("empty")
    file.flush()
    return digest.hexdigest(), size


def _written_anew(file: BinaryIO, size: int) -> tuple[str, int]:
    """Captions of whatever dialect as WebVTT of ours, in the place of what came."""
    if size > captions.SIZE_LIMIT:
        raise Refused("too_large", f"> {captions.SIZE_LIMIT}")
    file.seek(0)
    content = captions.rewrite(file.read(size))
    file.seek(0)
    file.truncate()
    file.write(content)
    file.flush()
    return hashlib.sha256(content).hexdigest(), len(content)


def _measure(file: BinaryIO, size: int, hash: str, media_type: str) -> tuple[Measures, bool]:
    """What is played is measured by its headers; what is opened here at all is opened in the sandbox."""
    if media_type in _MEASURES:
        return _MEASURES[media_type](file, size), False
    answer, _ = sandbox.decode(Path(file.name), hash, media_type, "measure")
    return Measures(answer.get("width"), answer.get("height"), None, answer.get("pages")), bool(answer["has_picture"])


@transaction.atomic
def _keep(file: BinaryIO, fresh: StoredObject, actor: Actor) -> StoredObject:
    """Under the object's lock, so that it is never swept between its file and its row."""
    bulk.lock(f"files:{fresh.hash}")
    known = StoredObject.objects.filter(hash=fresh.hash).first()
    path = disk.object_path(fresh.hash)
    if known is None or not path.is_file() or path.stat().st_size != fresh.size:
        disk.place(file, path)
    if known is not None:
        known.stored_at = fresh.stored_at
        known.save(update_fields=["stored_at"])
        return known
    fresh.save()
    journal.record(
        name="files.stored",
        subject_kind="file",
        subject_key=fresh.hash,
        actor=actor,
        now=fresh.stored_at,
        media_type=fresh.media_type,
        size=fresh.size,
    )
    if fresh.has_picture:
        jobs.defer("files.make_pictures", hash=fresh.hash)
    return fresh
