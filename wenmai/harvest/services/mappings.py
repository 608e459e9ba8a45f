"""A mapping is renewed with an eye on the sources that are read through it."""

import datetime as dt

from django.db import OperationalError, transaction

from wenmai.catalogue import queries as catalogue
from wenmai.harvest import rules
from wenmai.harvest.models import Run, Source
from wenmai.harvest.services.runs import begin_anew
from wenmai.lib.access import Actor
from wenmai.lib.refusal import Refused
from wenmai.standards import queries as standards
from wenmai.standards import services as standards_services


@transaction.atomic
def renew_mapping(*, name: str, text: bytes, note: str, actor: Actor, now: dt.datetime) -> int:
    """A new edition and its number; the next run of each source that is read through it is a full one.

    Refused: as `standards.renew_mapping`; mapping_formats (a feed would not be readable any more), mapping_running.
    """
    crosswalk = standards.read_mapping(text).crosswalk
    standards_services.hold_mapping(name=name)
    feeds = catalogue.feeds_through([name])
    lost = sorted({feed.format for feed in feeds} - set(crosswalk.formats))
    if lost:
        raise Refused("mapping_formats", ", ".join(lost))
    _begin_anew([feed.pk for feed in feeds], now)
    return standards_services.renew_mapping(name=name, text=text, note=note, actor=actor, now=now).number


def _begin_anew(feed_ids: list[int], now: dt.datetime) -> None:
    """Whoever starts a run holds the source first; we do not wait for him while we hold the mapping."""
    try:
        with transaction.atomic():
            rows = Source.objects.filter(feed_id__in=feed_ids).select_for_update(of=("self",), nowait=True)
            ids = [source.pk for source in rows.order_by("pk")]
    except OperationalError:
        raise Refused("mapping_running") from None
    if Run.objects.filter(source_id__in=ids, state__in=rules.ACTIVE).exists():
        raise Refused("mapping_running")
    begin_anew(ids, now)
