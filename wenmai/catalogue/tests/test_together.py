"""Two at once: whoever comes second waits, and then decides by what is true."""

import threading
import time
from collections.abc import Callable, Iterator

import pytest
from django.db import connection, transaction

from wenmai.catalogue import queries, services
from wenmai.catalogue.models import Record, State, Withdrawal, Work
from wenmai.catalogue.testing import ORIGIN, REVIEWER, arrival, make_feed, make_record, pass_records, take_in
from wenmai.lib import clock

pytestmark = pytest.mark.django_db(transaction=True)
PATIENCE = 20.0


@pytest.fixture
def beside() -> Iterator[Callable[[Callable[[], object]], threading.Thread]]:
    """Starts a call in a thread of its own; what it raises fails the test."""
    threads: list[threading.Thread] = []
    faults: list[BaseException] = []

    def start(call: Callable[[], object]) -> threading.Thread:
        def run() -> None:
            try:
                call()
            except BaseException as fault:
                faults.append(fault)
            finally:
                connection.close()

        thread = threading.Thread(target=run)
        threads.append(thread)
        thread.start()
        return thread

    yield start
    for thread in threads:
        thread.join(PATIENCE)
        assert not thread.is_alive()
    assert faults == []


def until_somebody_waits() -> None:
    """Until another session of this database waits for a lock of ours."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"
            )
            row = cursor.fetchone()
        if row and row[0]:
            return
        time.sleep(0.01)
    raise AssertionError("nobody waits")


def read(record: Record) -> list[tuple[int, bytes]]:
    return [(one.id, one.content_hash) for one in queries.waiting([record.feed.organisation_id])]


def test_an_approval_that_comes_after_a_withdrawal_does_not_undo_it(
    beside: Callable[[Callable[[], object]], threading.Thread],
) -> None:
    record = make_record(make_feed(on_arrival="hold"))
    seen = read(record)
    with transaction.atomic():
        services.withdraw(ids=[record.pk], reason="投诉", actor=REVIEWER, now=clock.now())
        approving = beside(lambda: pass_records(records=seen, actor=REVIEWER, now=clock.now()))
        until_somebody_waits()
    approving.join(PATIENCE)
    assert Record.objects.get(pk=record.pk).state == State.WITHDRAWN
    assert Withdrawal.objects.filter(restored_at=None).count() == 1


def test_a_harvest_beside_an_approval_leaves_what_was_approved_on_show(
    beside: Callable[[Callable[[], object]], threading.Thread],
) -> None:
    record = make_record(make_feed(on_arrival="hold"), title="通过的", call_number="A")
    with transaction.atomic():
        pass_records(records=read(record), actor=REVIEWER, now=clock.now())
        harvest = beside(lambda: take_in(record.feed, arrival("k1", title="没有人看过的", call_number="B")))
        until_somebody_waits()
    harvest.join(PATIENCE)
    after = Record.objects.get(pk=record.pk)
    assert (after.title, after.shown_version, after.version) == ("通过的", 1, 2)
    assert list(after.holdings.values_list("call_number", flat=True)) == ["A"]


def test_two_feeds_that_bring_one_work_at_once_are_linked(
    beside: Callable[[Callable[[], object]], threading.Thread],
) -> None:
    words = {"title": "春晓", "creator": "孟浩然", "text": "春眠不觉晓"}
    one, other = make_feed(), make_feed()
    with transaction.atomic():
        take_in(one, arrival("k1", deleted=False, **words))
        second = beside(lambda: take_in(other, arrival("k1", deleted=False, **words)))
        until_somebody_waits()
    second.join(PATIENCE)
    assert Work.objects.count() == 1
    assert Record.objects.filter(work=Work.objects.get()).count() == 2


def test_two_feeds_that_change_each_others_works_never_block_each_other(
    beside: Callable[[Callable[[], object]], threading.Thread],
) -> None:
    one, other = make_feed(), make_feed()
    take_in(one, arrival("a", title="甲"), arrival("b", title="乙"))
    take_in(other, arrival("a", title="丙"), arrival("b", title="丁"))
    with transaction.atomic():
        take_in(one, arrival("a", title="同一部"))
        second = beside(lambda: take_in(other, arrival("a", title="同一部"), arrival("b", title="又一部")))
        until_somebody_waits()
        take_in(one, arrival("b", title="又一部"))
    second.join(PATIENCE)
    assert Record.objects.filter(work__isnull=False).count() == 4


def test_what_commits_late_is_told_to_whoever_asked_before(
    beside: Callable[[Callable[[], object]], threading.Thread],
) -> None:
    """A harvester keeps the moment of its answer and asks from there on: nothing may appear behind it."""
    feed = make_feed()
    begun = clock.now()
    time.sleep(0.05)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT 1")  # begun, and nothing written yet
        answered: list[object] = []
        beside(lambda: answered.append(queries.safe_moment(clock.now()))).join(PATIENCE)
        services.take_in(feed_id=feed.pk, batch=[arrival("k1")], origin=ORIGIN, actor=REVIEWER, now=begun)
    record = Record.objects.get()
    assert record.changed_at > answered[0]  # type: ignore[operator]
