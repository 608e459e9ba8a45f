"""Harvests in processes of their own that can be killed, started quickly: one process loads everything and forks.

python -m wenmai.harvest.testing.forks     reads numbers of runs, one a line; says the process's number, then its end
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import quote

from django.conf import settings
from django.db import connection

from wenmai.harvest import services

# Django must be ready before anything of ours is imported.
_MAIN = "import django; django.setup(); from wenmai.harvest.testing.forks import serve; serve()"


class Forks:
    """The other end: `start` a run, `kill` it, or `wait` for its end."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        assert process.stdin
        assert process.stdout
        self._say, self._hear = process.stdin, process.stdout
        self._pid = 0

    def start(self, run_id: int) -> None:
        print(run_id, file=self._say, flush=True)
        self._pid = int(self._hear.readline())

    def is_alive(self) -> bool:
        try:
            os.kill(self._pid, 0)
        except ProcessLookupError:
            return False
        return True

    def kill(self) -> None:
        os.kill(self._pid, 9)
        self.wait()

    def wait(self) -> None:
        assert self._hear.readline().startswith("ended")


@contextmanager
def forks() -> Iterator[Forks]:
    """On the database of the calling test."""
    at = connection.settings_dict
    inside = at["HOST"].startswith("/")
    user = quote(at["USER"]) + (f":{quote(at['PASSWORD'])}" if at["PASSWORD"] else "")
    host = f"@{'' if inside else at['HOST']}:{at['PORT']}"
    environment = {
        **os.environ,
        "DATABASE_URL": f"postgresql://{user}{host}/{at['NAME']}" + (f"?host={at['HOST']}" if inside else ""),
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "WENMAI_VAR": str(settings.VAR),
        "WENMAI_LOG_LEVEL": "ERROR",
    }
    process = subprocess.Popen(  # noqa: S603
        [sys.executable, "-c", _MAIN], env=environment, cwd=settings.ROOT, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    try:
        yield Forks(process)
    finally:
        process.terminate()
        process.communicate(timeout=30)


def serve() -> None:
    """Reads numbers of runs, one a line; says the process's number, then its end."""
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            services.carry_out(int(line), sleep=lambda _seconds: None)
            os._exit(0)
        print(child, flush=True)  # noqa: T201
        os.waitpid(child, 0)
        print("ended", flush=True)  # noqa: T201
