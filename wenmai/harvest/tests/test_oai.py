"""OAI-PMH harvests of a server that behaves."""

import datetime as dt

import pytest

from wenmai.catalogue.models import Record, RecordVersion
from wenmai.harvest import services
from wenmai.harvest.models import Listed, Run
from wenmai.harvest.testing import OPERATOR, counts, harvest, make_oai_source
from wenmai.harvest.testing.server import Reply, Repository, Thing, header, record
from wenmai.lib import clock

pytestmark = pytest.mark.django_db


def live(source) -> set[str]:
    return set(Record.objects.filter(feed_id=source.feed_id, deleted_at=None).values_list("source_key", flat=True))


def test_everything_comes_in_page_by_page(repository: Repository):
    source = make_oai_source(repository.address)
    run = harvest(source)
    assert (run.state, counts(run)) == ("finished", {"received": 10, "new": 10})
    assert repository.verbs() == ["Identify", "ListRecords", "ListRecords", "ListRecords"]
    assert live(source) == {f"oai:test:{n}" for n in range(1, 11)}
    source.refresh_from_db()
    assert source.harvested_until == dt.datetime(2026, 11, 1, 12, tzinfo=dt.UTC)
    assert source.identity["deleted_record"] == "persistent"
    version = RecordVersion.objects.filter(record__source_key="oai:test:1").get()
    assert version.datestamp == "2026-10-01T00:00:01Z"
    assert not Listed.objects.exists()


def test_the_second_run_asks_for_changes_only_and_says_that_there_are_none(repository: Repository):
    source = make_oai_source(repository.address)
    harvest(source)
    run = harvest(source)
    assert (run.state, counts(run), run.has_changed_nothing) == ("finished", {}, True)
    assert repository.asked[-1].arguments["from"] == "2026-11-01T11:55:00Z"


def test_a_second_full_run_changes_nothing(repository: Repository):
    source = make_oai_source(repository.address)
    harvest(source)
    run = harvest(source, mode="full")
    assert (counts(run), run.has_changed_nothing) == ({"received": 10, "unchanged": 10}, True)


def test_changes_and_reported_deletions(repository: Repository):
    source = make_oai_source(repository.address)
    harvest(source)
    later = "2026-11-02T08:00:00Z"
    repository.things[0] = Thing("oai:test:1", later, "改题")
    repository.things[1] = Thing("oai:test:2", later, deleted=True)
    repository.things.append(Thing("oai:test:11", later))
    run = harvest(source)
    assert counts(run) == {"received": 3, "new": 1, "changed": 1, "deleted": 1}
    assert not run.has_changed_nothing
    assert "oai:test:2" not in live(source)


def test_days_are_asked_for_as_days(repository: Repository):
    repository.granularity = "YYYY-MM-DD"
    source = make_oai_source(repository.address)
    harvest(source)
    harvest(source)
    assert repository.asked[-1].arguments["from"] == "2026-11-01"


@pytest.mark.parametrize("deleted_record", ["no", "transient"])
def test_deletions_that_are_not_reported_are_found_by_comparing(repository: Repository, deleted_record):
    repository.deleted_record = deleted_record
    source = make_oai_source(repository.address)
    harvest(source)
    del repository.things[3]
    run = harvest(source)
    assert (run.state, counts(run)) == ("finished", {"gone": 1})
    assert "ListIdentifiers" in repository.verbs()
    assert "oai:test:4" not in live(source)
    again = harvest(source)
    assert (again.state, counts(again)) == ("finished", {})


def test_what_was_no_longer_listed_and_is_listed_again_is_reported_until_a_full_run_brings_it(repository: Repository):
    repository.deleted_record = "no"
    source = make_oai_source(repository.address)
    harvest(source)
    lost = repository.things.pop(3)
    assert harvest(source).gone_count == 1
    repository.things.append(lost)
    run = harvest(source)
    assert (run.state, run.notes["unreceived"], len(live(source))) == ("finished", 1, 9)
    run = harvest(source, mode="full")
    assert (run.changed_count, run.unchanged_count, len(live(source))) == (1, 9, 10)
    run = harvest(source)
    assert (run.notes, run.gone_count) == ({}, 0)


def test_what_is_listed_and_was_never_received_is_reported(repository: Repository):
    """A key that ListIdentifiers names and that we neither hold nor were sent: the next full run brings it."""
    repository.deleted_record = "no"
    source = make_oai_source(repository.address)
    harvest(source)
    repository.things.append(Thing("oai:test:old", "2020-01-01T00:00:00Z"))
    run = harvest(source)
    assert (run.state, counts(run), run.notes) == ("finished", {}, {"unreceived": 1})
    assert counts(harvest(source, mode="full")) == {"received": 11, "new": 1, "unchanged": 10}
    assert harvest(source).notes == {}


def test_what_was_refused_once_is_not_reported_as_never_received(repository: Repository):
    repository.deleted_record = "no"
    bare = f"<record>{header(repository.things[5])}</record>".encode()
    whole = record(repository.things[5]).encode()
    repository.mischief = lambda asked, usual: usual.replace(whole, bare)
    source = make_oai_source(repository.address)
    assert counts(harvest(source)) == {"received": 10, "new": 9, "quarantined": 1}
    assert harvest(source).notes == {}


def test_a_full_run_finds_deletions_in_what_it_received(repository: Repository):
    source = make_oai_source(repository.address)
    harvest(source)
    del repository.things[3]
    run = harvest(source, mode="full")
    assert counts(run) == {"received": 9, "unchanged": 9, "gone": 1}
    assert "ListIdentifiers" not in repository.verbs()


def test_an_empty_repository_is_told_from_an_emptied_one(repository: Repository):
    source = make_oai_source(repository.address)
    things, repository.things = repository.things, []
    run = harvest(source)
    assert (run.state, counts(run)) == ("finished", {})
    repository.things = things
    assert counts(harvest(source, mode="full")) == {"received": 10, "new": 10}
    repository.things = []
    run = harvest(source, mode="full")
    assert (run.state, run.doubts) == ("paused", ["all"])
    assert len(live(source)) == 10


def test_sets_are_walked_one_after_the_other(repository: Repository):
    repository.things = [
        Thing("oai:test:1", "2026-10-01T00:00:00Z", sets=("a",)),
        Thing("oai:test:2", "2026-10-01T00:00:01Z", sets=("a", "b")),
        Thing("oai:test:3", "2026-10-01T00:00:02Z", sets=("b",)),
        Thing("oai:test:4", "2026-10-01T00:00:03Z", sets=("c",)),
    ]
    source = make_oai_source(repository.address, sets=["a", "b"])
    run = harvest(source)
    assert counts(run) == {"received": 4, "new": 3, "duplicate": 1}
    assert live(source) == {"oai:test:1", "oai:test:2", "oai:test:3"}


def test_another_scope_makes_the_next_run_a_full_one(repository: Repository):
    source = make_oai_source(repository.address)
    harvest(source)
    services.change_source(source_id=source.pk, sets=["a"], actor=OPERATOR, now=clock.now())
    source.refresh_from_db()
    assert source.harvested_until is None


def test_a_record_that_changes_during_the_walk_is_taken_in_its_last_state(repository: Repository):
    def mischief(asked, usual):
        if asked.number == 2:
            repository.things.append(Thing("oai:test:1", "2026-11-01T12:00:05Z", "改题"))

    repository.mischief = mischief
    source = make_oai_source(repository.address)
    run = harvest(source)
    assert counts(run) == {"received": 11, "new": 10, "changed": 1}
    assert Record.objects.get(source_key="oai:test:1").title == "改题"


def test_stopping_and_going_on(repository: Repository):
    source = make_oai_source(repository.address)

    repository.mischief = lambda asked, usual: Reply(b"", 503, (("Retry-After", "5"),)) if asked.number == 3 else None
    run = services.start(source_id=source.pk, in_worker=False, actor=OPERATOR, now=clock.now())
    waits: list[float] = []

    def sleep(seconds: float) -> None:
        waits.append(seconds)
        Run.objects.filter(pk=run.pk).update(is_stop_asked=True)

    run = services.carry_out(run.pk, sleep=sleep)
    assert (run.state, run.received_count, waits) == ("stopped", 4, [2])
    run = services.resume(run_id=run.pk, in_worker=False, actor=OPERATOR, now=clock.now())
    run = services.carry_out(run.pk, sleep=lambda _s: None)
    assert (run.state, counts(run)) == ("finished", {"received": 10, "new": 10})
    assert repository.verbs() == ["Identify"] + ["ListRecords"] * 4


def test_a_busy_server_is_left_alone_until_it_says(repository: Repository):
    source = make_oai_source(repository.address)
    repository.mischief = lambda asked, usual: (
        Reply(b"", 503, (("Retry-After", "3600"),)) if asked.number == 3 else None
    )
    now = clock.now()
    run = harvest(source, now=lambda: now)
    assert (run.state, run.not_before) == ("waiting", now + dt.timedelta(hours=1))
    assert services.carry_out(run.pk, now=lambda: now).state == "waiting"
    assert services.dispatch(now=now) == []
    later = now + dt.timedelta(hours=1)
    assert services.dispatch(now=later) == [run.pk]
    run = services.carry_out(run.pk, now=lambda: later)
    assert (run.state, counts(run)) == ("finished", {"received": 10, "new": 10})


def test_addresses_into_the_own_network_need_the_operator(repository: Repository, settings):
    source = make_oai_source(repository.address)
    services.change_source(source_id=source.pk, allow_private_hosts=False, actor=OPERATOR, now=clock.now())
    run = harvest(source)
    assert (run.state, run.failure) == ("failed", "forbidden_address")
    assert repository.asked == []
    settings.ALLOWED_PRIVATE_HOSTS = ["127.0.0.1"]
    assert harvest(source).state == "finished"


def test_a_redirect_into_the_own_network_is_refused(repository: Repository):
    repository.mischief = lambda asked, usual: Reply(b"", 302, (("Location", "http://127.0.0.2:1/"),))
    run = harvest(make_oai_source(repository.address))
    assert (run.state, run.failure) == ("failed", "forbidden_address")
