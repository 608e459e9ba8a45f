"""Sources for tests, made through the services; and a small OAI-PMH server that behaves or does not."""

from pathlib import Path
from typing import Any

from wenmai.catalogue import services as catalogue
from wenmai.catalogue.models import Feed
from wenmai.harvest import services
from wenmai.harvest.models import Run, Source
from wenmai.institutions.testing import make_organisation
from wenmai.lib import clock
from wenmai.lib.access import Actor

OPERATOR = Actor(None, "operator")


def make_feed(format: str = "jsonl", crosswalk: str = "plain-json", organisation_id: int | None = None) -> Feed:
    return catalogue.create_feed(
        code=f"feed-{Feed.objects.count() + 1}",
        name="测试来源",
        organisation_id=organisation_id or make_organisation().pk,
        format=format,
        crosswalk=crosswalk,
        on_arrival="publish",
        actor=OPERATOR,
        now=clock.now(),
    )


def make_source(kind: str, address: str | Path = "", *, feed: Feed | None = None, **values: Any) -> Source:
    return services.add_source(
        feed_id=(feed or make_feed()).pk, kind=kind, address=str(address), actor=OPERATOR, now=clock.now(), **values
    )


def harvest(source: Source, **options: Any) -> Run:
    """A run from being asked for to its end, in this process, without real waiting."""
    started = {name: options.pop(name) for name in ("mode", "upload_id") if name in options}
    run = services.start(source_id=source.pk, in_worker=False, actor=OPERATOR, now=clock.now(), **started)
    options.setdefault("sleep", lambda _seconds: None)
    return services.carry_out(run.pk, **options)


def counts(run: Run) -> dict[str, int]:
    """What is not zero."""
    names = ("received", "new", "changed", "unchanged", "deleted", "duplicate", "quarantined", "gone")
    return {name: value for name in names if (value := getattr(run, f"{name}_count"))}


def make_oai_source(address: str, **values: Any) -> Source:
    """A source on the loopback, which the operator allows."""
    feed = make_feed("oai_dc", "oai_dc")
    return make_source("oai", address, feed=feed, allow_private_hosts=True, **values)
