"""Starts the processes of a node, starts again what dies, and ends them all when it is told to."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from types import FrameType

_PR_SET_PDEATHSIG = 1
_PAUSES = (0.2, 1.0, 5.0, 15.0)


class Child:
    """One process that should always run; each quick death makes the pause before the next start longer."""

    def __init__(self, name: str, arguments: list[str], environment: dict[str, str]) -> None:
        self.name, self.arguments, self.environment = name, arguments, environment
        self.deaths = 0
        self.start()

    def start(self) -> None:
        self.started = time.monotonic()
        self.process = subprocess.Popen(  # noqa: S603
            self.arguments,
            env=self.environment,
            preexec_fn=_die_with_parent,  # noqa: PLW1509 -- the supervisor has one thread
            stdin=subprocess.DEVNULL,
        )

    def look_after(self) -> None:
        if self.process.poll() is None:
            return
        lived = time.monotonic() - self.started
        self.deaths = 0 if lived > 60 else self.deaths
        if lived >= _PAUSES[min(self.deaths, len(_PAUSES) - 1)]:
            sys.stderr.write(f"{self.name} ended ({self.process.returncode}): starting it again\n")
            self.deaths += 1
            self.start()


def _die_with_parent() -> None:
    """Even when the supervisor itself is killed, nothing it started stays behind (Linux)."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    # Ctrl-C goes to the supervisor alone, which ends the others in order.
    os.setpgrp()


def run(children: list[Child], when_ready: Callable[[], bool]) -> None:
    """Looks after the children until SIGINT or SIGTERM; `when_ready` is called until it says True."""
    ending = False

    def end(number: int, frame: FrameType | None) -> None:
        nonlocal ending
        ending = True

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    ready = False
    while not ending:
        for child in children:
            child.look_after()
        ready = ready or when_ready()
        time.sleep(0.2)
    stop(children)


def stop(children: list[Child]) -> None:
    for child in children:
        child.process.terminate()
    for child in children:
        try:
            child.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            child.process.kill()
            child.process.wait()
