import pytest

from wenmai.lib import clock
from wenmai.people.testing.families import yesterday_noon


@pytest.fixture(autouse=True)
def _by_day(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests of pages that children open pass at night, too."""
    noon = yesterday_noon()
    monkeypatch.setattr(clock, "now", lambda: noon)
