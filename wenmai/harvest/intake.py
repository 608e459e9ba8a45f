"""Uploaded files: streamed to disk under the hash of their content, within a limit and the room there is."""

import hashlib
import os
import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopUpload

from wenmai.lib.outages import require_room

LIMIT = 4 * 1024 * 1024 * 1024
# The folder of what is being written.
ARRIVING = "arriving"
_DIGEST = re.compile(r"[0-9a-f]{64}")


def path_of(digest: str) -> Path:
    """Where the file with this content is kept."""
    assert _DIGEST.fullmatch(digest)
    return Path(settings.INTAKE_ROOT) / digest[:2] / digest


def untouched_since(moment: float, folders: str) -> Iterator[Path]:
    """Files in the folders of this pattern that nobody touched since then, in seconds of 1970."""
    for path in Path(settings.INTAKE_ROOT).glob(f"{folders}/*"):
        with suppress(FileNotFoundError):
            if path.lstat().st_mtime < moment:
                yield path


def kept_and_untouched_since(moment: float) -> list[str]:
    """The digests of such files that are kept."""
    return [path.name for path in untouched_since(moment, "??") if _DIGEST.fullmatch(path.name)]


class Kept(UploadedFile):  # type: ignore[type-arg]
    """A file that has arrived whole; `digest` is the SHA-256 of its content."""

    def __init__(self, name: str, digest: str, size: int, content_type: str) -> None:
        super().__init__(None, name, content_type, size)
        self.digest = digest


class Arriving:
    """A file on its way: bytes are written and hashed as they come; `keep` gives it its name, `drop` removes it.

    `is_new`: no file with this content was there. Each part may raise OSError, also to leave the disk its reserve.
    """

    def __init__(self) -> None:
        folder = Path(settings.INTAKE_ROOT) / ARRIVING
        folder.mkdir(parents=True, exist_ok=True)
        self._path = folder / f"{os.getpid()}-{os.urandom(8).hex()}"
        self._file: IO[bytes] = self._path.open("xb")
        self._hash = hashlib.sha256()
        self.size = 0
        self.is_new = False

    def write(self, part: bytes) -> None:
        require_room(self._path.parent)
        self._file.write(part)
        self._hash.update(part)
        self.size += len(part)

    def keep(self) -> str:
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        digest = self._hash.hexdigest()
        path = path_of(digest)
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.is_file() and path.stat().st_size == self.size:
            # a run may be reading it; its time begins anew, so that it is not swept before it is asked for
            self._path.unlink()
            os.utime(path)
        else:
            self._path.replace(path)
            self.is_new = True
        return digest

    def drop(self) -> None:
        self._file.close()
        self._path.unlink(missing_ok=True)


def store(stream: IO[bytes], limit: int = LIMIT) -> tuple[str, int]:
    """Keeps a stream (the command line's way); digest and size. Raises ValueError beyond the limit."""
    arriving = Arriving()
    try:
        while part := stream.read(1 << 20):
            if arriving.size + len(part) > limit:
                raise ValueError(f"more than {limit} bytes")
            arriving.write(part)
        return arriving.keep(), arriving.size
    except BaseException:
        arriving.drop()
        raise


class IntakeHandler(FileUploadHandler):
    """Puts the one file of a form where it is kept, without a copy in between. `refusal` says why it was not.

    `fresh`: the digests of what this form brought and was not there before.
    """

    chunk_size = 1 << 20

    def __init__(self, request: Any = None, limit: int = LIMIT) -> None:
        super().__init__(request)
        self.limit = limit
        self.refusal = ""
        self.fresh: set[str] = set()
        self._arriving: Arriving | None = None

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self._drop()
        self._arriving = self._attempt(Arriving)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        arriving = self._arriving
        assert arriving is not None
        if arriving.size + len(raw_data) > self.limit:
            self._refuse("upload_too_large")
        self._attempt(lambda: arriving.write(raw_data))

    def file_complete(self, file_size: int) -> Kept | None:
        arriving, self._arriving = self._arriving, None
        if arriving is None or not arriving.size:
            if arriving:
                arriving.drop()
            return None
        digest = self._attempt(arriving.keep)
        if arriving.is_new:
            self.fresh.add(digest)
        return Kept(self.file_name or "", digest, arriving.size, self.content_type or "")

    def upload_interrupted(self) -> None:
        self.refusal = self.refusal or "upload_broken"
        self._drop()

    def _attempt(self, deed: Any) -> Any:
        try:
            return deed()
        except OSError:
            self._refuse("disk_full")

    def _refuse(self, code: str) -> None:
        self.refusal = code
        self._drop()
        raise StopUpload(connection_reset=True)

    def _drop(self) -> None:
        if self._arriving is not None:
            self._arriving.drop()
            self._arriving = None
