"""Files into batches: a folder, or one uploaded file."""

import datetime as dt
import os
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import BinaryIO, NamedTuple

from django.utils import timezone

from wenmai.catalogue import queries as catalogue
from wenmai.catalogue.rules import Arrival, Described, Describer
from wenmai.formats import reading
from wenmai.formats.values import Limits, Outcome, Parsed, Reject
from wenmai.harvest import detection, intake
from wenmai.harvest.models import Run, Source
from wenmai.harvest.rules import RunFailed
from wenmai.harvest.services import batches
from wenmai.lib.ahead import ahead
from wenmai.standards import queries as standards

BATCH, BATCH_BYTES = 1000, 8 * 1024 * 1024
FILES = 100_000
LIMITS = Limits(reject_bytes=1024 * 1024)
Item = Arrival | Reject


class Batch(NamedTuple):
    """Pieces of a file, and how many of its bytes were read by their end."""

    items: list[Item]
    end: int


@dataclass(slots=True)
class Describing:
    """Records are described before it is known that they changed, as long as most did."""

    describer: Describer
    pays: bool = True

    def ahead(self, parsed: Parsed) -> Described | Reject | None:
        """None where there is nothing to gain, and for what cannot be described: the catalogue meets it again."""
        try:
            return self.describer.describe(parsed) if self.pays else None
        except Exception:
            return None


class Found(NamedTuple):
    """A file to read: its name for people and for going on, and its state when it was found.

    `mtime_ns` 0: it is named by its content, which never changes, whoever touches it.
    """

    name: str
    path: Path
    format: str
    size: int
    mtime_ns: int


def collect(run: Run, source: Source, now: Callable[[], dt.datetime], watch: Callable[[Run], None]) -> None:
    """Reads every file from where the run stands, a batch a transaction."""
    found, skipped = _uploaded(run) if run.upload else _in_folder(source)
    total, before = sum(file.size for file in found) or 1, 0
    if "file" not in run.place:
        with batches.step(run, now()) as row:
            batches.note(row, "skipped_files", skipped)
            row.place = {**row.place, "file": "", "done": 0}
        run.place = row.place
    for file in found:
        if file.name >= run.place.get("file", ""):
            for row in _read(run, source, file, before / total, total, now):
                run.place = row.place
                watch(row)
        before += file.size


def _read(
    run: Run, source: Source, file: Found, share: float, total: int, now: Callable[[], dt.datetime]
) -> Iterator[Run]:
    """The run after each batch. `share` of the `total` bytes came before this file."""
    feed = catalogue.feed(source.feed_id)
    assert feed is not None
    crosswalk = standards.crosswalk(feed.crosswalk)
    done = _done(run, file)
    with file.path.open("rb") as stream:
        heading = detection.heading(stream, file.format)
        outcomes = iter(reading.read(file.format, stream, limits=LIMITS, crosswalk=crosswalk))
        for _skipped in islice(outcomes, done):
            pass
        describing = Describing(catalogue.describer(feed.crosswalk, timezone.localdate(now())))
        with closing(ahead(_batches(file, stream, outcomes, describing))) as made:
            for batch in made:
                done += len(batch.items)
                so_far = round(min(share + batch.end / total, 1), 4)
                with batches.step(run, now()) as row:
                    haul = batches.Haul(file.name, file.format, batch.items, heading, describing.describer)
                    unchanged = row.unchanged_count
                    batches.take(row, source.feed_id, source.kind, haul, now())
                    row.place = {
                        **row.place, "file": file.name, "size": file.size, "mtime_ns": file.mtime_ns,
                        "done": done, "share": so_far,
                    }  # fmt: skip
                describing.pays = row.unchanged_count - unchanged < len(batch.items) // 2
                yield row
        _check(file, file.path.stat())


def _batches(file: Found, stream: BinaryIO, outcomes: Iterator[Outcome], describing: Describing) -> Iterator[Batch]:
    """Made ahead, so nothing in here asks the database."""
    while items := _batch(outcomes, describing):
        _check(file, os.fstat(stream.fileno()))
        yield Batch(items, stream.tell())


def _done(run: Run, file: Found) -> int:
    """How many pieces of this file were dealt with before; the file must still be the same."""
    place = run.place
    if place.get("file") != file.name or not place.get("done"):
        return 0
    _require_same(file, place["size"], place["mtime_ns"])
    return int(place["done"])


def _check(file: Found, now: os.stat_result) -> None:
    _require_same(file, now.st_size, now.st_mtime_ns)


def _require_same(file: Found, size: int, mtime_ns: int) -> None:
    if size != file.size or (file.mtime_ns and mtime_ns != file.mtime_ns):
        raise RunFailed("file_changed", file.name)


def _batch(outcomes: Iterator[Outcome], describing: Describing) -> list[Item]:
    batch: list[Item] = []
    size = 0
    for one in outcomes:
        batch.append(one if isinstance(one, Reject) else Arrival(one, "", describing.ahead(one)))
        size += len(one.raw)
        if len(batch) >= BATCH or size >= BATCH_BYTES:
            break
    return batch


def _uploaded(run: Run) -> tuple[list[Found], int]:
    assert run.upload is not None
    path = intake.path_of(run.upload.digest)
    if not path.is_file():
        raise RunFailed("file_missing", run.upload.name)
    return [Found(run.upload.name, path, run.upload.format, run.upload.size, 0)], 0


def first_file(source: Source) -> Found | None:
    """The first file of a folder that the crosswalk reads; None when there is none."""
    try:
        return _in_folder(source)[0][0]
    except RunFailed:
        return None


def _in_folder(source: Source) -> tuple[list[Found], int]:
    """The folder's files in the order of their names, and how many have no format that the crosswalk reads."""
    top = Path(source.address)
    if not top.is_dir() or not os.access(top, os.R_OK | os.X_OK):
        raise RunFailed("no_folder", source.address)
    feed = catalogue.feed(source.feed_id)
    assert feed is not None
    formats = standards.crosswalk(feed.crosswalk).formats
    found, skipped = [], 0
    for path in _regular_files(top):
        state = path.stat()
        format = detection.detect_file(path, formats, feed.format)
        name = path.relative_to(top).as_posix()
        if format:
            found.append(Found(name, path, format, state.st_size, state.st_mtime_ns))
        else:
            skipped += 1
    if not found:
        raise RunFailed("no_files", source.address)
    return sorted(found), skipped


def _regular_files(top: Path) -> Iterator[Path]:
    """Not hidden, not empty, not behind a link that may lead elsewhere."""
    count = 0
    for folder, folders, names in os.walk(top, followlinks=False):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            path = Path(folder, name)
            if not name.startswith(".") and not path.is_symlink() and path.is_file() and path.stat().st_size:
                count += 1
                if count > FILES:
                    raise RunFailed("page_limits", f"more than {FILES} files")
                yield path
