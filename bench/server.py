"""The web processes as they run in a node, and a client that keeps its connection."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def serving() -> Iterator[int]:
    with served() as (port, _pid):
        yield port


@contextmanager
def served() -> Iterator[tuple[int, int]]:
    """The port, and the process whose children answer pages."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "manage.py", "serve", "--port", str(port)], env=dict(os.environ), start_new_session=True
    )
    try:
        await_answer(port)
        yield port, process.pid
    finally:
        process.terminate()
        process.wait(timeout=30)


def kill_one(pid: int) -> None:
    """Of the processes that answer pages; their parent starts another one."""
    listed = " ".join(one.read_text() for one in Path(f"/proc/{pid}/task").glob("*/children"))
    os.kill(int(listed.split()[-1]), signal.SIGKILL)


def await_answer(port: int, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while True:
        try:
            if Client(port).get("/readyz") == 200:
                return
        except OSError:
            pass
        if time.monotonic() > deadline:
            raise TimeoutError("the web processes do not answer")
        time.sleep(0.1)


class Client:
    """One kept connection."""

    def __init__(self, port: int) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.body = b""

    def get(self, path: str) -> int:
        self.connection.request("GET", path)
        answer = self.connection.getresponse()
        self.body = answer.read()
        return answer.status

    def timed(self, path: str) -> float:
        """Milliseconds until the last byte; an error status is an error."""
        began = time.perf_counter()
        status = self.get(path)
        taken = (time.perf_counter() - began) * 1000
        if status >= 400:
            raise RuntimeError(f"{path} answered {status}")
        return taken
