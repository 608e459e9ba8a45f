"""What is read in another way from now on is read from the beginning, also by a run that had stopped half-way."""

import json
from collections.abc import Callable

import pytest

from wenmai.catalogue.models import Record
from wenmai.harvest import services
from wenmai.harvest.models import Listed, Run, Source
from wenmai.harvest.testing import OPERATOR, harvest, make_feed, make_source
from wenmai.harvest.testing.server import Repository, Thing
from wenmai.lib import clock
from wenmai.standards import services as standards

pytestmark = pytest.mark.django_db
NAME = "own-foreign"


def plan(type_: str) -> bytes:
    rules = [{"to": "title", "from": "dc:title"}]
    words = {"name": "foreign", "about": "外来", "format": ["oai_dc"], "constants": {"type": type_}, "rules": rules}
    return json.dumps(words).encode()


def renew(source: Source) -> None:
    services.renew_mapping(name=NAME, text=plan("video"), note="", actor=OPERATOR, now=clock.now())


def narrow(source: Source) -> None:
    services.change_source(source_id=source.pk, sets=["books"], actor=OPERATOR, now=clock.now())


def reopen(source: Source) -> None:
    now = clock.now()
    services.close_source(source_id=source.pk, leaves="keep", reason="换服务器", actor=OPERATOR, now=now)
    services.reopen_source(source_id=source.pk, actor=OPERATOR, now=now)


@pytest.fixture
def source(repository: Repository) -> Source:
    """Ten records that came in, in pages of four; six of them change afterwards."""
    standards.add_mapping(text=plan("text"), organisation_id=None, note="", actor=OPERATOR, now=clock.now())
    made = make_source("oai", repository.address, feed=make_feed("oai_dc", NAME), allow_private_hosts=True)
    repository.things = [one._replace(sets=("books",)) for one in repository.things]
    assert harvest(made).new_count == 10
    for number in range(6):
        repository.things[number] = Thing(f"oai:test:{number + 1}", "2026-11-02T08:00:00Z", "改题", sets=("books",))
    return made


def stop_after_a_page(row: Run) -> None:
    services.stop(run_id=row.pk, actor=OPERATOR, now=clock.now())


def resumed(run: Run) -> Run:
    services.resume(run_id=run.pk, in_worker=False, actor=OPERATOR, now=clock.now())
    return services.carry_out(run.pk, sleep=lambda _seconds: None)


@pytest.mark.parametrize("change", [renew, narrow, reopen])
@pytest.mark.parametrize("mode", ["changes", "full"])
def test_a_resumed_run_begins_anew(repository: Repository, source: Source, change: Callable[[Source], None], mode: str):
    run = harvest(source, mode=mode, watch=stop_after_a_page)
    assert (run.state, run.received_count) == ("stopped", 4)
    change(source)
    assert not Listed.objects.exists()
    run = resumed(run)
    assert (run.state, run.received_count, run.duplicate_count) == ("finished", 14, 0)
    assert run.notes["begun_anew"] == 1
    assert Record.objects.filter(type="video" if change is renew else "text").count() == 10
    source.refresh_from_db()
    assert source.harvested_until is not None


@pytest.mark.parametrize("change", [renew, narrow])
def test_a_run_that_waits_for_a_word_does_not_hide_what_is_read_anew(
    repository: Repository, source: Source, change: Callable[[Source], None]
):
    repository.deleted_record = "no"
    repository.things = [Thing("oai:other:1", "2026-11-02T08:00:00Z", sets=("books",))]
    paused = harvest(source)
    assert paused.state == "paused"
    change(source)
    paused.refresh_from_db()
    assert (paused.state, paused.notes["superseded"]) == ("finished", 1)
    source.refresh_from_db()
    assert source.harvested_until is None
    assert Record.objects.filter(deleted_at=None).count() == 11


def test_a_run_that_had_not_begun_is_no_other_run(source: Source):
    run = services.start(source_id=source.pk, in_worker=False, actor=OPERATOR, now=clock.now())
    services.stop(run_id=run.pk, actor=OPERATOR, now=clock.now())
    renew(source)
    run = resumed(run)
    assert (run.received_count, run.changed_count, run.notes) == (10, 10, {})


def test_of_earlier_runs_nothing_is_touched(source: Source):
    first = harvest(source, watch=stop_after_a_page)
    harvest(source)
    renew(source)
    first.refresh_from_db()
    assert first.place
    assert harvest(source).changed_count == 10
