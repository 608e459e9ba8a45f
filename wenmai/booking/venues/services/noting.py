"""What the journal is told of a request."""

import datetime as dt
from typing import Any

from wenmai.booking.venues.models import VenueRequest
from wenmai.journal import services as journal
from wenmai.lib.access import Actor


def note(name: str, found: VenueRequest, actor: Actor, now: dt.datetime, **detail: Any) -> None:
    journal.record(
        name=name, subject_kind="venue_request", subject_key=found.pk, actor=actor, now=now, venue=found.venue_id,
        **detail,
    )  # fmt: skip
