"""Feeds and records for tests, made through the services."""

import json
from collections.abc import Mapping, Sequence

from wenmai.catalogue import queries, services
from wenmai.catalogue.models import Arrival as Policy
from wenmai.catalogue.models import Feed, Record
from wenmai.catalogue.rules import REVIEWED, Arrival, Origin, Outcome
from wenmai.formats.values import Parsed
from wenmai.institutions.testing import make_organisation
from wenmai.lib import clock
from wenmai.lib.access import SYSTEM, Actor, Grant
from wenmai.people.rules import permissions
from wenmai.review import services as review
from wenmai.review.rules import Step

ORIGIN = Origin("files", "test.json", "run-1", "json")
REVIEWER = Actor(3, "审核员", (Grant("reviewer", permissions("reviewer")),))
"""Reviews everywhere; nobody's account."""
ONE_STEP = [Step("审核", "catalogue.review", 2)]


def make_feed(
    *, on_arrival: str = Policy.PUBLISH, organisation_id: int | None = None, code: str = "", name: str = "测试来源"
) -> Feed:
    """A feed of JSON records read through the crosswalk `plain-json`: its keys are the elements."""
    if on_arrival == Policy.HOLD:
        make_review()
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


def make_review(steps: Sequence[Step] = ONE_STEP) -> None:
    """The steps that records pass on this node: one, where a test asks for no others."""
    review.set_plan(organisation_id=None, kind=REVIEWED, steps=steps, actor=SYSTEM, now=clock.now())


def approve(*records: Record, actor: Actor = REVIEWER) -> list[int]:
    """Their latest versions, as they wait; returns the records that are shown because of it."""
    wanted = {one.pk for one in records}
    there = queries.waiting([one.feed.organisation_id for one in records])
    read = [(one.id, one.content_hash) for one in there if one.id in wanted]
    return services.approve(records=read, actor=actor, now=clock.now()).published
