import time
from collections.abc import Callable

import pytest
from django.db import DatabaseError, connection, transaction

from wenmai.journal import queries, services
from wenmai.journal.models import Entry, Position
from wenmai.lib import clock
from wenmai.lib.access import SYSTEM


def write(name: str = "test.done", key: str = "1") -> Entry:
    return services.record(name=name, subject_kind="thing", subject_key=key, actor=SYSTEM, now=clock.now(), size=3)


def tell(until: Callable[[], bool]) -> None:
    """Delivers until the condition holds: transactions of other databases on the server (autovacuum) delay news."""
    deadline = time.monotonic() + 20
    while not until() and time.monotonic() < deadline:
        services.deliver_all()
        time.sleep(0.01)
    assert until()


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What a subscriber to test.done hears."""
    keys: list[str] = []
    monkeypatch.setattr(services, "_subscribers", {})
    services.subscribe("tests", {"test.done"}, lambda entry: keys.append(entry.subject_key))
    return keys


@pytest.mark.django_db
def test_an_entry_says_who_did_what_and_cannot_be_changed() -> None:
    entry = write()
    assert list(queries.trail("thing", 1)) == [entry]
    assert (entry.actor_name, entry.detail) == ("system", {"size": 3})
    for sql in ("UPDATE journal_entry SET name = 'x'", "DELETE FROM journal_entry", "TRUNCATE journal_entry"):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)
    assert Entry.objects.get().name == "test.done"


@pytest.mark.django_db(transaction=True)
def test_subscribers_hear_after_commit_once_and_only_what_they_asked_for(heard: list[str]) -> None:
    with transaction.atomic():
        write(key="1")
        write("test.else", key="2")
        assert heard == []
    write(key="3")
    tell(lambda: heard == ["1", "3"])
    assert services.deliver_all() == 0


@pytest.mark.django_db(transaction=True)
def test_who_asks_for_a_detail_hears_only_of_entries_that_have_it(heard: list[str]) -> None:
    services.subscribe("sizes", {"test.done"}, lambda entry: heard.append(f"size {entry.subject_key}"), about="size")
    write(key="1")
    services.record(name="test.done", subject_kind="thing", subject_key="2", actor=SYSTEM, now=clock.now())
    tell(lambda: heard == ["1", "size 1", "2"])


@pytest.mark.django_db(transaction=True)
def test_what_nobody_asked_for_is_looked_at_once(heard: list[str]) -> None:
    """Otherwise who hears of rare things would read the whole journal each minute."""
    last = [write("test.else", key=str(number)) for number in range(3)][-1]
    place = Position.objects.filter(subscriber="tests", transaction=last.transaction, entry_id=last.pk)
    tell(place.exists)
    write(key="4")
    tell(lambda: heard == ["4"])


@pytest.mark.django_db(transaction=True)
def test_nothing_is_passed_over_that_an_older_transaction_may_still_write(heard: list[str]) -> None:
    other = connection.copy()
    try:
        other.set_autocommit(False)
        with other.cursor() as cursor:
            cursor.execute(
                "INSERT INTO journal_entry (at, name, subject_kind, subject_key, actor_name, detail)"
                " VALUES (now(), 'test.done', 'thing', 'slow', '', '{}')"
            )
        write("test.else", key="quick")
        services.deliver_all()
        other.commit()
        tell(lambda: heard == ["slow"])
    finally:
        other.close()


@pytest.mark.django_db(transaction=True)
def test_what_is_rolled_back_is_never_told(heard: list[str]) -> None:
    with transaction.atomic():
        write()
        transaction.set_rollback(True)
    assert (heard, services.deliver_all()) == ([], 0)


@pytest.mark.django_db(transaction=True)
def test_a_handler_that_fails_hears_the_entry_again(monkeypatch: pytest.MonkeyPatch, heard: list[str]) -> None:
    failing = True

    def handler(entry: Entry) -> None:
        if failing:
            raise RuntimeError("not now")
        heard.append(entry.subject_key)

    services.subscribe("tests", {"test.done"}, handler)
    write(key="9")
    assert Position.objects.filter(subscriber="tests", entry_id__gt=0).count() == 0
    failing = False
    tell(lambda: heard == ["9"])


@pytest.mark.django_db(transaction=True)
def test_a_subscriber_that_fails_costs_the_others_nothing(heard: list[str]) -> None:
    def fails(entry: Entry) -> None:
        raise RuntimeError("never")

    services.subscribe("alas", {"test.done"}, fails)
    services.subscribe("behind", {"test.done"}, lambda entry: heard.append(f"behind {entry.subject_key}"))
    with transaction.atomic():
        Entry.objects.create(name="test.done", subject_kind="thing", subject_key="5")
    tell(lambda: sorted(heard) == ["5", "behind 5"])


@pytest.mark.django_db(transaction=True)
def test_an_entry_waits_for_older_transactions_that_still_write(heard: list[str]) -> None:
    other = connection.copy()
    try:
        other.set_autocommit(False)
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_current_xact_id()")
        write(key="later")
        assert heard == [], "an entry with a smaller number may still come"
        other.rollback()
        tell(lambda: heard == ["later"])
    finally:
        other.close()
