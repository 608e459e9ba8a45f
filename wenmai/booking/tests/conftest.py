import pytest

from wenmai.booking.models import Pool
from wenmai.booking.testing import make_pool


@pytest.fixture
def pool() -> Pool:
    return make_pool()
