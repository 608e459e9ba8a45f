"""Generations: SEARCH_ROOT/generations/<name> holds one whole index, SEARCH_ROOT/current names the one that is read."""

import datetime as dt
import json
import os
import secrets
import shutil
from pathlib import Path

from django.conf import settings

from wenmai.search.index import schema
from wenmai.search.rules import VERSION

GRACE = 60.0
MADE_BY = {"analysis": VERSION, "schema": schema.VERSION}


def root() -> Path:
    return Path(settings.SEARCH_ROOT)


def switch_file() -> Path:
    return root() / "current"


def folder(name: str) -> Path:
    return root() / "generations" / name


def current() -> str:
    """The generation that is read, "" while there is none."""
    try:
        return switch_file().read_text().strip()
    except FileNotFoundError:
        return ""


def create(now: dt.datetime) -> str:
    """A new empty folder with the versions that fill it."""
    name = f"{now:%Y%m%d%H%M%S}-{secrets.token_hex(3)}"
    folder(name).mkdir(parents=True)
    (folder(name) / "made_by.json").write_text(json.dumps(MADE_BY))
    return name


def made_by(name: str) -> dict[str, int]:
    try:
        versions: dict[str, int] = json.loads((folder(name) / "made_by.json").read_text())
    except (FileNotFoundError, ValueError):
        return {}
    return versions


def is_readable(name: str) -> bool:
    """Whether this release can open it; another version of the analysis can be read, but is to be rebuilt."""
    return bool(name) and made_by(name).get("schema") == schema.VERSION


def is_up_to_date(name: str) -> bool:
    return bool(name) and made_by(name) == MADE_BY


def switch(name: str) -> None:
    """Readers see the old one or the new one, never neither, also after a power cut."""
    draft = root() / "current.new"
    with draft.open("w") as stream:
        stream.write(name)
        stream.flush()
        os.fsync(stream.fileno())
    draft.replace(switch_file())
    descriptor = os.open(root(), os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sweep(*, building: str, now: dt.datetime) -> list[str]:
    """Removes what is neither read nor being built, a minute after the last switch: readers have moved by then.

    The caller holds SWITCH: nobody makes a generation meanwhile.
    """
    here = root() / "generations"
    if not here.is_dir() or (switch_file().exists() and now.timestamp() - switch_file().stat().st_mtime < GRACE):
        return []
    kept = {current(), building}
    gone = [path.name for path in here.iterdir() if path.name not in kept]
    for name in gone:
        remove(name)
    return gone


def remove(name: str) -> None:
    shutil.rmtree(folder(name), ignore_errors=True)
