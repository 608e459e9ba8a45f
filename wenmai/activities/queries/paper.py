"""A session's list on paper: whom the door may let in, with what is needed to know them and nothing more."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from django.db.models import QuerySet

from wenmai.activities.models import Enrolment, Standing
from wenmai.activities.queries.answers import answers_in
from wenmai.activities.queries.doors import ticket_of
from wenmai.activities.queries.lists import came_of, name_at_door
from wenmai.people import queries as people

MARK_LETTERS = 4
"""Of the sixteen of a ticket: enough to tell a true one from an invented one, too few to make one."""


class PaperLine(NamedTuple):
    """`mark`: how the ticket ends; `phone`: the last four digits of whoever booked; `came`: of `size`, by now; `said`:
    answers that are meant for the door."""

    number: int
    mark: str
    name: str
    phone: str
    size: int
    came: int
    said: str = ""


def on_paper(session_id: int) -> "QuerySet[Enrolment]":
    """By the number of the ticket."""
    rows = Enrolment.objects.filter(session=session_id, standing__in=[Standing.CONFIRMED, Standing.CHECKED_IN])
    return rows.select_related("arrival", "group", "booked_by").prefetch_related("people__person").order_by("pk")


def paper_lines(session_id: int, rows: Iterable[Enrolment], *, masked: bool) -> Iterator[PaperLine]:
    answers = answers_in(session_id, door=True)
    for one in rows:
        phone = people.phone_of(one.booked_by) if one.booked_by is not None else ""
        name = name_at_door(one) if masked else _name(one)
        said = "；".join(f"{each.question} {each.answer}" for each in answers.get(one.pk, ()))
        yield PaperLine(one.pk, ticket_of(one.pk)[-MARK_LETTERS:], name, phone[-4:], one.count, came_of(one), said)


def last_in(session_id: int, enrolment_id: int) -> PaperLine | None:
    """The party that was checked in a moment ago, if it was."""
    rows = on_paper(session_id).filter(pk=enrolment_id, arrival__isnull=False)
    return next(paper_lines(session_id, rows, masked=True), None)


def _name(one: Enrolment) -> str:
    if one.group is not None:
        return one.group.name
    return "、".join(person.person.name if person.person else "—" for person in one.people.all())
