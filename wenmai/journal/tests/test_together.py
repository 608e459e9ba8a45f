"""Sealing while others write, seal, die, or were restored from a dump."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from django.db import connection, transaction

from wenmai.journal import services, verifying
from wenmai.journal.models import Entry, Seal
from wenmai.journal.services import seals
from wenmai.journal.testing import fault, past_the_program, seal_all, sealed, write
from wenmai.lib import clock

ROOT = Path(__file__).parents[3]
pytestmark = pytest.mark.django_db(transaction=True)


def test_nothing_is_sealed_while_an_older_transaction_can_still_write(monkeypatch: pytest.MonkeyPatch) -> None:
    began, go_on = threading.Event(), threading.Event()

    def late() -> None:
        try:
            with transaction.atomic():
                write(1, "test.late")
                began.set()
                assert go_on.wait(30)
        finally:
            connection.close()

    thread = threading.Thread(target=late)
    thread.start()
    assert began.wait(30)
    try:
        write(3)
        assert seals.seal(now=clock.now()) == 0
        assert verifying.verify().tail.waiting == 3
    finally:
        go_on.set()
        thread.join()
    seal_all()
    assert verifying.verify().total == 4
    order = [entry.name for entry in Entry.objects.order_by("transaction", "id")]
    assert order == ["test.late", "test.done", "test.done", "test.done"]


def test_two_who_seal_at_once_make_one_chain(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seals, "MOST", 7)
    write(100)
    done: list[int] = []

    def run() -> None:
        try:
            done.extend(seals.seal(now=clock.now()) for _time in range(20))
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _one in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seal_all()
    report = verifying.verify()
    assert (report.fault, report.total) == (None, 100)
    assert {seal.count for seal in Seal.objects.all()} <= {*range(1, 8)}


def test_large_entries_make_small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seals, "MOST_BYTES", 400)
    write(5)
    seal_all()
    assert Seal.objects.count() > 1
    assert fault() is None


_SEALER = """
import signal
import django
django.setup()
from wenmai.journal.services import seals
from wenmai.journal.models import Seal
from wenmai.lib import clock
save = Seal.save
def slow(self, *args, **kwargs):
    save(self, *args, **kwargs)
    print("sealing", flush=True)
    signal.pause()  # until it is killed
Seal.save = slow
seals.seal(now=clock.now())
"""


def test_a_sealer_that_is_killed_leaves_nothing_half_done() -> None:
    write(5)
    database = connection.settings_dict
    address = f"postgresql://{database['USER']}@/{database['NAME']}?host={database['HOST']}&port={database['PORT']}"
    environment = {
        **os.environ,
        "DATABASE_URL": address,
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "PYTHONPATH": str(ROOT),
    }
    if database["PASSWORD"]:
        environment["PGPASSWORD"] = str(database["PASSWORD"])
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        process = subprocess.Popen([sys.executable, "-c", _SEALER], env=environment, stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        if process.stdout.readline():
            break
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert process.stdout is not None
    process.stdout.close()
    assert Seal.objects.count() == 0
    seal_all()
    assert (verifying.verify().fault, verifying.verify().total) == (None, 5)


def test_a_restored_database_goes_on_in_order() -> None:
    """On another server, which counts transactions anew, new entries come behind those of the dump."""
    before = sealed(3)[0]
    past_the_program("UPDATE journal_entry SET transaction = transaction + 10 ^ 9")
    past_the_program("DELETE FROM journal_seal")
    seals.go_on()
    write(1)
    seal_all()
    ids = [*Entry.objects.order_by("transaction", "id").values_list("id", flat=True)]
    assert ids[:3] == before
    assert len(ids) == 5, "it says that it went on"
    assert fault() is None
    seals.go_on()
    assert Entry.objects.filter(name="journal.went_on").count() == 1
    past_the_program("UPDATE journal_era SET shift = 0")


def test_whoever_writes_while_somebody_is_told_does_not_wait_and_is_heard(monkeypatch: pytest.MonkeyPatch) -> None:
    began, go_on, heard = threading.Event(), threading.Event(), list[str]()

    def handler(entry: Entry) -> None:
        began.set()
        assert go_on.wait(30)
        heard.append(entry.subject_key)

    monkeypatch.setattr(services, "_subscribers", {"slow": services.Subscription(frozenset({"test.done"}), handler)})

    def first() -> None:
        try:
            write(1, "test.done")
        finally:
            connection.close()

    thread = threading.Thread(target=first)
    thread.start()
    assert began.wait(30)
    write(2, "test.done")
    assert heard == [], "it came back, though the first is still being told"
    go_on.set()
    thread.join(30)
    assert len(heard) == 1 + 2, "whoever told the first has told the others, too"
