"""What the supervisor forks: it answers to the signals of its own, and ends with whoever forked it."""

import os
import signal
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from config import supervisor
from tests.journeys.nodes import lives, until


@pytest.fixture
def begin() -> Iterator[Callable[[Callable[[], object]], supervisor.Fork]]:
    made: list[supervisor.Fork] = []

    def fork(work: Callable[[], object]) -> supervisor.Fork:
        made.append(supervisor.Fork("wenmai trial", work))
        return made[-1]

    yield fork
    for one in made:
        one.terminate()
        one.wait(10)


Begin = Callable[[Callable[[], object]], supervisor.Fork]


def test_its_name_its_group_its_input_and_its_end(begin: Begin, tmp_path: Path) -> None:
    said = tmp_path / "said"

    def work() -> None:
        comm = Path("/proc/self/comm").read_text().strip()
        said.write_text(f"{comm}|{os.getpgrp() == os.getpid()}|{os.readlink('/proc/self/fd/0')}")
        raise SystemExit(7)

    fork = begin(work)
    assert fork.wait(20) == 7
    assert said.read_text() == "wenmai trial|True|/dev/null"


def test_what_its_maker_heeds_means_nothing_to_it(begin: Begin) -> None:
    """Told at once, too: before it listens."""
    before = signal.signal(signal.SIGTERM, lambda *_: None)
    try:
        fork = begin(signal.pause)
        with pytest.raises(subprocess.TimeoutExpired):
            fork.wait(0)
        fork.terminate()
        assert fork.wait(20) == -signal.SIGTERM
    finally:
        signal.signal(signal.SIGTERM, before)


def test_it_ends_with_its_maker(begin: Begin, tmp_path: Path) -> None:
    said = tmp_path / "said"

    def maker() -> None:
        made = supervisor.Fork("wenmai below", signal.pause)
        said.with_suffix(".new").write_text(str(made.pid))
        said.with_suffix(".new").rename(said)
        signal.pause()

    above = begin(maker)
    below = until(lambda: said.exists() and int(said.read_text()), "it is there")
    os.kill(above.pid, signal.SIGKILL)
    above.wait(20)
    until(lambda: not lives(below), "it has ended")


def test_what_is_looked_after_while_it_works_and_how_it_ended(begin: Begin, tmp_path: Path) -> None:
    class Kept:
        looked = 0

        def look_after(self) -> None:
            self.looked += 1
            (tmp_path / f"looked-{self.looked}").touch()

        def end(self) -> None: ...

        def wait(self) -> None: ...

    kept = Kept()
    assert supervisor.wait_for(begin(lambda: until((tmp_path / "looked-2").exists, "looked after twice")), [kept]) == 0
    assert kept.looked > 1

    def fail() -> None:
        raise SystemExit(3)

    assert supervisor.wait_for(begin(fail), [kept]) == 3
    working = begin(signal.pause)

    class Interrupts(Kept):
        def look_after(self) -> None:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        supervisor.wait_for(working, [Interrupts()])
    assert working.returncode == -signal.SIGTERM
