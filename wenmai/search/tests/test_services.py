"""The outbox, the indexer, rebuilding and comparing, against PostgreSQL and the real engine."""

import os
import resource
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import pytest
from django.conf import LazySettings
from django.db import OperationalError, connection, transaction

from wenmai.lib.refusal import Refused
from wenmai.search import comparing, indexer, locks, outbox, queries, rebuilding, registry, services, testing, upkeep
from wenmai.search.index import generations, schema, writing
from wenmai.search.locks import Lock
from wenmai.search.models import Failure, Rebuilding, Waiting
from wenmai.search.queries import Query
from wenmai.search.tests import shelf
from wenmai.search.values import Document

pytestmark = pytest.mark.usefixtures("books")
HUNDRED = {str(number): f"书名{number}" for number in range(100)}


def found(text: str = "") -> set[str]:
    return set(queries.find(Query(text, kind="book", size=100)).keys)


def total() -> int:
    return queries.find(Query(kind="book")).total


def test_push_is_part_of_the_transaction_and_one_row_holds_a_thousand() -> None:
    with transaction.atomic():
        services.push("book", ["1"])
        transaction.set_rollback(True)
    assert Waiting.objects.count() == 0
    assert services.push("book", map(str, range(2_500))) == 2_500
    assert [len(row.keys) for row in Waiting.objects.order_by("id")] == [1_000, 1_000, 500]
    assert services.push("book", []) == 0
    assert queries.waiting_count() == 2_500


def test_what_is_pushed_is_found_changed_and_gone() -> None:
    testing.index_waiting()
    shelf.put(HUNDRED)
    testing.index_waiting()
    assert total() == 100
    shelf.put({"7": "静夜思"}, stamp=2)
    testing.index_waiting()
    assert (total(), found("静夜思"), found("书名7") & {"7"}) == (100, {"7"}, set())
    shelf.take(["7"])
    testing.index_waiting()
    assert (total(), found("静夜思")) == (99, set())
    assert Waiting.objects.count() == 0


def test_the_same_again_changes_nothing() -> None:
    shelf.put(HUNDRED)
    testing.index_waiting()
    for _ in range(3):
        services.push("book", [*HUNDRED, *HUNDRED])
        testing.index_waiting()
    assert total() == 100


def test_a_first_index_is_built_from_everything_and_forgets_the_rows_it_covers() -> None:
    shelf.put(HUNDRED)
    shelf.put({"x": "未曾推送"}, push=False)
    built: list[int] = []
    registration = registry.of("book")
    assert registration is not None
    services.register(
        "book",
        build=lambda keys: built.append(len(keys)) or shelf.build(keys),  # type: ignore[func-returns-value]
        keys=registration.keys,
        stamps=registration.stamps,
    )
    testing.index_waiting()
    assert total() == 101
    assert sum(built) == 101


def test_one_bad_document_does_not_cost_its_neighbours() -> None:
    testing.index_waiting()
    shelf.put({**HUNDRED, "8": "raise", "9": "none"})
    services.register("other", build=lambda keys: [], keys=lambda: iter([]), stamps=lambda keys: [])
    services.push("stranger", ["1"])
    testing.index_waiting()
    assert total() == 98
    reasons = {(kind, key): why for kind, key, why in queries.failures()}
    assert "cannot be read" in reasons["book", "8"]
    assert "TypeError" in reasons["book", "9"]
    assert "registered" in reasons["stranger", "1"]
    assert Waiting.objects.count() == 0
    assert any(not finding.holds and "3 documents" in finding.sentence for finding in upkeep.check())
    shelf.put({"8": "好书", "9": "好书"}, push=False)
    assert comparing.mend() == 2 + 2  # they are missing, and they are on the list
    testing.index_waiting()
    assert found("好书") == {"8", "9"}
    assert [kind for kind, _key, _why in queries.failures()] == ["stranger"]


def test_a_failing_document_keeps_its_old_form() -> None:
    shelf.put({"1": "旧名"})
    testing.index_waiting()
    shelf.put({"1": "raise"}, stamp=2)
    testing.index_waiting()
    assert found("旧名") == {"1"}


def test_a_database_that_goes_away_is_no_fault_of_the_documents() -> None:
    def build(keys: object) -> Iterator[Document]:
        raise OperationalError("server closed the connection")

    testing.index_waiting()
    shelf.put({"1": "一"})
    services.register("book", build=build, keys=shelf.all_keys, stamps=shelf.stamps)
    testing.index_waiting()
    assert Failure.objects.count() == 0
    assert Waiting.objects.count() == 1
    shelf.register()
    testing.index_waiting()
    assert found() == {"1"}


def test_withdrawals_overtake_a_bulk_load() -> None:
    shelf.put({"secret": "要撤下的书"})
    testing.index_waiting()
    for batch in range(8):
        shelf.put({f"{batch}-{number}": "很多书" for number in range(1_000)})
    shelf.take(["secret"], urgent=True)
    desk = indexer.Desk()
    indexer.cycle(desk, threading.Event())
    assert found("撤下") == set()
    assert Waiting.objects.count() == 8
    desk.clear()


def test_a_withdrawal_during_a_batch_is_next() -> None:
    shelf.put({"secret": "要撤下的书"})
    testing.index_waiting()
    for batch in range(8):
        shelf.put({f"{batch}-{number}": "很多书" for number in range(1_000)})
    told: list[int] = []

    def build(keys: list[str]) -> Iterator[Document]:
        if not told:
            told.append(1)
            shelf.take(["secret"], urgent=True)
        return shelf.build(keys)

    services.register("book", build=build, keys=shelf.all_keys, stamps=shelf.stamps)  # type: ignore[arg-type]
    desk = indexer.Desk()
    indexer.cycle(desk, threading.Event())
    assert found("撤下") == set()
    assert 0 < Waiting.objects.count() < 8
    desk.clear()


def test_a_load_that_goes_on_is_one_commit_and_an_edit_waits_for_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    testing.index_waiting()
    brings_more = indexer._brings_more
    lulls: list[bool] = []

    def lull(own: locks.Line) -> bool:
        if not lulls:
            shelf.put({f"later-{number}": "后到的书" for number in range(10)})
        lulls.append(brings_more(own))
        return lulls[-1]

    monkeypatch.setattr(indexer, "_brings_more", lull)
    desk = indexer.Desk()
    with locks.line() as own:
        own.execute(f"LISTEN {services.CHANNEL}")
        shelf.put({"1": "改了一个字"})
        assert (indexer.cycle(desk, threading.Event(), own), lulls) == (1, [])
        shelf.put({f"first-{number}": "很多书" for number in range(indexer.MANY_KEYS)})
        assert indexer.cycle(desk, threading.Event(), own) == indexer.MANY_KEYS + 10
    assert lulls[0] is True
    assert lulls[-1] is False
    assert (Waiting.objects.count(), total()) == (0, indexer.MANY_KEYS + 11)
    desk.clear()


def test_killed_between_commit_and_clearing_the_outbox(monkeypatch: pytest.MonkeyPatch) -> None:
    testing.index_waiting()
    shelf.put(HUNDRED)

    def killed(ids: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(outbox, "done", killed)
        with pytest.raises(KeyboardInterrupt):
            testing.index_waiting()
    assert (total(), Waiting.objects.count()) == (100, 1)
    testing.index_waiting()
    assert (total(), Waiting.objects.count()) == (100, 0)


def test_there_is_one_indexer() -> None:
    testing.index_waiting()
    with locks.line() as other:
        assert locks.acquired(other, Lock.INDEXER)
        with pytest.raises(Refused, match=r"search\.indexer_already"):
            testing.index_waiting()
    testing.index_waiting()


def test_rebuilding_catches_up_with_what_changes_meanwhile() -> None:
    shelf.put(HUNDRED)
    testing.index_waiting()
    before = generations.current()

    def meanwhile(done: int) -> None:
        """The indexer goes on beside, as a process of its own would."""
        shelf.put({"new": "新书", "3": "改了名"}, stamp=5)
        shelf.take(["4"], urgent=True)
        desk = indexer.Desk()
        while indexer.cycle(desk, threading.Event()):
            pass
        desk.clear()
        assert generations.current() == before
        assert found("改了名") == {"3"}  # readers of the old generation see it as well

    rebuilt = services.reindex(meanwhile)
    assert generations.current() == rebuilt.generation != before
    assert (total(), found("改了名"), found("新书")) == (100, {"3"}, {"new"})
    assert (Waiting.objects.count(), Rebuilding.objects.count()) == (0, 0)
    assert [difference.agrees for difference in comparing.check()] == [True]


def test_rebuilding_twice_at_once_is_refused() -> None:
    with locks.line() as other:
        assert locks.acquired(other, Lock.REBUILDING)
        with pytest.raises(Refused, match=r"search\.rebuilding_already"):
            services.reindex()
    services.reindex()


def test_a_rebuilding_that_died_is_forgotten(settings: LazySettings) -> None:
    shelf.put(HUNDRED)
    testing.index_waiting()
    current = generations.current()

    def killed(done: int) -> None:
        shelf.put({"new": "新书"})
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rebuilding.rebuild(killed)
    testing.index_waiting()
    assert (generations.current(), total()) == (current, 101)
    assert (Waiting.objects.count(), Rebuilding.objects.count()) == (0, 0)
    old = (settings.SEARCH_ROOT / "current").stat().st_mtime - 2 * generations.GRACE
    os.utime(settings.SEARCH_ROOT / "current", (old, old))
    testing.index_waiting()
    assert [path.name for path in (settings.SEARCH_ROOT / "generations").iterdir()] == [current]
    assert total() == 101


def test_an_index_of_another_release_is_made_anew() -> None:
    shelf.put(HUNDRED)
    testing.index_waiting()
    old = generations.current()
    (generations.folder(old) / "made_by.json").write_text('{"analysis": 0, "schema": 1}')
    assert not queries.index_state().up_to_date
    testing.index_waiting()
    assert generations.current() != old
    assert (queries.index_state().up_to_date, total()) == (True, 100)


def test_check_tells_missing_extra_stale_and_doubled_and_mends_them() -> None:
    shelf.put(HUNDRED)
    testing.index_waiting()
    assert [difference.agrees for difference in comparing.check()] == [True]
    shelf.put({"new": "没有推送"}, push=False)
    shelf.put({"1": "改了"}, stamp=9, push=False)
    shelf.take(["2"], push=False)
    writer = schema.open_index(generations.folder(generations.current())).writer()
    writer.add_document(writing.converted(Document("book", "3", 1, "书名3")))
    writer.commit()
    writer.wait_merging_threads()
    difference = comparing.check()[0]
    assert (difference.missing, difference.extra, difference.stale) == (1, 1, 2)
    assert set(difference.examples) == {"missing new", "extra 2", "stale 1", "stale 3"}
    assert not all(finding.holds for finding in upkeep.check())
    assert list(upkeep.mend())
    assert comparing.check()[0].agrees  # what waits in the outbox is no fault
    testing.index_waiting()
    assert all(finding.holds for finding in upkeep.check())
    assert total() == 100


def test_a_damaged_index_is_said_once_and_made_anew(caplog: pytest.LogCaptureFixture) -> None:
    shelf.put(HUNDRED)
    testing.index_waiting()
    shelf.put({"1": "一"}, stamp=2)
    testing.index_waiting()
    (generations.folder(generations.current()) / "meta.json").write_text("{")
    assert [queries.find(Query("书")).state for _ in range(3)] == ["empty"] * 3
    assert caplog.text.count("cannot be opened") == 1
    testing.index_waiting()
    assert list(upkeep.mend())
    assert total() == 100


def test_gauges() -> None:
    shelf.put(HUNDRED)
    testing.index_waiting()
    shelf.put({"1": "又"})
    assert dict(upkeep.gauges()) == {
        "wenmai_search_documents": 100,
        "wenmai_search_waiting_keys": 1,
        "wenmai_search_failures": 0,
    }


@contextmanager
def full_disk(room: int) -> Iterator[None]:
    """No file of this process grows beyond `room` bytes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_full_disk_is_said_and_nothing_is_lost(caplog: pytest.LogCaptureFixture) -> None:
    shelf.put({"1": "一"})
    testing.index_waiting()
    shelf.put({str(number): f"很长的书名{number}" * 20 for number in range(2_000)})
    with full_disk(3_000):
        testing.index_waiting()
        assert "cannot be written" in caplog.text
        assert Waiting.objects.count() == 2
        assert found() == {"1"}
    testing.index_waiting()
    assert (total(), Waiting.objects.count()) == (2_000, 0)


def started(*words: str, root: Path) -> subprocess.Popen[str]:
    database = connection.settings_dict
    url = f"postgresql://{database['USER']}:{database['PASSWORD']}@/{database['NAME']}?host={quote(database['HOST'])}"
    environment = {
        **os.environ,
        "DATABASE_URL": url,
        "WENMAI_SEARCH": str(root),
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }
    return subprocess.Popen(
        [sys.executable, "-m", "wenmai.search.tests.shelf", *words],
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    )


@pytest.mark.slow
def test_killed_at_any_point_nothing_is_lost(settings: LazySettings) -> None:
    """Ten kills, each after another number of chunks, with changes and withdrawals between them."""
    root = Path(settings.SEARCH_ROOT)
    shelf.put({f"k{number}": f"书名{number}" for number in range(4_000)})
    for kill in range(10):
        shelf.put({f"k{number}": f"第{kill}版{number}" for number in range(kill, 4_000, 7)}, stamp=kill + 2)
        shelf.take([f"k{number}" for number in range(kill, 4_000, 501)], urgent=True)
        with started("serve", "--tell", root=root) as child:
            assert child.stdout is not None
            for _ in range(1 + kill % 4):
                child.stdout.readline()
            os.kill(child.pid, signal.SIGKILL)
    with started("once", root=root) as child:
        assert child.wait(60) == 0
    assert Waiting.objects.count() == 0
    difference = comparing.check()[0]
    assert difference.agrees, difference
    assert difference.documents == difference.expected > 3_000
    assert found("第9版9") <= set(shelf.all_keys())


@pytest.mark.slow
def test_a_serving_indexer_hears_of_new_rows_and_ends_when_told(settings: LazySettings) -> None:
    with started("serve", "--tell", root=Path(settings.SEARCH_ROOT)) as child:
        assert child.stdout is not None
        shelf.put({"1": "听到了"})
        assert child.stdout.readline() == "chunk\n"
        shelf.put({"2": "又听到了"})
        assert child.stdout.readline() == "chunk\n"
        child.terminate()
        assert child.wait(20) == 0
    assert found("听到") == {"1", "2"}


def test_what_is_written_twice_is_there_once_in_one_commit_or_after_a_writer_died() -> None:
    name = testing.make_index([])
    for title in ("旧书", "新书"):
        writer = writing.open_writer(name)
        for again in (title, f"{title}再版"):
            writer.replace("book", "1", writing.converted(Document("book", "1", 1, again)))
        writer.commit()
        writer.replace("book", "1", writing.converted(Document("book", "1", 1, f"{title}三版")))
        writer.replace("book", "2", writing.converted(Document("book", "2", 1, title)))
        writer.remove("book", "2")
        writer.commit()
        writer.close()
        assert found() == found(f"{title}三版") == {"1"}
    assert comparing.document_count("book") == 1


def test_a_delete_by_the_raw_key_deletes_and_the_schema_says_so() -> None:
    """Trap 1 of the design: by a number nothing would be deleted."""
    testing.make_index([Document("book", str(number), number, "书") for number in (1, 2, 12)])
    writer = writing.open_writer(generations.current())
    writer.remove("book", "1")
    writer.commit()
    writer.close()
    assert found() == {"2", "12"}
    assert schema.SCHEMA is not None
