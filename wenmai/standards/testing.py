"""A registry of a test's own."""

from pathlib import Path

import pytest

from wenmai.standards import files, queries


def use_registry(root: Path, patch: pytest.MonkeyPatch) -> None:
    """The registry in this folder counts until the test ends."""
    read, faults = files.load(root)
    assert not faults
    patch.setattr(files, "registry", lambda: read)
    queries._staged.cache_clear()
