import datetime as dt

import pytest
from django.db import DatabaseError, connection, transaction

from wenmai.lib.refusal import Refused
from wenmai.usage import queries, services
from wenmai.usage.models import DailyCount, DailyTotal, Entry
from wenmai.usage.testing import NOW, make_uses

pytestmark = pytest.mark.django_db
MINUTE, HOUR, DAY = dt.timedelta(minutes=1), dt.timedelta(hours=1), dt.timedelta(days=1)
TODAY = dt.date(2026, 3, 10)


def note(kind: str = "record.open", subject: str = "record", key: str = "1", organisation: int | None = 1, **more):
    services.note(
        kind=kind, subject_kind=subject, subject_key=key, organisation_id=organisation, now=more.pop("at", NOW), **more
    )


def partitions() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'usage_entry'::regclass")
        return {name for (name,) in cursor.fetchall()}


def test_there_is_no_column_for_a_person() -> None:
    assert {field.name for field in Entry._meta.fields} == {
        "pk", "at", "id", "kind", "subject_kind", "subject_key", "organisation_id", "counted",
    }  # fmt: skip


def test_a_use_is_one_statement(django_assert_num_queries) -> None:
    with django_assert_num_queries(1):
        note()
    assert queries.counts("record", ["1", 2]) == {"1": {"record.open": 1}, "2": {}}


def test_a_search_leaves_only_the_band_of_its_hits() -> None:
    services.note_search(total=42, now=NOW)
    services.note_search(total=0, now=NOW)
    assert sorted(Entry.objects.values_list("kind", "subject_kind", "subject_key", "organisation_id")) == [
        ("search.query", "hits", "0", None),
        ("search.query", "hits", "10-99", None),
    ]


def test_unknown_kinds_are_refused() -> None:
    with pytest.raises(Refused):
        note(kind="page.view")
    assert not Entry.objects.exists()


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE usage_entry SET counted = false",
        "DELETE FROM usage_entry",
        "DELETE FROM usage_entry_default",
        "INSERT INTO usage_entry (at, kind, subject_kind, subject_key) VALUES (now(), 'a', 'b', 'c')",
    ],
)
def test_the_database_refuses(sql: str) -> None:
    note(at=dt.datetime(2001, 1, 1, tzinfo=dt.UTC))
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


def test_robots_are_kept_apart() -> None:
    note()
    note(counted=False)
    services.advance(now=NOW + HOUR)
    note(counted=False, at=NOW + 2 * HOUR)
    assert queries.counts("record", ["1"]) == {"1": {"record.open": 1}}
    assert list(DailyCount.objects.values_list("count", "robot_count")) == [(1, 1)]


def everything() -> tuple[object, ...]:
    return (
        queries.counts("record", ["1", "2"]),
        queries.counts("record", ["1", "2"], since=TODAY),
        queries.totals([1, 2, 3]),
        queries.totals([1], since=TODAY),
        queries.top("record.open"),
        queries.top("record.open", organisation_ids=[2], since=TODAY),
        queries.by_day([1, 2], since=TODAY - DAY),
    )


def test_counts_are_the_same_before_during_and_after_the_roll_up() -> None:
    make_uses(3, key="1")
    make_uses(2, key="2", organisation_id=2)
    make_uses(4, key="2", organisation_id=2, at=NOW - DAY)
    make_uses(1, key="1", organisation_id=None, at=NOW - 2 * DAY)
    note("id.resolve", "identifier", "99.test.x")
    before = everything()
    assert before == (
        {"1": {"record.open": 4}, "2": {"record.open": 6}},
        {"1": {"record.open": 3}, "2": {"record.open": 2}},
        {1: {"id.resolve": 1, "record.open": 3}, 2: {"record.open": 6}, 3: {}},
        {1: {"id.resolve": 1, "record.open": 3}},
        [("record", "2", 6), ("record", "1", 4)],
        [("record", "2", 2)],
        [(TODAY - DAY, "record.open", 4), (TODAY, "id.resolve", 1), (TODAY, "record.open", 5)],
    )
    for moment in (NOW - DAY - HOUR, NOW - HOUR, NOW + MINUTE, NOW + HOUR, NOW + DAY):
        services.advance(now=moment)
        assert everything() == before
    assert services.advance(now=NOW + DAY) == 0
    assert all(finding.holds for finding in queries.findings() if "differ" in finding.sentence)


def test_a_day_ends_at_midnight_of_the_nodes_time_zone() -> None:
    midnight = dt.datetime(2026, 3, 9, 16, tzinfo=dt.UTC)
    note(at=midnight - dt.timedelta(microseconds=1))
    note(at=midnight)
    services.advance(now=NOW)
    assert [(one.day, one.uses) for one in queries.by_day([1], since=TODAY - DAY)] == [(TODAY - DAY, 1), (TODAY, 1)]
    assert queries.counts("record", ["1"], since=TODAY) == {"1": {"record.open": 1}}


def test_a_use_committed_late_is_caught_up_with() -> None:
    note()
    services.advance(now=NOW + 10 * MINUTE)
    note(at=NOW + MINUTE)
    assert queries.counts("record", ["1"]) == {"1": {"record.open": 1}}
    services.advance(now=NOW + 15 * MINUTE)
    assert queries.counts("record", ["1"]) == {"1": {"record.open": 2}}


def test_uses_of_days_ago_are_found_by_the_check_and_mended() -> None:
    note()
    services.advance(now=NOW + DAY)
    note(at=NOW - 5 * DAY)
    note(at=NOW - 7 * DAY, key="2")
    assert [f.holds for f in queries.findings() if "differ" in f.sentence] == [False, True]
    assert queries.days_that_differ() == [TODAY - 7 * DAY, TODAY - 5 * DAY]
    assert list(services.mend()) == ["2 daily counts made again, 2026-03-03 to 2026-03-05"]
    assert queries.days_that_differ() == []
    assert list(services.mend()) == []


def test_counts_that_were_tampered_with_come_out_the_same_again() -> None:
    make_uses(5)
    services.advance(now=NOW + HOUR)
    DailyCount.objects.update(count=500)
    DailyCount.objects.create(
        day=TODAY, kind="record.open", subject_kind="record", subject_key="9", count=7, robot_count=0
    )
    assert services.roll_up(day=TODAY) == 2
    assert list(DailyCount.objects.values_list("subject_key", "count")) == [("1", 5)]
    assert services.roll_up(day=TODAY) == 0


def test_totals_that_were_tampered_with_are_found_and_mended() -> None:
    make_uses(5)
    services.advance(now=NOW + HOUR)
    DailyTotal.objects.update(count=500)
    DailyTotal.objects.create(day=TODAY, kind="record.open", organisation_id=9, count=7)
    assert [f.holds for f in queries.findings() if "differ" in f.sentence] == [True, False]
    assert list(services.mend()) == ["2 daily totals added up again"]
    assert queries.totals([1, 9]) == {1: {"record.open": 5}, 9: {}}
    assert list(services.mend()) == []


def test_rolling_up_by_hand_does_not_count_the_young_twice() -> None:
    note()
    services.advance(now=NOW + HOUR)
    note(at=NOW + 2 * HOUR)
    services.roll_up(day=TODAY)
    assert queries.counts("record", ["1"]) == {"1": {"record.open": 2}}


def test_partitions_are_made_ahead_and_strays_move_in() -> None:
    far = dt.datetime(2041, 12, 10, tzinfo=dt.UTC)
    note(at=far)
    note(at=far + 40 * DAY)
    note(at=dt.datetime(2001, 1, 1, tzinfo=dt.UTC))
    assert services.make_partitions(now=far) == 4
    assert services.make_partitions(now=far) == 0
    assert {"usage_entry_204112", "usage_entry_204201", "usage_entry_204202", "usage_entry_204203"} <= partitions()
    with connection.cursor() as cursor:
        cursor.execute("SELECT tableoid::regclass::text FROM usage_entry ORDER BY at")
        assert [name for (name,) in cursor.fetchall()] == [
            "usage_entry_default", "usage_entry_204112", "usage_entry_204201",
        ]  # fmt: skip
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM usage_entry_204112")
    assert queries.counts("record", ["1"])["1"] == {"record.open": 3}


def test_the_migration_made_partitions_for_now() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 'usage_entry_' || to_char(now() AT TIME ZONE 'UTC', 'YYYYMM')")
        assert cursor.fetchone()[0] in partitions()


def test_gauges_are_numbers() -> None:
    note(at=dt.datetime(2001, 1, 1, tzinfo=dt.UTC))
    services.advance(now=NOW)
    found = dict(queries.gauges())
    assert found["wenmai_usage_stray_entries"] >= 1
    assert found["wenmai_usage_seconds_not_rolled_up"] > 0


def test_within_a_transaction_the_callers_promise_is_not_weakened() -> None:
    note()
    with connection.cursor() as cursor:
        cursor.execute("SHOW synchronous_commit")
        assert cursor.fetchone() == ("on",)
