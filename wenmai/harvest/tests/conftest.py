from collections.abc import Iterator

import pytest

from wenmai.harvest.testing.server import Repository, serving


@pytest.fixture
def repository() -> Iterator[Repository]:
    with serving(Repository().fill(10)) as running:
        yield running
