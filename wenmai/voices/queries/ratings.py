"""Ratings: averages, comments that the review has passed, satisfaction of an institution within a time."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from django.db.models import Avg, Count, F, Q, QuerySet, Sum

from wenmai.institutions import queries as institutions
from wenmai.lib.access import Scope
from wenmai.lib.numbers import row_number
from wenmai.people import queries as people
from wenmai.review.rules import Field, Subject, Submission
from wenmai.voices.models import Rating
from wenmai.voices.queries.needs import numbers, numbers_for
from wenmai.voices.rules import rated
from wenmai.voices.rules.rated import Satisfaction, Stars

MOST_COMMENTS = 20


class OfInstitution(NamedTuple):
    """An institution's ratings within a time."""

    organisation_id: int
    name: str
    found: Satisfaction


def averages(kind: str, subjects: Sequence[str]) -> dict[str, Stars]:
    """Subject -> its stars; those that nobody rated are left out. Two statements, however many."""
    rows = Rating.objects.filter(kind=kind, subject__in=list(subjects)).values("subject", "organisation")
    found = list(rows.annotate(count=Count("pk"), mean=Avg("stars")))
    said = numbers_for({row["organisation"] for row in found})
    return {
        row["subject"]: Stars(
            row["count"], row["mean"] if row["count"] >= said[row["organisation"]].least_ratings else None
        )
        for row in found
    }


def comments(kind: str, subject: str) -> "QuerySet[Rating]":
    """The newest first; only what the review has passed."""
    return Rating.objects.filter(kind=kind, subject=subject, is_shown=True).order_by("-at", "-pk")[:MOST_COMMENTS]


def rating_of(kind: str, attendance: str) -> Rating | None:
    return Rating.objects.filter(kind=kind, attendance=attendance).first()


def rate_days(organisation_id: int) -> int:
    return numbers(organisation_id).rate_days


def satisfaction(scope: Scope, since: dt.datetime, until: dt.datetime) -> list[OfInstitution]:
    """SA01 and SA02 of each institution of the scope, the most rated first."""
    rows = Rating.objects.filter(organisation__in=institutions.ids_within(scope), at__gte=since, at__lt=until)
    rows = rows.exclude(kind__in=[kind.key for kind in rated.kinds().values() if not kind.counts])
    found = rows.values("organisation", name=F("organisation__name")).annotate(
        count=Count("pk"), total=Sum("stars"), content=Count("pk", filter=Q(stars__gte=4))
    )
    return [
        OfInstitution(row["organisation"], row["name"], Satisfaction(row["count"], row["total"], row["content"]))
        for row in found.order_by("-count", "organisation")[:200]
    ]


def submission_of(one: Rating) -> Submission:
    return Submission(
        str(one.pk), bytes(one.words_hash or b""), one.words[:60], one.organisation_id, one.person_id, _fields(one)
    )


def _fields(one: Rating) -> list[Field]:
    return [Field(str(Rating._meta.get_field("words").verbose_name), one.words)]


def _written(keys: Sequence[str]) -> list[Rating]:
    known = [number for key in keys if (number := row_number(key)) is not None]
    return list(Rating.objects.filter(pk__in=known).exclude(words=""))


def read_comments(keys: Sequence[str]) -> Mapping[str, Subject]:
    return {
        str(one.pk): Subject(
            one.words[:60], bytes(one.words_hash or b""), _fields(one), one.organisation_id, one.person_id
        )
        for one in _written(keys)
    }


def comment_hashes(keys: Sequence[str]) -> Mapping[str, bytes]:
    return {str(one.pk): bytes(one.words_hash or b"") for one in _written(keys)}


class Chance(NamedTuple):
    """What somebody may rate: their own part, or that of a child under 14 whom they look after (`child_id`)."""

    child_id: int
    name: str
    there: rated.Attended


def chances(kind: str, key: str, user_id: int, today: dt.date) -> list[Chance]:
    """Their own first; nothing for what nobody rates. A family has six children at most."""
    known = rated.kinds().get(kind)
    if known is None:
        return []
    found = []
    for one in people.company_of(user_id):
        is_own = one.id == user_id
        there = known.attended(one.id, key[:40]) if is_own or rated.is_young(one.born, today) else None
        if there is not None:
            found.append(Chance(0 if is_own else one.id, one.name, there))
    return found
