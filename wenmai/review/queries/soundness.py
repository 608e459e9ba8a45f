"""What has to be true of cases, asked of the database for `wenmai check`."""

import datetime as dt
from typing import NamedTuple

from django.db import connection
from django.db.models import Count, Q
from django.utils import timezone

from wenmai.review.models import Case
from wenmai.review.rules import kinds

UNDECIDED = """
SELECT c.id FROM review_case c JOIN review_plan p ON p.id = c.plan_id
LEFT JOIN review_opinion o ON o.case_id = c.id AND o.verdict = 'pass' AND o.step BETWEEN 1 AND p.step_count
WHERE c.stands GROUP BY c.id, p.step_count HAVING count(o.id) <> p.step_count ORDER BY c.id"""
MISCOUNTED = """
SELECT c.id FROM review_case c LEFT JOIN review_opinion o ON o.case_id = c.id
WHERE c.state = 'open' GROUP BY c.id
HAVING c.step <> count(o.id) FILTER (WHERE o.verdict = 'pass') OR count(o.id) FILTER (WHERE o.verdict <> 'pass') > 0
ORDER BY c.id"""
OWN = """
SELECT DISTINCT c.id FROM review_case c JOIN review_opinion o ON o.case_id = c.id AND o.reviewer_id = c.author_id
WHERE c.apart ORDER BY c.id"""
LIFTED_ALONE = """
SELECT id FROM review_takedown
WHERE restored_at IS NOT NULL AND (confirmed_by IS NULL OR confirmed_by = proposed_by) ORDER BY id"""
_BATCH = 1000


class Astray(NamedTuple):
    """An open case that is about something that is no longer there as it was handed in."""

    id: int
    kind: str
    key: str


def ids(statement: str) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return [row[0] for row in cursor.fetchall()]


def waiting(now: dt.datetime) -> tuple[int, int]:
    """Open cases, and those of them that are past their day."""
    today = timezone.localdate(now)
    rows = Case.objects.filter(state=Case.State.OPEN)
    found = rows.aggregate(all=Count("id"), late=Count("id", filter=Q(due_on__lt=today)))
    return found["all"], found["late"]


def unknown_kinds() -> list[str]:
    """Of open cases, those that no module has registered."""
    rows = Case.objects.filter(state=Case.State.OPEN).exclude(kind__in=list(kinds()))
    return sorted(rows.values_list("kind", flat=True).distinct())


def astray() -> list[Astray]:
    """Asked of the modules, a batch at a time."""
    found: list[Astray] = []
    for kind, known in sorted(kinds().items()):
        last = 0
        while rows := list(
            Case.objects.filter(state=Case.State.OPEN, kind=kind, pk__gt=last)
            .order_by("pk")
            .values_list("pk", "key", "hash")[:_BATCH]
        ):
            hashes = known.hashes([key for _pk, key, _hash in rows])
            found += [Astray(pk, kind, key) for pk, key, hash in rows if bytes(hashes.get(key, b"")) != bytes(hash)]
            last = rows[-1][0]
    return found
