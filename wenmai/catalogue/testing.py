"""Feeds and records for tests, made through the services."""

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from django.db import transaction

from wenmai.catalogue import queries, services
from wenmai.catalogue.models import Arrival as Policy
from wenmai.catalogue.models import Feed, Record
from wenmai.catalogue.rules import REVIEWED, Arrival, Origin, Outcome
from wenmai.formats.values import Parsed
from wenmai.institutions.testing import make_organisation
from wenmai.lib import clock
from wenmai.lib.access import SYSTEM, Actor, Grant
from wenmai.people.rules import permissions
from wenmai.review import queries as reviewing
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


class Judged(NamedTuple):
    """Records: `done`: the word was taken; `published`: it was the last one that was needed. The others were left."""

    done: list[int]
    published: list[int]
    own: int = 0
    before: int = 0
    closed: int = 0
    left: int = 0


def pass_records(
    *, records: Sequence[tuple[int, bytes]], opinion: str = "", actor: Actor = REVIEWER, now: dt.datetime | None = None
) -> Judged:
    """A pass in the review on the latest version of each (record, hash that was read), and what the catalogue does when
    it hears of it."""
    judged = _judge(records, review.Verdict.PASS, opinion, actor, now or clock.now())
    published = services.publish(ids=judged.done, actor=actor, now=now or clock.now())
    return judged._replace(published=published)


def return_records(
    *, records: Sequence[tuple[int, bytes]], opinion: str, actor: Actor = REVIEWER, now: dt.datetime | None = None
) -> Judged:
    return _judge(records, review.Verdict.RETURN, opinion, actor, now or clock.now())


@transaction.atomic
def _judge(
    records: Sequence[tuple[int, bytes]], verdict: review.Verdict, opinion: str, actor: Actor, now: dt.datetime
) -> Judged:
    """What came back before, or was never handed in, is handed in again first."""
    read = dict(records)
    there = queries.hashes_for_review([str(one) for one in read])
    good = [one for one, hash in read.items() if there.get(str(one)) == bytes(hash)]
    known = reviewing.open_cases(REVIEWED, [str(one) for one in good])
    services.send_to_review(ids=[one for one in good if str(one) not in known], actor=actor, now=now)
    known = reviewing.open_cases(REVIEWED, [str(one) for one in good])
    cases = {case: int(key) for key, (case, hash) in known.items() if hash == bytes(read[int(key)])}
    decided = review.decide(
        cases=[(case, bytes(read[record])) for case, record in cases.items()], verdict=verdict, words=opinion,
        actor=actor, now=now,
    )  # fmt: skip
    own, before, closed = len(decided.own), len(decided.before), len(decided.closed)
    done = sorted(cases[case] for case in decided.done)
    return Judged(done, [], own, before, closed, len(read) - len(done) - own - before - closed)


def approve(*records: Record, actor: Actor = REVIEWER) -> list[int]:
    """Their latest versions, as they wait; returns the records that are shown because of it."""
    wanted = {one.pk for one in records}
    there = queries.waiting([one.feed.organisation_id for one in records])
    read = [(one.id, one.content_hash) for one in there if one.id in wanted]
    return pass_records(records=read, actor=actor).published
