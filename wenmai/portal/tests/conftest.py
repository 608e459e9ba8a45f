from collections.abc import Callable

import pytest
from django.core.cache import caches
from django.test import Client

from wenmai.catalogue.models import Record
from wenmai.people.models import RoleGrant, User
from wenmai.portal.testing import make_poems

READER = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.fixture(autouse=True)
def _nothing_kept() -> None:
    caches["memory"].clear()


@pytest.fixture
def reader() -> Client:
    """Somebody with a browser and without an account."""
    return Client(headers={"user-agent": READER})


@pytest.fixture
def staff(db: None) -> Callable[[str], Client]:
    """A logged-in person with one role everywhere."""

    def log_in(role: str) -> Client:
        user = User.objects.create(username=f"u-{role}", name="办事员")
        RoleGrant.objects.create(user=user, role=role)
        client = Client(headers={"user-agent": READER})
        client.force_login(user)
        return client

    return log_in


@pytest.fixture
def poems(db: None) -> dict[str, Record]:
    """Three published records of one institution, indexed."""
    return make_poems()
