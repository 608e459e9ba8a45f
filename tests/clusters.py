"""PostgreSQL clusters of tests: one is made and migrated, by whoever needs it first, and all others are copies of it.

To migrate an empty database takes longer than most tests. What is made is kept for the next run, until a migration or
a package changes.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

from config import postgres
from tests.apart import VAR

ROOT = Path(__file__).parent.parent
# nothing in a cluster of tests outlives a power cut; in journeys it is started as a node's own
HASTY = {"fsync": "off", "full_page_writes": "off"}


def migrated() -> Path:
    """A data folder whose database `wenmai` is migrated and whose server is stopped. To be copied, not to be used."""
    kept = VAR / "tests" / "migrated"
    kept.mkdir(parents=True, exist_ok=True)
    made = kept / _digest()
    with (kept / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            for old in kept.iterdir():
                if old.is_dir():
                    shutil.rmtree(old)
            _make(made)
    return made


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
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("WENMAI_", "DATABASE_URL"))}
    try:
        subprocess.run(
            [sys.executable, str(ROOT / "manage.py"), "migrate", "--verbosity", "0"],
            env={**kept, "WENMAI_VAR": str(draft)}, cwd=ROOT, check=True,
        )  # fmt: skip
    finally:
        postgres.stop(draft)
    for path in draft.iterdir():
        if path.name != "postgres":  # each node makes its own secrets
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    draft.rename(made)


def _digest() -> str:
    """Of all that a migrated database depends on."""
    said = hashlib.sha256(sys.version.encode())
    for path in [ROOT / "requirements.lock", *sorted((ROOT / "wenmai").rglob("migrations/*.py"))]:
        said.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    return said.hexdigest()[:16]
