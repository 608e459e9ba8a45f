"""Notices of logout while an app takes its time, while others write, and when the worker is killed."""

import datetime as dt
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator

import pytest
from django.conf import settings as node
from django.db import connection, connections, transaction

from wenmai.lib import clock
from wenmai.people.provider import services
from wenmai.people.provider.models import AppTerms, LogoutNotice
from wenmai.people.provider.services.notices import LEASE_S
from wenmai.people.provider.testing import RelyingParty, make_app
from wenmai.people.provider.tests.ear import Ear
from wenmai.people.testing import client_of, make_user

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def ear() -> Iterator[Ear]:
    made = Ear()
    yield made
    made.close()


@pytest.fixture
def notice(ear: Ear, settings) -> LogoutNotice:
    settings.ALLOWED_PRIVATE_HOSTS = ["127.0.0.1"]
    party = RelyingParty(make_app(backchannel_uri=ear.address), client_of(make_user("reader")))
    party.tokens()
    party.browser.post("/account/leave")
    return LogoutNotice.objects.get()


def workers(notice_id: int, count: int) -> list[threading.Thread]:
    begin = threading.Barrier(count)

    def work() -> None:
        try:
            begin.wait(30)
            services.deliver(notice_id=notice_id, now=clock.now)
        finally:
            connections.close_all()

    made = [threading.Thread(target=work) for _one in range(count)]
    for thread in made:
        thread.start()
    return made


def idle_transactions() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND pid <> pg_backend_pid() AND xact_start IS NOT NULL AND backend_type = 'client backend'"
        )
        return int(cursor.fetchone()[0])


def test_while_an_app_takes_its_time_nobody_waits_for_it(ear: Ear, notice: LogoutNotice) -> None:
    """No transaction is open, its rows can be written, and another worker leaves it alone."""
    ear.answers.clear()
    threads = workers(notice.pk, 4)
    assert ear.hears.wait(30)
    for thread in threads[:]:
        thread.join(0.3)
    assert sum(thread.is_alive() for thread in threads) == 1, "the others leave it alone"
    assert idle_transactions() == 0
    with transaction.atomic():
        held = LogoutNotice.objects.select_for_update(nowait=True).get(pk=notice.pk)
        LogoutNotice.objects.filter(pk=held.pk).update(last_problem="somebody wrote this meanwhile")
        AppTerms.objects.select_for_update(nowait=True).get(state="active")
    assert services.deliver(notice_id=notice.pk, now=clock.now) is True
    ear.answers.set()
    for thread in threads:
        thread.join(30)
    assert len(ear.heard) == 1
    assert not LogoutNotice.objects.exists()


def test_who_comes_back_after_the_lease_does_not_write_over_the_next(ear: Ear, notice: LogoutNotice) -> None:
    ear.status = 500
    ear.answers.clear()
    (slow,) = workers(notice.pk, 1)
    assert ear.hears.wait(30)
    later = clock.now() + dt.timedelta(seconds=LEASE_S + 1)
    ear.hears.clear()

    def answer_both() -> None:
        ear.hears.wait(30)
        ear.answers.set()

    threading.Thread(target=answer_both).start()
    services.deliver(notice_id=notice.pk, now=lambda: later)
    slow.join(30)
    left = LogoutNotice.objects.get()
    assert (len(ear.heard), left.tries) == (2, 2)
    assert left.next_at > later, "what the second found counts, not what the first found after its lease"


_WORKER = """
import sys
import django
from django.conf import settings
settings.DATABASES["default"]["NAME"] = sys.argv[1]
django.setup()
from wenmai.lib import clock
from wenmai.people.provider import services
services.deliver(notice_id=int(sys.argv[2]), now=clock.now)
"""


@pytest.mark.slow
def test_a_worker_that_is_killed_meanwhile_leaves_it_to_the_next(ear: Ear, notice: LogoutNotice) -> None:
    ear.answers.clear()
    environment = {
        **os.environ, "DJANGO_SETTINGS_MODULE": "config.settings", "WENMAI_ALLOWED_PRIVATE_HOSTS": "127.0.0.1",
        "WENMAI_DATA_KEYS": str(node.DATA_KEYS),
    }  # fmt: skip
    arguments = [sys.executable, "-c", _WORKER, connection.settings_dict["NAME"], str(notice.pk)]
    with subprocess.Popen(arguments, env=environment) as worker:
        while not ear.hears.wait(0.1):
            assert worker.poll() is None, "it ended by itself"
        worker.send_signal(signal.SIGKILL)
    ear.answers.set()
    left = LogoutNotice.objects.get()
    assert (left.tries, left.last_problem) == (1, "")
    assert services.deliver(notice_id=notice.pk, now=clock.now) is True
    assert len(ear.heard) == 1, "its lease is not over"
    later = left.next_at + dt.timedelta(minutes=11)
    assert services.deliver_late(now=later) == 1
    assert services.deliver(notice_id=notice.pk, now=lambda: later) is True
    assert len(ear.heard) == 2
    assert not LogoutNotice.objects.exists()
