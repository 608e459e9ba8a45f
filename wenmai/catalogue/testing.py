"""Feeds and records for tests, made through the services."""

import json
from collections.abc import Mapping, Sequence

from wenmai.catalogue import services
from wenmai.catalogue.models import Arrival as Policy
from wenmai.catalogue.models import Feed, Record
from wenmai.catalogue.rules import Arrival, Origin, Outcome
from wenmai.formats.values import Parsed
from wenmai.institutions.testing import make_organisation
from wenmai.lib import clock
from wenmai.lib.access import SYSTEM

ORIGIN = Origin("files", "test.json", "run-1", "json")


def make_feed(
    *, on_arrival: str = Policy.PUBLISH, organisation_id: int | None = None, code: str = "", name: str = "测试来源"
) -> Feed:
    """A feed of JSON records read through the crosswalk `plain-json`: its keys are the elements."""
    return services.create_feed(
        code=code or f"feed-{Feed.objects.count() + 1}",
        name=name,
        organisation_id=organisation_id or make_organisation().pk,
        format="json",
        crosswalk="plain-json",
        on_arrival=on_arrival,
        actor=SYSTEM,
        now=clock.now(),
    )


def arrival(key: str, *, deleted: bool = False, **elements: str | Sequence[str]) -> Arrival:
    """A record with these elements; the same words make the same bytes."""
    body: Mapping[str, object] = {"type": "text", "title": f"题名 {key}", **elements}
    return Arrival(Parsed(key, json.dumps(body, ensure_ascii=False).encode(), body, 0, (), deleted))


def take_in(feed: Feed, *batch: Arrival) -> Outcome:
    return services.take_in(feed_id=feed.pk, batch=batch, origin=ORIGIN, actor=SYSTEM, now=clock.now())


def make_record(feed: Feed | None = None, key: str = "k1", **elements: str | Sequence[str]) -> Record:
    """One record, published where the feed publishes."""
    feed = feed or make_feed()
    take_in(feed, arrival(key, deleted=False, **elements))
    return Record.objects.get(feed=feed, source_key=key)
