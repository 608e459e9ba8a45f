"""Files of npm packages that pages load: these and no others are served, under the package's name."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage, Storage

# Folder below node_modules -> what is taken of it. The folder's first part is where it is served.
TAKEN = {
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


def _modules() -> Path:
    return Path(settings.ROOT) / "node_modules"
