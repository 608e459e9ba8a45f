import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import QuerySet

from wenmai.journal.models import Departure, Entry, Seal, Verification

MOST_DEEDS = 50
LATE = dt.timedelta(hours=1)
"""An entry that has waited for its seal so long is held up by something."""
LOOKED_LATELY = dt.timedelta(hours=48)
"""A verification that is older stands out: the worker makes one each night."""


class Deed(NamedTuple):
    """One line of a trail, as its part of a page draws it."""

    at: dt.datetime
    who: str
    what: str
    details: list[str]


def _reason(detail: Mapping[str, Any]) -> list[str]:
    return [str(detail["reason"])] if detail.get("reason") else []


def deeds(
    subject_kind: str, subject_key: str | int, details: Callable[[Mapping[str, Any]], list[str]] = _reason
) -> list[Deed]:
    """The last deeds on a subject, newest first. `details`: what of an entry a person reads besides."""
    rows = trail(subject_kind, subject_key)[:MOST_DEEDS]
    return [Deed(one.at, one.actor_name, one.deed, details(one.detail)) for one in rows]


def trail(subject_kind: str, subject_key: str | int) -> QuerySet[Entry]:
    """Everything done to one subject, newest first."""
    return Entry.objects.filter(subject_kind=subject_kind, subject_key=str(subject_key)).order_by("-id")


class Place(NamedTuple):
    """Where an entry stands in the order of telling."""

    transaction: int
    id: int


def next_entry(after: Place, names: frozenset[str], about: str = "", until: int | None = None) -> Entry | None:
    """The first entry with one of these names, and with `about` in its detail, behind a place; of those before the
    transaction `until`, or of all that no older transaction can come before any more."""
    found = Entry.objects.extra(where=["(transaction, id) > (%s, %s)"], params=[*after]).filter(name__in=names)
    if about:
        found = found.filter(detail__has_key=about)
    if until is None:
        found = found.extra(where=["transaction < journal_settled()"])
    else:
        found = found.filter(transaction__lt=until)
    return found.order_by("transaction", "id").first()


def settled() -> int:
    """The oldest transaction that may still write: entries of those before it are all there."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT journal_settled()")
        return int(cursor.fetchone()[0])


def last_place(after: Place, until: int) -> Place | None:
    """Of the last entry before the transaction `until`; None when it is not behind `after`."""
    found = Entry.objects.filter(transaction__lt=until).order_by("-transaction", "-id")
    place = found.values_list("transaction", "id").first()
    return Place(*place) if place and place > after else None


def last_seal() -> Seal | None:
    return Seal.objects.order_by("-number").first()


def verifications(most: int) -> list[Verification]:
    """The last times that somebody verified, newest first."""
    return list(Verification.objects.order_by("-id")[:most])


def departures(most: int) -> list[Departure]:
    """The last times that entries left, newest first."""
    return list(Departure.objects.order_by("-last_seal")[:most])


def is_late(since: dt.datetime | None, now: dt.datetime) -> bool:
    """Whether what waits for its seal has waited too long; a moment that was told may be older than the entry."""
    last = last_seal()
    return since is not None and now - since > LATE and (last is None or now - last.sealed_at > LATE)


def moved_until() -> dt.datetime | None:
    """When the last of the entries that left for files was sealed; None while none has left."""
    last = Departure.objects.order_by("-last_seal").values_list("last_seal", flat=True)[:1]
    return Seal.objects.filter(number__in=last).values_list("sealed_at", flat=True).first()
