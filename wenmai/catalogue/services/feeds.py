import datetime as dt

from django.db import transaction

from wenmai.catalogue.models import Arrival, Feed
from wenmai.journal import services as journal
from wenmai.lib.access import Actor
from wenmai.lib.refusal import Refused
from wenmai.standards import queries as standards


@transaction.atomic
def create_feed(
    *,
    code: str,
    name: str,
    organisation_id: int,
    format: str,
    crosswalk: str,
    on_arrival: str = Arrival.HOLD,
    actor: Actor,
    now: dt.datetime,
) -> Feed:
    """A stream for an institution's records. Refused: code_taken, crosswalk_misfit (it does not read this format)."""
    if Feed.objects.filter(code=code).exists():
        raise Refused("code_taken", code)
    if format not in standards.crosswalk(crosswalk).formats:
        raise Refused("crosswalk_misfit", f"{crosswalk} / {format}")
    feed = Feed.objects.create(
        code=code,
        name=name,
        organisation_id=organisation_id,
        format=format,
        crosswalk=crosswalk,
        on_arrival=on_arrival,
    )
    journal.record(name="catalogue.feed_created", subject_kind="feed", subject_key=feed.pk, actor=actor, now=now)
    return feed
