"""What nodes of tests begin with: a migrated PostgreSQL and packed static files, made once and copied by all others.

To migrate an empty database takes longer than most tests, and so does packing. What is made is kept for the next run,
until something changes that it depends on.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from config import postgres
from tests.apart import VAR

ROOT = Path(__file__).parent.parent
# nothing in a cluster of tests outlives a power cut; in journeys it is started as a node's own
HASTY = {"fsync": "off", "full_page_writes": "off"}


def migrated() -> Path:
    """A data folder whose database `wenmai` is migrated and whose server is stopped. To be copied, not to be used."""
    with _one_at_a_time("migrated") as kept:
        made = kept / _digest()
        if not made.exists():
            for old in kept.iterdir():
                if old.is_dir():
                    shutil.rmtree(old)
            _make(made)
    return made


def packed() -> Path:
    """A folder of static files as nodes serve them. To be copied, not to be used."""
    with _one_at_a_time("packed") as kept:
        _manage(kept, "shell", "--no-imports", "--command", "from config import assets; assets.collect()")
    return kept / "static"


@contextmanager
def _one_at_a_time(name: str) -> Iterator[Path]:
    """The folder of what all share."""
    kept = VAR / "tests" / name
    kept.mkdir(parents=True, exist_ok=True)
    with (kept.parent / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield kept


def copy(of: Path, to: Path) -> None:
    """With owners and times."""
    to.mkdir(parents=True, exist_ok=True)
    cp = shutil.which("cp")
    assert cp
    subprocess.run([cp, "-a", "--sparse=auto", f"{of}/.", str(to)], check=True)


def give(var: Path) -> None:
    """A worker's own copy, anew when the made one is another."""
    made, mark = migrated(), var / "cluster-of"
    if mark.exists() and mark.read_text("utf-8") == made.name:
        return
    postgres.stop(var, "immediate")  # of a run that was killed
    shutil.rmtree(var / "postgres", ignore_errors=True)
    copy(made / "postgres", var / "postgres")
    mark.write_text(made.name, "utf-8")


def _make(made: Path) -> None:
    draft = made.with_name(f"{made.name}.draft")
    postgres.start(draft, HASTY)
    try:
        _manage(draft, "migrate", "--verbosity", "0")
    finally:
        postgres.stop(draft)
    for path in draft.iterdir():
        if path.name != "postgres":  # each node makes its own secrets
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    draft.rename(made)


def _manage(var: Path, *arguments: str) -> None:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("WENMAI_", "DATABASE_URL"))}
    environment = {**kept, "WENMAI_VAR": str(var)}
    subprocess.run([sys.executable, str(ROOT / "manage.py"), *arguments], env=environment, cwd=ROOT, check=True)


def _digest() -> str:
    """Of all that a migrated database depends on."""
    said = hashlib.sha256(sys.version.encode())
    for path in [ROOT / "requirements.lock", *sorted((ROOT / "wenmai").rglob("migrations/*.py"))]:
        said.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    return said.hexdigest()[:16]
