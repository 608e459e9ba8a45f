"""Who looked at whom."""

import datetime as dt
from collections.abc import Iterable
from typing import NamedTuple

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from wenmai.institutions import queries as institutions
from wenmai.lib.access import Scope
from wenmai.people.looks.models import Look
from wenmai.people.looks.rules import IN_GROUP, MANY, page_words, reason_words
from wenmai.people.models.accounts import User
from wenmai.people.rules import role_words
from wenmai.people.unmasking import rules as unmasking
from wenmai.people.unmasking.queries import words as words_of

_WHOLE = Q(reason__startswith=unmasking.MARK)


class Line(NamedTuple):
    """One look in words; `words` were added where a whole number was asked for.

    `who` and `whom` are for auditors: (number of the account, its name).
    """

    day: dt.date
    institution: str
    role: str
    page: str
    reason: str
    shown: int
    who: tuple[int, str]
    whom: tuple[int, str] | None
    words: str = ""


class Busy(NamedTuple):
    """Somebody who saw unusually many people, or whole numbers, on one day."""

    day: dt.date
    actor_id: int
    name: str
    people: int
    numbers: int = 0


def of_person(user_id: int) -> "QuerySet[Look]":
    return Look.objects.filter(person_id=user_id).order_by("-id")


def within(scope: Scope, *, person: int | None = None, actor: int | None = None) -> "QuerySet[Look]":
    """Looks by staff of this scope, newest first."""
    found = Look.objects.filter(_reached(scope))
    if person is not None:
        found = found.filter(person_id=person)
    if actor is not None:
        found = found.filter(actor_id=actor)
    return found.order_by("-id")


def _reached(scope: Scope) -> Q:
    if scope.everywhere:
        return Q()
    found = Q(pk__in=[])
    for reach in scope.reaches:
        found |= Q(organisation_path__startswith=reach.organisation_path, region__startswith=reach.region)
    return found


def busy(scope: Scope, since: dt.date) -> list[Busy]:
    """Who saw data of more than `MANY` different people on one day, or of whole numbers more than are usual."""
    rows = (
        Look.objects.filter(_reached(scope), day__gte=since, person_id__isnull=False)
        .values("day", "actor_id")
        .annotate(people=Count("person_id", distinct=True), numbers=Count("pk", filter=_WHOLE))
        .filter(Q(people__gt=MANY) | Q(numbers__gt=unmasking.MANY))
        .order_by("-day", "-people")[:20]
    )
    names = _names(row["actor_id"] for row in rows)
    return [
        Busy(row["day"], row["actor_id"], names.get(row["actor_id"], ""), row["people"], row["numbers"])
        for row in rows
    ]  # fmt: skip


def lines(looks: Iterable[Look]) -> list[Line]:
    rows = list(looks)
    names = _names({one.actor_id for one in rows} | {one.person_id for one in rows if one.person_id})
    last = {one.organisation_path: one.organisation_path.rstrip("/").rpartition("/")[2] for one in rows}
    places = institutions.organisations([int(number) for number in last.values() if number])
    pressed = {one.pk: number for one in rows if (number := unmasking.number_in(one.reason)) is not None}
    words = words_of(pressed.values()) if pressed else {}
    return [
        _line(one, last[one.organisation_path], places, names)._replace(words=words.get(pressed.get(one.pk, 0), ""))
        for one in rows
    ]  # fmt: skip


def _line(one: Look, place: str, places: dict[int, institutions.OrganisationView], names: dict[int, str]) -> Line:
    view, led = places.get(int(place)) if place else None, one.role == IN_GROUP
    where = _("您参加的团队") if led else view.name if view else _("整个节点")
    return Line(
        one.day, where, _("负责人") if led else role_words(one.role), page_words(one.page),
        reason_words(one.reason), one.shown, (one.actor_id, names.get(one.actor_id, "")),
        (one.person_id, names.get(one.person_id, "")) if one.person_id else None,
    )  # fmt: skip


def _names(numbers: Iterable[int]) -> dict[int, str]:
    found = User.objects.filter(pk__in={*numbers}).values_list("pk", "name", "username")
    return {pk: name or username for pk, name, username in found}
