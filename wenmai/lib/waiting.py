"""What waits for somebody at the desk: each module says what it has; the desk's first page asks them all.

Registered in apps.py of whoever owns the table: `register(Queue(…))`.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db.models import Count, Min
from django.utils.functional import Promise

from wenmai.lib import lists
from wenmai.lib.access import Actor, Reach, Scope

if TYPE_CHECKING:
    from django.db.models import QuerySet


class Waits(NamedTuple):
    """How many things wait, counted up to one more than `lists.MOST`; since when the oldest does, where it is known."""

    total: int
    since: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Queue:
    """One kind of things that wait for people with a permission: over `reach`, or anywhere.

    `page` is the name of the address where they are dealt with, `query` what is added to it; `waits` counts those that
    the scope reaches, for one person.
    """

    key: str
    permission: str
    name: str | Promise
    words: str | Promise
    page: str
    waits: Callable[[Scope, Actor], Waits]
    query: str = ""
    reach: Reach | None = None


_queues: dict[str, Queue] = {}


def register(queue: Queue) -> None:
    _queues[queue.key] = queue


def of(actor: Actor) -> list[tuple[Queue, Waits]]:
    """What waits for this person: what has waited longest first, then what cannot say since when."""
    mine = [one for one in _queues.values() if actor.may(one.permission, one.reach)]
    asked = [(one, one.waits(actor.scope(one.permission), actor)) for one in mine]
    found = [pair for pair in asked if pair[1].total]
    dated = sorted((waits.since, one.key) for one, waits in found if waits.since is not None)
    places = {key: place for place, (_since, key) in enumerate(dated)}
    return sorted(found, key=lambda pair: places.get(pair[0].key, len(places)))


def count(rows: "QuerySet[Any]", since: str = "") -> Waits:
    """Of these rows, by the field that says since when each waits; no more are looked at than are counted."""
    if not since:
        return Waits(lists.first(rows))
    oldest_first = rows.order_by(since).values(since)[: lists.MOST + 1]
    found = oldest_first.aggregate(total=Count(since), since=Min(since))
    return Waits(found["total"], found["since"])
