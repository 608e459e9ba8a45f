"""kill -9 at any moment: the run goes on where it was, loses nothing and doubles nothing."""

import random
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from wenmai.catalogue.models import Record, RecordVersion
from wenmai.harvest import services
from wenmai.harvest.models import Listed, Run, Source
from wenmai.harvest.services import locks
from wenmai.harvest.testing import OPERATOR, counts, make_feed, make_oai_source, make_source
from wenmai.harvest.testing.forks import Forks, forks
from wenmai.harvest.testing.server import Asked, Repository
from wenmai.lib import clock

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
KILLS = 10


@pytest.fixture
def processes() -> Iterator[Forks]:
    with forks() as running:
        yield running


def start(source: Source) -> Run:
    return services.start(source_id=source.pk, in_worker=False, actor=OPERATOR, now=clock.now())


def finish(processes: Forks, run: Run) -> Run:
    """A process that comes before the database has noticed the last one's death leaves again: try until it is over."""
    while run.is_active:
        processes.start(run.pk)
        processes.wait()
        run = Run.objects.get(pk=run.pk)
    return run


def equals(source: Source, titles: dict[str, str]) -> None:
    """The catalogue holds exactly this, each in one version."""
    rows = Record.objects.filter(feed_id=source.feed_id, deleted_at=None).values_list("source_key", "title", "version")
    assert {key: title for key, title, _version in rows} == titles
    assert {version for _key, _title, version in rows} == {1}
    assert RecordVersion.objects.filter(record__feed_id=source.feed_id).count() == len(titles)
    identifiers = Record.objects.filter(feed_id=source.feed_id).values_list("identifier", flat=True)
    assert len(set(identifiers)) == len(titles)
    assert not Listed.objects.exists()


def test_an_oai_harvest_survives_ten_kills(repository: Repository, processes: Forks):
    repository.fill(480)
    repository.page_size = 8
    chance = random.Random()
    reached = threading.Event()
    target = [0]

    def mischief(asked: Asked, usual: bytes) -> None:
        if asked.number >= target[0]:
            reached.set()

    repository.mischief = mischief
    source = make_oai_source(repository.address)
    run = start(source)
    for _kill in range(KILLS):
        target[0] = len(repository.asked) + chance.randint(1, 5)
        reached.clear()
        processes.start(run.pk)
        while not reached.wait(0.05):
            if not processes.is_alive():
                processes.wait()
                processes.start(run.pk)
        # anywhere between the request, the batch, the commit and the next request
        threading.Event().wait(chance.uniform(0, 0.1))
        processes.kill()
    run.refresh_from_db()
    assert run.state == "running"
    assert run.claim >= KILLS - 1
    run = finish(processes, run)
    assert (run.state, counts(run)) == ("finished", {"received": 480, "new": 480})
    equals(source, {one.identifier: one.title for one in repository.things})


def test_a_folder_survives_kills(tmp_path: Path, processes: Forks):
    for file in range(3):
        rows = [f"f{file}-{n},题名{n}" for n in range(2500)]
        (tmp_path / f"{file}.csv").write_text("\n".join(["id,title", *rows]), encoding="utf-8")
    source = make_source("folder", tmp_path, feed=make_feed("csv", "csv"))
    run = start(source)
    chance = random.Random()
    for goal in (1000, 2500, 4500):
        processes.start(run.pk)
        while not Run.objects.filter(pk=run.pk, received_count__gte=goal).exists():
            threading.Event().wait(0.02)
            if not processes.is_alive():
                processes.wait()
                processes.start(run.pk)
        threading.Event().wait(chance.uniform(0, 0.2))
        processes.kill()
    run.refresh_from_db()
    run = finish(processes, run)
    assert (run.state, counts(run)) == ("finished", {"received": 7500, "new": 7500})
    equals(source, {f"f{file}-{n}": f"题名{n}" for file in range(3) for n in range(2500)})


def test_a_run_whose_process_died_is_handed_to_the_next_worker(repository: Repository, processes: Forks):
    blocked, over = threading.Event(), threading.Event()

    def mischief(asked: Asked, usual: bytes) -> None:
        if asked.token and not blocked.is_set():
            blocked.set()
            over.wait(60)

    repository.mischief = mischief
    source = make_oai_source(repository.address)
    run = start(source)
    processes.start(run.pk)
    try:
        assert blocked.wait(60)
        assert source.pk in locks.held_sources()
        assert services.dispatch(now=clock.now()) == []
        assert services.carry_out(run.pk).state == "running"
        assert Run.objects.get(pk=run.pk).claim == 1
        processes.kill()
    finally:
        over.set()
    while source.pk in locks.held_sources():
        threading.Event().wait(0.02)
    assert services.dispatch(now=clock.now()) == [run.pk]
    assert services.dispatch(now=clock.now()) == []
    run = services.carry_out(run.pk)
    assert (run.state, run.claim, counts(run)) == ("finished", 2, {"received": 10, "new": 10})
