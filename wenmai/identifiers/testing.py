"""Names for the tests of other modules."""

import datetime as dt

from wenmai.identifiers import services
from wenmai.identifiers.rules import Mint
from wenmai.lib.access import SYSTEM

ORGANISATION = "9990009031010001"
NOW = dt.datetime(2026, 3, 1, 8, 0, tzinfo=dt.UTC)


def make_names(count: int = 1, *, client: str = "test", location: str = "/records/{n}", first: int = 1) -> list[str]:
    """Registered names of the keys "1", "2", …; with an empty location they are reserved."""
    numbers = range(first, first + count)
    requests = [Mint(client, str(n), ORGANISATION, "text", "", location.format(n=n)) for n in numbers]
    names = services.mint(requests, actor=SYSTEM, now=NOW)
    return [names[client, str(n)] for n in numbers]
