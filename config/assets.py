"""Files of npm packages that pages load: these and no others are served, under the package's name."""

import hashlib
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder, get_finders
from django.core.files.storage import FileSystemStorage, Storage
from django.core.management import call_command
from whitenoise.storage import CompressedManifestStaticFilesStorage

# Folder below node_modules -> what is taken of it. The folder's first part is where it is served.
TAKEN = {
    "hls.js": ("LICENSE", "dist/hls.light.min.mjs"),
    "pdfjs-dist": (
        "LICENSE",
        "legacy/build/pdf.min.mjs",
        "legacy/build/pdf.worker.min.mjs",
        "cmaps/*",
        "standard_fonts/*",
        "wasm/openjpeg_nowasm_fallback.js",
        "wasm/LICENSE_*",
    ),
}


class Packages(BaseFinder):
    """Finds them where npm put them; a package that is not installed has no files, and its pages do without."""

    def check(self, **kwargs: Any) -> list[Any]:
        return []

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        found = [str(_modules() / name) for name in self._names() if name == path]
        return found if find_all else (found[0] if found else None)

    def list(self, ignore_patterns: Any) -> Iterator[tuple[str, Storage]]:
        storage = FileSystemStorage(location=_modules())
        for name in self._names():
            yield name, storage

    def _names(self) -> Iterator[str]:
        for package, patterns in TAKEN.items():
            for pattern in patterns:
                paths = sorted((_modules() / package).glob(pattern))
                yield from (path.relative_to(_modules()).as_posix() for path in paths if path.is_file())


class Packed(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """A file has a twin whose name tells its content: to pack is slow, so one is packed and the other gets a copy."""

    def compress_files(self, paths: Iterable[str]) -> Iterator[tuple[str, str]]:
        """Pairs of a file and what it is packed as."""
        alike: dict[bytes, list[str]] = {}
        for name in sorted(paths):
            alike.setdefault(hashlib.sha256(Path(self.path(name)).read_bytes()).digest(), []).append(name)
        twins = {first: others for first, *others in alike.values()}
        for name, packed in super().compress_files(twins):
            yield name, packed
            for twin in twins[name]:
                shutil.copyfile(self.path(packed), self.path(twin + packed.removeprefix(name)))
                yield twin, twin + packed.removeprefix(name)


def _modules() -> Path:
    return Path(settings.ROOT) / "node_modules"


def collect() -> None:
    """What is served is packed anew only where a file has changed: to pack all takes a quarter of a minute."""
    mark, now = Path(settings.STATIC_ROOT) / ".collected", _digest()
    if mark.is_file() and mark.read_text("utf-8") == now:
        return
    mark.unlink(missing_ok=True)
    call_command("collectstatic", interactive=False, verbosity=0)
    mark.write_text(now, "utf-8")


def _digest() -> str:
    """Of names, sizes and times of all that is to be served, and of how it is packed."""
    told = hashlib.sha256(settings.STORAGES["staticfiles"]["BACKEND"].encode())
    for finder in get_finders():
        for name, storage in finder.list([]):
            there = Path(storage.path(name)).stat()
            told.update(f"{name} {there.st_size} {there.st_mtime_ns}\n".encode())
    return told.hexdigest()
