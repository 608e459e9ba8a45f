"""Uses for the tests of other modules."""

import datetime as dt

from wenmai.usage import services

NOW = dt.datetime(2026, 3, 10, 4, 0, tzinfo=dt.UTC)
"""Noon in China."""


def make_uses(count: int = 1, *, key: str = "1", organisation_id: int | None = 1, at: dt.datetime = NOW) -> None:
    """So many opened records, by nobody in particular."""
    for _ in range(count):
        services.note(
            kind="record.open", subject_kind="record", subject_key=key, organisation_id=organisation_id, now=at
        )
