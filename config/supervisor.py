"""Starts the processes of a node, starts again what dies, and ends them all when it is told to.

Whatever is killed comes back by itself. When the supervisor is killed, its processes end with it; PostgreSQL stays, and
the next start takes it over.
"""

import fcntl
import multiprocessing
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import Protocol

from config import orphans, postgres

_FORKING = multiprocessing.get_context("fork")
_PAUSES = (0.2, 1.0, 2.0, 5.0)
_LONG_LIVED = 10.0
_LOOK_EVERY = 0.2


class Taken(Exception):
    """Another supervisor works on this data folder."""


class Kept(Protocol):
    """Something that should always run."""

    def look_after(self) -> None: ...

    def end(self) -> None: ...

    def wait(self) -> None: ...


class Begun(Protocol):
    """A process, as `subprocess` has them."""

    @property
    def pid(self) -> int: ...

    @property
    def returncode(self) -> int | None: ...

    def poll(self) -> int | None: ...

    def wait(self, timeout: float | None = None) -> int: ...

    def terminate(self) -> None: ...


def execute(arguments: list[str], environment: dict[str, str]) -> Begun:
    """A program, leader of a group, that ends with the caller."""
    return subprocess.Popen(  # noqa: S603
        arguments,
        env=environment,
        preexec_fn=_die_with_parent,  # noqa: PLW1509 -- the supervisor has one thread
        stdin=subprocess.DEVNULL,
    )


class Fork:
    """A process that has read already what the caller has read, and shares its memory; else as `execute`.

    The caller has one thread and no connection. `name` (15 letters) is what `top` and `ps -e` say.
    """

    def __init__(self, name: str, work: Callable[[], object]) -> None:
        # what is told to it before it listens waits for it
        held = signal.pthread_sigmask(signal.SIG_BLOCK, _heeded())
        try:
            self._process = _FORKING.Process(target=_begin, args=(name, work, os.getpid(), held))
            self._process.start()
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, held)

    @property
    def pid(self) -> int:
        assert self._process.pid
        return self._process.pid

    @property
    def returncode(self) -> int | None:
        return self._process.exitcode

    def poll(self) -> int | None:
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        self._process.join(timeout)
        if self.returncode is None:
            raise subprocess.TimeoutExpired(self._process.name, timeout or 0)
        return self.returncode

    def terminate(self) -> None:
        self._process.terminate()


def _begin(name: str, work: Callable[[], object], parent: int, held: set[signal.Signals]) -> None:
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_SETMASK, held)
    _die_with_parent()
    if os.getppid() != parent:  # it was killed before that
        os._exit(1)
    with open(os.devnull) as nothing:
        os.dup2(nothing.fileno(), 0)
    orphans.call_me(name)
    work()


class Child:
    """A process that is begun again when it ends; each quick death makes the pause before that longer."""

    def __init__(self, name: str, begin: Callable[[], Begun]) -> None:
        self.name, self._begin = name, begin
        self.deaths = 0
        self.start()

    def start(self) -> None:
        self.started = time.monotonic()
        self.ended: float | None = None
        self.process = self._begin()

    def look_after(self) -> None:
        if self.process.poll() is None:
            return
        if self.ended is None:
            self.ended = time.monotonic()
            self.deaths = 0 if self.ended - self.started > _LONG_LIVED else self.deaths
            # what it started has no parent any more, and may hold the port
            self._kill_group()
        if time.monotonic() - self.ended >= _PAUSES[min(self.deaths, len(_PAUSES) - 1)]:
            _say(f"{self.name} ended ({self.process.returncode}): starting it again")
            self.deaths += 1
            self.start()

    def end(self) -> None:
        self.process.terminate()

    def wait(self) -> None:
        try:
            self.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            _say(f"{self.name} did not end in time: killed")
        self._kill_group()
        self.process.wait()

    def _kill_group(self) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)


class Server:
    """The embedded PostgreSQL. `is_mine`: this node started it, now or before a crash, and so ends it."""

    def __init__(self, var: Path, claim: "Claim") -> None:
        self.var = var
        self.is_mine = claim.read() == "postgres" or not postgres.running(var)
        claim.write("postgres" if self.is_mine else "")
        self._claim, self._deaths, self._next = claim, 0, 0.0

    def start(self) -> None:
        postgres.start(self.var)

    def look_after(self) -> None:
        if time.monotonic() < self._next or postgres.answers(self.var):
            return
        try:
            if postgres.start(self.var):
                _say("PostgreSQL had ended: it was started again")
            self._deaths, pause = 0, 1.0
        except postgres.PostgresFailed as failure:
            self._deaths += 1
            pause = min(self._deaths, 5.0)
            _say(f"{failure} Trying again in {pause:.0f} s.")
        self._next = time.monotonic() + pause

    def end(self) -> None:
        """It is ended last: see `wait`."""

    def wait(self) -> None:
        if self.is_mine:
            postgres.stop(self.var)
            self._claim.write("")


class Claim:
    """A file that says who works on a data folder: locked while a supervisor lives, a word in it outlives it."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def read(self) -> str:
        return os.pread(self._descriptor, 100, 0).decode()

    def write(self, word: str) -> None:
        os.ftruncate(self._descriptor, 0)
        os.pwrite(self._descriptor, word.encode(), 0)

    def leave(self) -> None:
        """In a fork, which would hold the lock when the supervisor is gone."""
        os.close(self._descriptor)


@contextmanager
def claim(var: Path) -> Iterator[Claim]:
    """Raises Taken."""
    var.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(var / ".up.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as taken:
            raise Taken(str(var)) from taken
        yield Claim(descriptor)
    finally:
        os.close(descriptor)


def _say(sentence: str) -> None:
    sys.stderr.write(f"{sentence}\n")
    sys.stderr.flush()


def _die_with_parent() -> None:
    """Even when the supervisor itself is killed, nothing it started stays behind."""
    orphans.end_with_parent(signal.SIGTERM)
    # Ctrl-C goes to the supervisor alone, which ends the others in order.
    os.setpgrp()


def heed_signals() -> None:
    """From now on Ctrl-C, SIGTERM and a closed terminal raise KeyboardInterrupt, wherever the start has come to."""
    for number in _heeded():
        signal.signal(number, signal.default_int_handler)


def _heeded() -> list[signal.Signals]:
    """Under nohup the terminal may close. An interrupt counts even where a shell's `&` has switched it off."""
    closed = signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN
    return [signal.SIGINT, signal.SIGTERM, *([signal.SIGHUP] if closed else [])]


def run(kept: Sequence[Kept], when_ready: Callable[[], bool]) -> None:
    """Looks after them until a signal comes; `when_ready` is called until it says True."""
    ending = False

    def end(number: int, frame: FrameType | None) -> None:
        nonlocal ending
        ending = True

    for number in _heeded():
        signal.signal(number, end)
    ready = False
    while not ending:
        for one in kept:
            one.look_after()
        ready = ready or when_ready()
        time.sleep(_LOOK_EVERY)


def wait_for(fork: Fork, kept: Sequence[Kept]) -> int:
    """Looks after them until the fork has ended; its exit code. It ends with whatever interrupts this."""
    try:
        while fork.poll() is None:
            for one in kept:
                one.look_after()
            time.sleep(_LOOK_EVERY)
    finally:
        fork.terminate()
        fork.wait(10)
    return fork.wait()


def stop(kept: Sequence[Kept]) -> None:
    """Ends them all, the first one last; impatience does not leave half of them behind."""
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    for one in kept:
        one.end()
    for one in reversed(kept):
        one.wait()
