"""The one process that writes: drains the outbox into the current generation.

A row is deleted only after the commit that holds its documents, so that a kill at any point loses nothing; what is done
twice comes out the same. Urgent rows (withdrawals) go first and are committed at once.
"""

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from django.db import DatabaseError, connection

from wenmai.lib import clock
from wenmai.lib.outages import require_room
from wenmai.lib.refusal import Refused
from wenmai.search import locks, outbox, rebuilding
from wenmai.search.index import generations, writing
from wenmai.search.indexing import index_keys
from wenmai.search.locks import Line, Lock
from wenmai.search.services import CHANNEL

log = logging.getLogger(__name__)
# One commit holds as much as a few seconds bring: many small ones cost twice the work, in segments to be merged.
COMMIT_KEYS = 40_000
COMMIT_SECONDS = 10.0
MANY_KEYS = 500
LULL_SECONDS = 1.0
POLL_SECONDS = 1.0
PAUSE_SECONDS = 3.0
TIDY_SECONDS = 15.0
COMPLAINT_SECONDS = 60.0


class Desk:
    """The writer in use and the generation it writes to."""

    def __init__(self) -> None:
        self.generation = ""
        self.writer: writing.Writer | None = None

    def at(self, generation: str) -> writing.Writer:
        if self.writer is None or self.generation != generation:
            self.clear()
            self.writer, self.generation = writing.open_writer(generation), generation
        return self.writer

    def clear(self) -> None:
        """Uncommitted documents are dropped with the writer: their rows still wait."""
        writer, self.writer, self.generation = self.writer, None, ""
        if writer is not None:
            with ignored_engine_errors():
                writer.drop()


class Complaint:
    """What cannot be written is said when it begins and then once a minute, not at every attempt."""

    def __init__(self) -> None:
        self.said, self.at = "", 0.0

    def say(self, error: Exception) -> None:
        if str(error) == self.said and time.monotonic() - self.at < COMPLAINT_SECONDS:
            return
        self.said, self.at = str(error), time.monotonic()
        known = isinstance(error, OSError) or "os error" in self.said
        log.warning("the index cannot be written, trying again: %s", error, exc_info=not known)


@contextmanager
def ignored_engine_errors() -> Iterator[None]:
    try:
        yield
    except (ValueError, OSError) as error:
        log.warning("the writer was given up: %s", error)


def run(stop: threading.Event, *, until_drained: bool = False) -> None:
    """Until `stop` is set; PostgreSQL away, a full disk: said once a while, tried again, nothing lost."""
    complaint = Complaint()
    while not stop.is_set():
        desk = Desk()
        try:
            with locks.line() as own:
                if locks.acquired(own, Lock.INDEXER):
                    own.execute(f"LISTEN {CHANNEL}")
                    work(own, desk, stop, until_drained)
                elif until_drained:
                    raise Refused("search.indexer_already")
                else:
                    log.warning("another indexer is at work; waiting for it to end")
        except (psycopg.Error, DatabaseError) as error:
            log.warning("the database is away: %s", error)
            connection.close()
        except (ValueError, OSError) as error:
            complaint.say(error)
        finally:
            desk.clear()
        if until_drained:
            return
        stop.wait(PAUSE_SECONDS)


def work(own: Line, desk: Desk, stop: threading.Event, until_drained: bool) -> None:
    if not generations.is_up_to_date(generations.current()) and not rebuilt(stop):
        return
    tidied = 0.0
    # somebody may remove the folder under our feet: then from the beginning
    while not stop.is_set() and generations.is_up_to_date(generations.current()):
        with locks.held(own, Lock.SWITCH):
            count = cycle(desk, stop, None if until_drained else own)
            if time.monotonic() - tidied > TIDY_SECONDS:
                tidied = time.monotonic()
                rebuilding.abandon_dead(own)
        if count:
            continue
        with locks.held(own, Lock.SWITCH):
            generations.sweep(building=outbox.kept_for(), now=clock.now())
        if until_drained:
            return
        for _notice in own.notifies(timeout=POLL_SECONDS, stop_after=1):
            pass


def rebuilt(stop: threading.Event) -> bool:
    """There is no index, or one of another release: everything is indexed anew first."""
    try:
        rebuilding.rebuild()
    except Refused:
        log.warning("the index is being rebuilt by another process; waiting for it to end")
        stop.wait(POLL_SECONDS)
        return False
    return True


def cycle(desk: Desk, stop: threading.Event, own: Line | None = None) -> int:
    """One commit: at once where a row is urgent or few keys wait, else with what the next seconds bring.

    `own` hears of new rows; without it nothing is waited for. Returns how many keys.
    """
    taken: list[int] = []
    count = 0
    started = time.monotonic()
    while True:
        batch = outbox.next_batch(taken)
        if not batch.ids and not (own and count >= MANY_KEYS and _brings_more(own)):
            break
        require_room(generations.root())
        writer = desk.at(generations.current())
        for kind, keys in batch.keys.items():
            count += index_keys(writer, kind, keys)
        taken += batch.ids
        late = time.monotonic() - started > COMMIT_SECONDS
        if batch.urgent or late or count >= COMMIT_KEYS or stop.is_set():
            break
    if taken:
        desk.at(generations.current()).commit()
        outbox.done(taken)
    return count


def _brings_more(own: Line) -> bool:
    """Whether somebody hands in more keys before a lull."""
    return any(True for _notice in own.notifies(timeout=LULL_SECONDS, stop_after=1))
