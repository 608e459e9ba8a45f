"""A node in a folder of its own: its PostgreSQL from the wheel, its commands and processes, as operators use them."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

import psycopg

from config import postgres
from tests.journeys.commands import Commands

ROOT = Path(__file__).parent.parent.parent
T = TypeVar("T")
# The reserve of the disk is a matter of its own tests; elsewhere a small machine is no reason to fail.
SETTINGS = {"WENMAI_WEB_WORKERS": "1", "WENMAI_FILE_STREAMS": "2", "WENMAI_RESERVE_MB": "0"}


class Process:
    """A process of the node, with what it says in a file."""

    def __init__(self, name: str, arguments: list[str], environment: dict[str, str], log: Path) -> None:
        self.name, self.log = name, log
        with log.open("ab") as stream:
            self.popen = subprocess.Popen(
                arguments, env=environment, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=stream,
                stderr=subprocess.STDOUT, start_new_session=True,
            )  # fmt: skip

    @property
    def said(self) -> str:
        return self.log.read_text("utf-8", "replace")

    def children(self) -> dict[str, int]:
        """The processes that it started and that live: the command -> process number."""
        return {word: pid for pid in children_of(self.popen.pid) if (word := _word(pid))}

    def kill_child(self, pid: int) -> None:
        os.kill(pid, signal.SIGKILL)
        until(lambda: not lives(pid), "the process is gone")

    def signal(self, number: int) -> None:
        self.popen.send_signal(number)

    def ended(self, seconds: float = 60) -> int:
        """Waits for its end; the exit code."""
        return self.popen.wait(seconds)

    def kill(self) -> None:
        """Everything of its session, at once."""
        for pid in session_of(self.popen.pid):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.popen.wait(30)


class Node:
    """`var` is its data folder; `settings` are environment variables on top of the usual ones."""

    def __init__(self, var: Path, **settings: str) -> None:
        self.var = var
        self.port = free_port()
        self.settings = settings
        self.processes: list[Process] = []
        self._commands: Commands | None = None

    @property
    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("WENMAI_", "DATABASE_URL"))}
        own = {
            "WENMAI_VAR": str(self.var),
            "WENMAI_BASE_URL": self.address,
            "DJANGO_SETTINGS_MODULE": "config.settings",
        }
        return {**kept, **SETTINGS, **own, **self.settings}

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def command(self, *arguments: str, seconds: float = 120) -> "subprocess.CompletedProcess[str]":
        """`wenmai …` from its start to its end."""
        return subprocess.run(
            [sys.executable, str(ROOT / "manage.py"), *arguments], env=self.environment, cwd=ROOT, text=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=seconds, check=False,
        )  # fmt: skip

    def ended(self, *arguments: str, code: str = "", seconds: float = 120) -> "subprocess.CompletedProcess[str]":
        """`wenmai …`, or statements of ours, to the end, by a process that is warm already."""
        if self._commands is None or self._commands.environment != self.environment:
            self.end_commands()
            self._commands = Commands(self.environment, ROOT)
        return self._commands.run(list(arguments), code, seconds)

    def done(self, *arguments: str, seconds: float = 120) -> str:
        """What a command says that must succeed."""
        ended = self.ended(*arguments, seconds=seconds)
        assert ended.returncode == 0, ended.stdout
        return ended.stdout

    def python(self, code: str) -> str:
        """Runs statements of ours inside the node; what they print."""
        ended = self.ended(code=code)
        assert ended.returncode == 0, ended.stdout
        return ended.stdout.strip()

    def end_commands(self) -> None:
        """Of whoever is warm for the next one."""
        if self._commands is not None:
            self._commands.end()
            self._commands = None

    def start(self, *arguments: str) -> Process:
        """`wenmai …`, as a process that goes on."""
        count = len(self.processes)
        log = self.var / f"said-{count}-{arguments[0]}"
        process = Process(arguments[0], [sys.executable, str(ROOT / "manage.py"), *arguments], self.environment, log)
        self.processes.append(process)
        return process

    def up(self) -> Process:
        return self.start("up", "--port", str(self.port))

    def ask(self, path: str) -> tuple[int, str]:
        """Status and body of a page; 0 when nobody answers."""
        try:
            with urllib.request.urlopen(self.address + path, timeout=10) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as refusal:
            with refusal:
                return refusal.code, refusal.read().decode()
        except OSError:
            return 0, ""

    def is_ready(self) -> bool:
        return self.ask("/readyz")[0] == 200

    def rows(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        """What the database says, on a connection of its own."""
        with self.connected() as connection:
            return connection.execute(statement, values).fetchall()

    def execute(self, statement: str, *values: Any) -> None:
        with self.connected() as connection:
            connection.execute(statement, values)

    def one(self, statement: str, *values: Any) -> Any:
        found = self.rows(statement, *values)
        return found[0][0] if found else None

    @contextmanager
    def connected(self) -> Iterator["psycopg.Connection[tuple[Any, ...]]"]:
        at = postgres.address(self.var)
        with psycopg.connect(
            host=at["HOST"], port=at["PORT"], dbname=at["NAME"], user=at["USER"], autocommit=True, connect_timeout=10
        ) as connection:
            yield connection

    def postmaster(self) -> int:
        """The number of the server's first process."""
        return int((self.var / "postgres" / "cluster" / "postmaster.pid").read_text().split()[0])

    def kill_postgres(self) -> None:
        """The server and everything that it started."""
        pid = self.postmaster()
        victims = [pid, *children_of(pid)]
        for victim in victims:
            with suppress(ProcessLookupError):
                os.kill(victim, signal.SIGKILL)
        until(lambda: not any(map(lives, victims)), "PostgreSQL is gone")

    def end(self) -> None:
        """Whatever a test leaves."""
        self.end_commands()
        for process in self.processes:
            process.kill()
        postgres.stop(self.var, "immediate")


def until(condition: Callable[[], T], what: str, seconds: float = 60) -> T:
    """Waits for a condition; its value. The database and the pages may be away meanwhile."""
    deadline = time.monotonic() + seconds
    while True:
        with suppress(psycopg.Error):
            value = condition()
            if value:
                return value
        assert time.monotonic() < deadline, f"not within {seconds} s: {what}"
        time.sleep(0.05)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] not in {"Z", "X"}
    except OSError:
        return False


def children_of(pid: int) -> list[int]:
    """Of every thread of the process."""
    found: list[int] = []
    with suppress(OSError):
        for listed in Path(f"/proc/{pid}/task").glob("*/children"):
            found += map(int, listed.read_text().split())
    return [child for child in found if lives(child)]


def descendants_of(pid: int) -> list[int]:
    children = children_of(pid)
    return [*children, *(below for child in children for below in descendants_of(child))]


def session_of(pid: int) -> list[int]:
    """The processes of a session that it leads, whoever their parent is now."""
    return [
        int(folder.name)
        for folder in Path("/proc").iterdir()
        if folder.name.isdigit() and _session(int(folder.name)) == pid and lives(int(folder.name))
    ]


def _session(pid: int) -> int:
    try:
        return os.getsid(pid)
    except OSError:
        return 0


def _word(pid: int) -> str:
    """Which command of ours a process is; granian is `serve`."""
    try:
        called = Path(f"/proc/{pid}/comm").read_text().strip()
    except OSError:
        return ""
    return "serve" if called == "granian" else called.partition("wenmai ")[2]
