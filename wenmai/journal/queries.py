import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

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


def next_entry(transaction: int, after: int, names: frozenset[str]) -> Entry | None:
    """The first entry with one of these names behind (transaction, id), if no older transaction is running."""
    return (
        Entry.objects.extra(
            where=[
                "(transaction, id) > (%s, %s)",
                "transaction < journal_settled()",
            ],
            params=[transaction, after],
        )
        .filter(name__in=names)
        .order_by("transaction", "id")
        .first()
    )


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
