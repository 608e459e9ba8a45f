"""Servers whose tokens are never known again: the list is asked for in parts by date, and what is left is said."""

import datetime as dt
from collections.abc import Iterator

import pytest

from wenmai.catalogue.models import Record
from wenmai.harvest import rules, services
from wenmai.harvest.models import Run
from wenmai.harvest.rules import Calendar, Walk
from wenmai.harvest.rules.walks import UNFIT_LIMIT
from wenmai.harvest.testing import OPERATOR, harvest, make_oai_source
from wenmai.harvest.testing.server import Repository, Thing, error, page, serving
from wenmai.lib import clock

pytestmark = pytest.mark.django_db
CALENDAR = Calendar(
    "YYYY-MM-DDThh:mm:ssZ", dt.datetime(2020, 1, 1, tzinfo=dt.UTC), dt.datetime(2026, 11, 1, 12, tzinfo=dt.UTC)
)


@pytest.fixture
def forgetful() -> Iterator[Repository]:
    """Pages of four; no token is ever known. Ten records over years, one of them before the first datestamp that the
    server admits to, one after its present time.
    """
    repository = Repository(mischief=lambda asked, usual: page(error("badResumptionToken")) if asked.token else None)
    days = [f"{2020 + n // 2}-0{n + 1}-11T08:00:00Z" for n in range(8)]
    repository.things = [
        Thing(f"oai:test:{n}", day, f"其{n}")
        for n, day in enumerate([*days, "2011-01-01T00:00:00Z", "2031-01-01T00:00:00Z"])
    ]
    with serving(repository):
        yield repository


def test_the_whole_list_comes_in_parts(forgetful: Repository):
    source = make_oai_source(forgetful.address)
    run = harvest(source)
    assert (run.state, run.failure_detail) == ("finished", "")
    assert (run.new_count, Record.objects.count()) == (10, 10)
    assert run.received_count == run.new_count + run.duplicate_count
    assert run.notes["narrowed"] >= 2
    assert "unfit" not in run.notes
    source.refresh_from_db()
    assert source.harvested_until is not None
    again = harvest(source, mode="full")
    assert (again.state, again.unchanged_count, again.gone_count) == ("finished", 10, 0)


def test_by_day_where_the_server_knows_no_time(forgetful: Repository):
    forgetful.granularity = "YYYY-MM-DD"
    run = harvest(make_oai_source(forgetful.address))
    assert (run.state, run.new_count) == ("finished", 10)
    asked = [one.arguments.get("until", "") for one in forgetful.asked]
    assert {len(until) for until in asked} == {0, len("2026-01-01")}


def test_deletions_are_found_through_parts_too(forgetful: Repository):
    forgetful.deleted_record = "no"
    source = make_oai_source(forgetful.address)
    harvest(source)
    del forgetful.things[3]
    run = harvest(source)
    assert (run.state, run.gone_count) == ("finished", 1)
    assert Record.objects.get(deleted_at__isnull=False).source_key == "oai:test:3"


def test_each_set_in_parts(forgetful: Repository):
    forgetful.things = [one._replace(sets=("a" if n % 2 else "b",)) for n, one in enumerate(forgetful.things)]
    run = harvest(make_oai_source(forgetful.address, sets=["a", "b"]))
    assert (run.state, run.new_count) == ("finished", 10)


def test_one_second_with_too_many_is_named_and_costs_only_what_is_in_it(forgetful: Repository):
    """The rest is there, nothing is taken for gone; a resumed run brings what was missing when the server is mended."""
    forgetful.things += [Thing(f"oai:crowd:{n}", "2024-02-02T02:02:02Z", f"众{n}") for n in range(6)]
    forgetful.things = [one._replace(sets=("a",)) for one in forgetful.things]
    forgetful.things.append(Thing("oai:test:b", "2024-02-02T02:02:03Z", "乙", sets=("b",)))
    source = make_oai_source(forgetful.address, sets=["a", "b"], deletions="compare")
    run = harvest(source)
    assert (run.state, run.failure) == ("failed", "token_windows")
    assert run.failure_detail == "1: 2024-02-02T02:02:02Z/2024-02-02T02:02:02Z"
    assert run.notes["unfit"] == 1
    assert set(Record.objects.values_list("source_key", flat=True)) >= {f"oai:test:{n}" for n in [*range(10), "b"]}
    assert (Record.objects.count(), run.gone_count) == (15, 0)
    source.refresh_from_db()
    assert source.harvested_until is None
    forgetful.mischief = None
    forgetful.asked.clear()
    services.resume(run_id=run.pk, in_worker=False, actor=OPERATOR, now=clock.now())
    run = services.carry_out(run.pk)
    assert (run.state, Record.objects.count()) == ("finished", 17)
    assert forgetful.asked[0].arguments["from"] == "2024-02-02T02:02:02Z"
    assert forgetful.verbs().count("ListRecords") == 2


def test_progress_is_kept_when_the_run_is_stopped_on_the_way(forgetful: Repository):
    run = services.start(
        source_id=make_oai_source(forgetful.address).pk, in_worker=False, actor=OPERATOR, now=clock.now()
    )

    def watch(row: Run) -> None:
        if row.place["walk"]["window"] and row.new_count > 4:
            services.stop(run_id=row.pk, actor=OPERATOR, now=clock.now())

    run = services.carry_out(run.pk, watch=watch)
    assert run.state == "stopped"
    assert rules.noted(run.place["walk"]).windows
    forgetful.asked.clear()
    services.resume(run_id=run.pk, in_worker=False, actor=OPERATOR, now=clock.now())
    run = services.carry_out(run.pk)
    assert (run.state, run.new_count) == ("finished", 10)
    lists = [one for one in forgetful.asked if one.verb == "ListRecords" and not one.token]
    assert all(one.arguments.get("from") or one.arguments.get("until") for one in lists)


def test_a_server_that_does_not_heed_dates_is_given_up_soon(forgetful: Repository, monkeypatch: pytest.MonkeyPatch):
    usual = forgetful._list

    def without_dates(asked):
        return usual(asked._replace(arguments={k: v for k, v in asked.arguments.items() if k not in {"from", "until"}}))

    monkeypatch.setattr(forgetful, "_list", without_dates)
    run = harvest(make_oai_source(forgetful.address))
    assert (run.state, run.failure) == ("failed", "token_windows")
    assert run.failure_detail.startswith(f"{UNFIT_LIMIT}: ")
    assert len(forgetful.asked) < 8 * UNFIT_LIMIT
    assert run.new_count == 4


@pytest.mark.parametrize(
    ("since", "until"),
    [("", ""), ("2026-10-30T00:00:00Z", ""), ("", "2012-05-05T00:00:00Z"), ("2027-01-01T00:00:00Z", "")],
)
def test_halves_cover_the_whole(since, until):
    """Each half begins one granule after the other ends; what was open stays open; it ends at one granule."""
    walk = rules.narrowed(Walk(window=(since, until, 0), token="t"), CALENDAR, 1)
    assert walk.window is not None
    first, (second,) = walk.window, walk.windows
    assert (first[0], second[1]) == (since, until)
    assert CALENDAR.moment(second[0]) - CALENDAR.moment(first[1]) == CALENDAR.granule
    for _turn in range(60):
        if walk.unfit:
            break
        walk = rules.narrowed(walk, CALENDAR, 1)
    assert len(walk.unfit) == 1
