"""The files folder: where things lie, and how they get there whole. The one place to change for another store.

objects/ab/cd/<sha256>            pictures/ab/cd/<sha256>-320.webp, -book-1.json, -book-7.webp
incoming/                         what is being written; never served, swept after a day
slots/                            empty files, locked by who is decoding
"""

import errno
import fcntl
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

from wenmai.lib.refusal import Refused

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


def root() -> Path:
    return Path(settings.FILES_ROOT)


def object_path(hash: str) -> Path:
    """`hash` is 64 lower-case hexadecimal digits, checked by whoever took it from outside."""
    return root() / "objects" / hash[:2] / hash[2:4] / hash


def picture_path(hash: str, width: int) -> Path:
    return root() / "pictures" / hash[:2] / hash[2:4] / f"{hash}-{width}.webp"


def book_path(hash: str) -> Path:
    """The chapters of a book as they were written anew; another number when they are written otherwise."""
    return root() / "pictures" / hash[:2] / hash[2:4] / f"{hash}-book-1.json"


def book_picture_path(hash: str, number: int) -> Path:
    return root() / "pictures" / hash[:2] / hash[2:4] / f"{hash}-book-{number}.webp"


@contextmanager
def full_disk_refused() -> Iterator[None]:
    """Turns what the system says of a full disk, quota or size limit into Refused `no_space`."""
    try:
        yield
    except OSError as fault:
        if fault.errno in _FULL:
            raise Refused("no_space", os.strerror(fault.errno)) from fault
        raise


def check_space(reserve: int | None = None) -> None:
    """Refused `no_space` when writing on would leave less than the reserve, by default the node's."""
    reserve = settings.RESERVE_BYTES if reserve is None else reserve
    free = shutil.disk_usage(root()).free
    if free < reserve:
        raise Refused("no_space", f"{free} < {reserve}")


@contextmanager
def incoming() -> Iterator[BinaryIO]:
    """A new file to write into; whatever happens, it is not left behind, unless `place` gave it its name."""
    with full_disk_refused():
        folder = root() / "incoming"
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / secrets.token_hex(16)
        with path.open("x+b") as file:
            try:
                yield file
            finally:
                path.unlink(missing_ok=True)


def place(file: BinaryIO, final: Path) -> None:
    """Gives a file from `incoming` its final name, once its bytes are on the disk. It replaces what was there."""
    with full_disk_refused():
        file.flush()
        os.fchmod(file.fileno(), 0o444)
        os.fsync(file.fileno())
        _make_folder(final.parent)
        os.rename(file.name, final)
        _sync_folder(final.parent)


def remove(hash: str) -> None:
    """The object, and everything that was made of it."""
    object_path(hash).unlink(missing_ok=True)
    for made in picture_path(hash, 0).parent.glob(f"{hash}-*"):
        made.unlink(missing_ok=True)


@contextmanager
def slot(hash: str, count: int = 2) -> Iterator[None]:
    """Waits for one of so many places on this machine; the same object always waits for the same one."""
    folder = root() / "slots"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / str(int(hash[:8], 16) % count)).open("wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _make_folder(folder: Path) -> None:
    if folder.is_dir():
        return
    _make_folder(folder.parent)
    folder.mkdir(exist_ok=True)
    _sync_folder(folder.parent)


def _sync_folder(folder: Path) -> None:
    number = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
