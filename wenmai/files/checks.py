"""Do the files folder and the table agree? Asked by `wenmai check` and /metrics."""

import hashlib
from collections.abc import Iterable, Iterator

from django.db.models import Count, Sum

from wenmai.files import disk, services
from wenmai.files.models import StoredObject
from wenmai.lib import clock
from wenmai.lib.upkeep import Finding

_NAMED = 5


def check() -> Iterator[Finding]:
    """Each object's file is there and has its size."""
    yield _finding("present and of their size", [hash for hash, size in _rows() if _size_on_disk(hash) != size])


def check_deeply() -> Iterator[Finding]:
    """Each object's bytes still give its name; reads everything."""
    yield _finding("unchanged to the last byte", [hash for hash, _size in _rows() if _hash_on_disk(hash) != hash])


def mend() -> Iterator[str]:
    count = services.remove_strays(now=clock.now())
    if count:
        yield f"{count} files without a row removed"
    looked, found = services.seek_stills(now=clock.now())
    if looked:
        yield f"{looked} films looked at for a still, {found} have one now"


def gauges() -> Iterable[tuple[str, float]]:
    total = StoredObject.objects.aggregate(count=Count("id"), size=Sum("size"))
    yield "wenmai_files_objects", total["count"]
    yield "wenmai_files_bytes", total["size"] or 0


def _rows() -> Iterator[tuple[str, int]]:
    return StoredObject.objects.order_by("id").values_list("hash", "size").iterator(chunk_size=2000)


def _finding(claim: str, wrong: list[str]) -> Finding:
    count = StoredObject.objects.count()
    named = "".join(f", {hash}" for hash in wrong[:_NAMED])
    return Finding(not wrong, f"{count - len(wrong)} of {count} stored files are {claim}{named and ': not'}{named[1:]}")


def _size_on_disk(hash: str) -> int:
    try:
        return disk.object_path(hash).stat().st_size
    except FileNotFoundError:
        return -1


def _hash_on_disk(hash: str) -> str:
    try:
        with disk.object_path(hash).open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except FileNotFoundError:
        return ""
