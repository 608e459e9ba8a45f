"""Two who ask at the same moment: one run, and a refusal in words."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.db import connection, connections, transaction

from wenmai.harvest import services
from wenmai.harvest.models import Run, Source
from wenmai.harvest.testing import OPERATOR, make_feed, make_source
from wenmai.lib import clock
from wenmai.lib.refusal import Refused

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.fixture
def source() -> Source:
    return make_source("upload", feed=make_feed("csv", "csv"))


@contextmanager
def meanwhile(deed: Callable[[], object]) -> Iterator[list[BaseException | None]]:
    """Another process's deed, begun and waiting for a lock of ours before we go on; how it ended comes out."""
    ended: list[BaseException | None] = []

    def act() -> None:
        try:
            deed()
            ended.append(None)
        except BaseException as fault:
            ended.append(fault)
        finally:
            connections.close_all()

    thread = threading.Thread(target=act)
    with transaction.atomic():
        yield ended
        thread.start()
        _await_waiting(thread)
    thread.join(30)


def _await_waiting(thread: threading.Thread) -> None:
    until = time.monotonic() + 30
    while thread.is_alive() and time.monotonic() < until:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:
                return
    assert not thread.is_alive()


def of_source(source: Source, state: str) -> Run:
    return Run.objects.create(source=source, mode="full", state=state, created_at=clock.now())


@pytest.mark.parametrize(("state", "verb"), [("stopped", "resume"), ("failed", "resume"), ("paused", "decide")])
def test_a_start_and_going_on_at_once_are_one_run(source: Source, state: str, verb: str):
    left = of_source(source, state)

    def go_on() -> None:
        if verb == "resume":
            services.resume(run_id=left.pk, in_worker=False, actor=OPERATOR, now=clock.now())
        else:
            services.decide(run_id=left.pk, forget=True, actor=OPERATOR, now=clock.now())

    with meanwhile(go_on) as ended:
        services.start(source_id=source.pk, upload_id=_upload(source), in_worker=False, actor=OPERATOR, now=clock.now())
    assert isinstance(ended[0], Refused)
    assert ended[0].code in {"run_state", "already_running"}
    assert Run.objects.filter(state="waiting").exclude(pk=left.pk).count() == 1


@pytest.mark.parametrize(("state", "verb"), [("stopped", "resume"), ("paused", "decide")])
def test_going_on_and_a_start_at_once_are_one_run(source: Source, state: str, verb: str):
    left, upload_id = of_source(source, state), _upload(source)

    def start() -> None:
        services.start(source_id=source.pk, upload_id=upload_id, in_worker=False, actor=OPERATOR, now=clock.now())

    with meanwhile(start) as ended:
        if verb == "resume":
            services.resume(run_id=left.pk, in_worker=False, actor=OPERATOR, now=clock.now())
        else:
            services.decide(run_id=left.pk, forget=True, actor=OPERATOR, now=clock.now())
    assert isinstance(ended[0], Refused)
    assert ended[0].code == "already_running"
    assert Run.objects.get().state == "waiting"


def _upload(source: Source) -> int:
    return source.uploads.create(
        digest="0" * 64, name="a.csv", size=1, format="csv", by_name="operator", at=clock.now()
    ).pk
