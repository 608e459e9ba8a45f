"""Writing entries, and telling subscribers about them after commit."""

import datetime as dt
import logging
import sys
from collections.abc import Callable
from typing import Any, NamedTuple

from django.db import transaction

from wenmai.journal import queries
from wenmai.journal.models import Entry, Position
from wenmai.journal.queries import Place
from wenmai.lib.access import Actor

log = logging.getLogger(__name__)
MOST_IN_PASSING = 100
"""So many entries are told by somebody who has only written one; the job tells the rest."""
Handler = Callable[[Entry], None]


class Subscription(NamedTuple):
    """`about`: only entries whose detail has this key; "" for all of these names."""

    names: frozenset[str]
    handler: Handler
    about: str = ""


_subscribers: dict[str, Subscription] = {}


def record(
    *, name: str, subject_kind: str, subject_key: str | int, actor: Actor, now: dt.datetime, **detail: Any
) -> Entry:
    """Writes one entry in the caller's transaction; `name` is module.past_tense, `detail` holds JSON values.

    What was done in somebody's name says so: `on_behalf_of`, their number.
    """
    if actor.on_behalf is not None:
        detail["on_behalf_of"] = actor.on_behalf.user_id
    entry = Entry.objects.create(
        at=now,
        name=name,
        subject_kind=subject_kind,
        subject_key=str(subject_key),
        actor_id=actor.user_id,
        actor_name=actor.name,
        detail=detail,
    )
    for subscriber, (names, _handler, about) in _subscribers.items():
        if name in names and (not about or about in detail):
            transaction.on_commit(_delivery(subscriber), robust=True)
    return entry


def subscribe(subscriber: str, names: set[str], handler: Handler, *, about: str = "") -> None:
    """In apps.py of the module that wants to hear. The handler is idempotent: it may hear an entry twice.

    With `about` it hears only the entries whose detail has this key; the others cost it nothing.
    """
    _subscribers[subscriber] = Subscription(frozenset(names), handler, about)


def deliver(subscriber: str, *, waits: bool = True, most: int = sys.maxsize) -> int:
    """Hands the subscriber what it has not heard, oldest first, one transaction each; returns how many.

    An entry waits until no older transaction is running, so that none slips in before it later. What was not told
    because of that, or because a worker died, is told by the next call: the job `journal.deliver` calls every minute.
    Without `waits`, nothing is done where somebody else is at it: they look once more after they have let go.
    """
    count = 0
    while count < most:
        told = _tell_next(subscriber, waits=waits)
        if told:
            count += 1
            continue
        goes_on = _begins(subscriber) if told is None else not waits and _has_more(subscriber)
        if not goes_on:
            break
    return count


def _begins(subscriber: str) -> bool:
    """Whether it is new, and has its row now. Not made within the telling: others would wait for it."""
    return Position.objects.get_or_create(subscriber=subscriber)[1]


@transaction.atomic
def _tell_next(subscriber: str, *, waits: bool) -> bool | None:
    """Whether there was one; None: somebody else is telling this subscriber, or it is new."""
    names, handler, about = _subscribers[subscriber]
    position = Position.objects.select_for_update(skip_locked=not waits).filter(subscriber=subscriber).first()
    if position is None:
        return None
    until = queries.settled() if waits else None
    at = Place(position.transaction, position.entry_id)
    entry = queries.next_entry(at, names, about, until)
    if entry is not None:
        handler(entry)
        _go_on(position, Place(entry.transaction, entry.id))
    elif until is not None and (last := queries.last_place(at, until)):
        _go_on(position, last)  # past what it did not ask for, or the next look would begin there again
    return entry is not None


def _go_on(position: Position, to: Place) -> None:
    position.transaction, position.entry_id = to
    position.save(update_fields=["transaction", "entry_id"])


def _has_more(subscriber: str) -> bool:
    """What was written while the lock was held, by somebody who found it held."""
    names, _handler, about = _subscribers[subscriber]
    position = Position.objects.get(subscriber=subscriber)
    return queries.next_entry(Place(position.transaction, position.entry_id), names, about) is not None


def _delivery(subscriber: str) -> Callable[[], None]:
    """A function with a name: Django names the one that failed."""

    def deliver_after_commit() -> None:
        deliver(subscriber, waits=False, most=MOST_IN_PASSING)

    return deliver_after_commit


def deliver_all() -> int:
    """Tells every subscriber what it has not heard; one that fails is logged, and costs the others nothing."""
    return sum(map(_deliver_or_log, _subscribers))


def _deliver_or_log(subscriber: str) -> int:
    try:
        return deliver(subscriber)
    except Exception:
        log.exception("%s failed to deal with its next entry; it will be told again", subscriber)
        return 0
