from collections.abc import Iterator
from typing import Any

import pytest

from wenmai.people.upstreams.models import Upstream
from wenmai.people.upstreams.testing import Provider, switched_on


@pytest.fixture
def provider(settings: Any) -> Iterator[Provider]:
    settings.ALLOWED_PRIVATE_HOSTS, settings.DEMO = ["127.0.0.1"], True
    made = Provider()
    yield made
    made.close()


@pytest.fixture
def upstream(provider: Provider) -> Upstream:
    return switched_on(provider, levels="loa-2 = 2\nloa-3 = 3", level_otherwise=1)
