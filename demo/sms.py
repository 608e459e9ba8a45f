"""The demonstration's telephone: messages are printed to the log and kept for a page, instead of being sent."""

import fcntl
import json
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import IO, NamedTuple

from django.conf import settings

from wenmai.lib import clock
from wenmai.messages.gateways import Accepted, Answer, Sms

log = logging.getLogger(__name__)
KEPT = 20


class Shown(NamedTuple):
    key: str
    at: datetime
    phone: str
    text: str


class Printer:
    """The gateway `print`; settings refuse it anywhere but in a demonstration."""

    is_on = True
    inbox = "/demo/sms"

    def send(self, sms: Sms) -> Answer:
        with _open() as stream:
            known = _read(stream)
            if not any(one.key == sms.key for one in known):
                log.warning("SMS to %s: %s", sms.phone, sms.text)
                _write(stream, [Shown(sms.key, clock.now(), sms.phone, sms.text), *known][:KEPT])
        return Accepted(f"demo-{sms.key[:8]}")


def latest() -> list[Shown]:
    """Newest first."""
    with _open() as stream:
        return _read(stream)


@contextmanager
def _open() -> Iterator[IO[str]]:
    """One at a time: the worker writes, the web processes read."""
    path: Path = settings.VAR / "demo" / "sms.jsonl"
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+", encoding="utf-8") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        yield stream


def _read(stream: IO[str]) -> list[Shown]:
    found = []
    for line in stream:
        try:
            key, at, phone, text = json.loads(line)
            found.append(Shown(key, datetime.fromisoformat(at), phone, text))
        except ValueError:
            continue  # a line that a kill cut short
    return found


def _write(stream: IO[str], shown: list[Shown]) -> None:
    stream.seek(0)
    stream.truncate()
    stream.writelines(
        json.dumps([one.key, one.at.isoformat(), one.phone, one.text], ensure_ascii=False) + "\n" for one in shown
    )
    stream.flush()
