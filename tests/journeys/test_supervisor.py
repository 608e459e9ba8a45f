"""`wenmai up`: what is killed comes back, Ctrl-C ends all, a start after a crash takes over what stayed."""

import os
import signal
import socket
import time

import pytest

from config import postgres
from tests.journeys.conftest import Making
from tests.journeys.nodes import Node, Process, descendants_of, lives, until

PARTS = {"worker", "indexer", "serve"}


@pytest.fixture
def stopped(make_node: Making) -> Node:
    return make_node()


def up(node: Node) -> Process:
    process = node.up()
    until(lambda: process.children().keys() == PARTS and "ready:" in process.said, "the node is ready", 120)
    return process


def everyone(process: Process) -> list[int]:
    """The processes below the supervisor, without PostgreSQL, which is nobody's child."""
    return descendants_of(process.popen.pid)


def nobody_of(pids: list[int]) -> bool:
    return not any(map(lives, pids))


def test_whatever_is_killed_is_started_again(stopped: Node) -> None:
    process = up(stopped)
    for name in sorted(PARTS):
        before = process.children()[name]
        below = descendants_of(before)
        process.kill_child(before)
        until(lambda pid=before, word=name: process.children().get(word, pid) != pid, f"{name} is back")  # type: ignore[misc]
        until(lambda pids=below: nobody_of(pids), f"nothing that {name} had started stays")  # type: ignore[misc]
    until(stopped.is_ready, "pages are back")
    server = stopped.postmaster()
    stopped.kill_postgres()
    until(lambda: stopped.is_ready() and stopped.postmaster() != server, "PostgreSQL is back")
    with stopped.connected() as busy:
        busy.execute("SELECT 1")
        server = stopped.postmaster()
        # its others end by themselves; until then a new one cannot start
        os.kill(server, signal.SIGKILL)
        until(lambda: stopped.is_ready() and stopped.postmaster() != server, "PostgreSQL is back again")
    ends(stopped, process, signal.SIGTERM)


def ends(node: Node, process: Process, number: int) -> None:
    """Everything ends, in order and without a trace of a fault, PostgreSQL too."""
    started = everyone(process)
    process.signal(number)
    assert process.ended() == 0
    assert nobody_of(started)
    assert not postgres.answers(node.var)
    assert "Traceback" not in process.said


def test_an_interrupted_start_leaves_nothing(stopped: Node) -> None:
    process = stopped.up()
    until(lambda: postgres.answers(stopped.var), "PostgreSQL is there, the rest is not")
    process.signal(signal.SIGTERM)
    process.ended()
    assert "ready:" not in process.said
    assert not postgres.answers(stopped.var)


def test_a_killed_supervisor_leaves_only_postgres_which_the_next_start_takes_over(stopped: Node) -> None:
    began = time.monotonic()
    process = up(stopped)
    ordinary = time.monotonic() - began
    stopped.execute("CREATE TABLE kept AS SELECT 1 AS one")
    started, server = everyone(process), stopped.postmaster()
    process.signal(signal.SIGKILL)
    process.ended()
    until(lambda: nobody_of(started), "its processes have ended", 20)
    assert stopped.postmaster() == server
    began = time.monotonic()
    process = up(stopped)
    # as quick as any other start, however quick the machine is just now
    assert time.monotonic() - began < 2 * ordinary + 1
    assert stopped.postmaster() == server
    assert stopped.one("SELECT one FROM kept") == 1
    # also PostgreSQL: it was started by this node, before the crash
    ends(stopped, process, signal.SIGINT)


def test_supervisor_and_web_server_killed_at_once_leave_nobody_on_the_port(stopped: Node) -> None:
    process = up(stopped)
    started, server = everyone(process), stopped.postmaster()
    master = process.children()["serve"]
    workers = descendants_of(master)
    assert workers
    # held first, so that neither can tell its children anything after the other's death
    for number in (signal.SIGSTOP, signal.SIGKILL):
        for pid in (process.popen.pid, master):
            os.kill(pid, number)
    process.ended()
    until(lambda: nobody_of(started), "its processes have ended, granian's workers among them", 20)
    assert stopped.postmaster() == server
    # an interrupt counts in the background, too: a shell's `&` hands it down as something to be passed over
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        process = up(stopped)
    finally:
        signal.signal(signal.SIGINT, before)
    ends(stopped, process, signal.SIGINT)


def test_postgres_that_somebody_else_started_stays(stopped: Node) -> None:
    postgres.start(stopped.var)
    process = up(stopped)
    # the terminal is closed
    process.signal(signal.SIGHUP)
    assert process.ended() == 0
    assert postgres.running(stopped.var)


def test_what_stands_in_the_way_is_a_sentence_and_ctrl_c_at_a_terminal_ends_everything(
    stopped: Node, make_node: Making
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", stopped.port))
        taken.listen()
        ended = stopped.command("up", "--port", str(stopped.port))
    assert ended.returncode == 1
    assert ended.stdout.split("\n") == [
        f"CommandError: Port {stopped.port} is taken by another program: choose another with PORT=.", "",
    ]  # fmt: skip
    process = up(stopped)
    twin = Node(stopped.var)
    ended = twin.command("up", "--port", str(twin.port))
    assert ended.returncode == 1
    assert ended.stdout == (
        f"CommandError: Another node runs on the data folder {stopped.var}: end it, or choose another.\n"
    )
    started = everyone(process)
    # it goes to the whole group in the foreground, and again by somebody impatient
    os.killpg(process.popen.pid, signal.SIGINT)
    os.killpg(process.popen.pid, signal.SIGINT)
    assert process.ended() == 0
    assert nobody_of(started)
    assert not postgres.running(stopped.var)
    assert "Traceback" not in process.said


def test_a_lock_file_that_names_another_program(stopped: Node) -> None:
    """After a power cut the number in it may be anybody's."""
    lock = stopped.var / "postgres" / "cluster" / "postmaster.pid"
    lock.write_text(f"{os.getpid()}\n{lock.parent}\n0\n5432\n{postgres.socket_folder(stopped.var)}\n\n0 0\nready\n")
    assert postgres.start(stopped.var)
    assert stopped.one("SELECT 1") == 1


def test_without_a_database_a_command_says_so(stopped: Node) -> None:
    for words in (["check"], ["harvest", "1"], ["worker"]):
        ended = stopped.command(*words)
        assert ended.returncode == 2, words
        assert ended.stdout.splitlines()[-1].startswith("PostgreSQL cannot be reached: start it, then go on"), words
        assert "Traceback" not in ended.stdout


def test_without_a_database_pages_say_later(stopped: Node) -> None:
    serve = stopped.start("serve", "--port", str(stopped.port))
    until(lambda: stopped.ask("/healthz")[0] == 200, "the web process answers")
    for path in ("/", "/records/1", "/institutions/1"):
        status, page = stopped.ask(path)
        assert (status, "资料都在，不会丢失" in page) == (503, True), path
    assert stopped.ask("/readyz") == (503, '{"ready": false, "database": "unreachable"}')
    assert "Traceback" not in serve.said
    postgres.start(stopped.var)
    assert stopped.ask("/")[0] == 200
    assert stopped.is_ready()
