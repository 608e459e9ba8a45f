"""Poems to search in, and a shelf: a table of the test's own whose rows are the documents of a kind."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings

from wenmai.search import registry, testing
from wenmai.search.tests import shelf
from wenmai.search.tests.poems import POEMS


@pytest.fixture(scope="session")
def poem_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from django.conf import settings

    before, root = settings.SEARCH_ROOT, tmp_path_factory.mktemp("poems")
    settings.SEARCH_ROOT = root
    testing.make_index(POEMS)
    settings.SEARCH_ROOT = before
    return root


@pytest.fixture
def poems(poem_root: Path, settings: LazySettings) -> None:
    settings.SEARCH_ROOT = poem_root


@pytest.fixture
def books(transactional_db: Any) -> Iterator[None]:
    """An empty shelf, and no other kind registered."""
    others, registry._registrations = registry._registrations, {}
    shelf.register()
    shelf.make_table()
    yield
    shelf.drop_table()
    registry._registrations = others
