"""A new generation beside the old one: streamed from the registered modules, caught up, then switched to.

While it is built, the indexer goes on writing to the old one and keeps the rows it has dealt with; these are read here
before the switch. Killed at any moment it leaves a folder and kept rows, which the indexer or the next run removes.
"""

from collections.abc import Callable
from typing import NamedTuple

from wenmai.lib import clock
from wenmai.lib.outages import require_room
from wenmai.lib.refusal import Refused
from wenmai.search import locks, outbox, registry
from wenmai.search.index import generations, writing
from wenmai.search.indexing import chunks, index_keys
from wenmai.search.locks import Lock

COMMIT_KEYS = 50_000
STREAMED = 2_000
Progress = Callable[[int], None]


class Rebuilt(NamedTuple):
    generation: str
    keys: int


def rebuild(progress: Progress | None = None) -> Rebuilt:
    """Refused with `search.rebuilding_already` while another one runs. `progress` is told how many keys are done."""
    with locks.line() as own:
        if not locks.acquired(own, Lock.REBUILDING):
            raise Refused("search.rebuilding_already")
        require_room(generations.root())
        with locks.held(own, Lock.SWITCH):
            generations.sweep(building="", now=clock.now())
            generation = generations.create(clock.now())
            outbox.begin_keeping(generation, nothing_is_read=not generations.is_readable(generations.current()))
        try:
            count = fill(generation, progress or (lambda done: None))
            with locks.held(own, Lock.SWITCH):
                finish(generation)
        except BaseException:
            # half an index is of no use, and the room it takes may be what is missing
            if generations.current() != generation:
                generations.remove(generation)
            raise
        return Rebuilt(generation, count)


def fill(generation: str, progress: Progress) -> int:
    """Everything, in flat memory; merged when it ends. Most of what changed meanwhile is caught up here too."""
    writer = writing.open_writer(generation)
    try:
        count = write_everything(writer, progress)
        catch_up(writer)
    finally:
        # also when it is broken off: until then its threads write into the folder
        writer.close()
    return count


def write_everything(writer: writing.Writer, progress: Progress) -> int:
    count = uncommitted = 0
    for registration in registry.everyone():
        for chunk in chunks(registration.keys(), STREAMED):
            uncommitted += index_keys(writer, registration.kind, chunk)
            count += len(chunk)
            if uncommitted >= COMMIT_KEYS:
                writer.commit()
                uncommitted = 0
            progress(count)
            require_room(generations.root())
    writer.commit()
    return count


def catch_up(writer: writing.Writer) -> None:
    while (batch := outbox.kept_batch()).ids:
        for kind, keys in batch.keys.items():
            index_keys(writer, kind, keys)
        writer.commit()
        outbox.caught_up(batch.ids)


def finish(generation: str) -> None:
    """The indexer waits for this: the last changes, then the switch."""
    writer = writing.open_writer(generation)
    catch_up(writer)
    writer.commit()
    writer.close()
    generations.switch(generation)
    outbox.end_keeping()


def abandon_dead(own: locks.Line) -> bool:
    """Forgets a rebuilding whose process is gone. The caller holds SWITCH."""
    if not outbox.kept_for() or not locks.acquired(own, Lock.REBUILDING):
        return False
    try:
        outbox.end_keeping()
    finally:
        locks.released(own, Lock.REBUILDING)
    return True
