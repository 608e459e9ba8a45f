"""What was asked and what was answered, as an organiser, a door and whoever answered read it."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from django.db.models import QuerySet
from django.utils.translation import pgettext

from wenmai.activities.models import Answer, Edition, Enrolment
from wenmai.activities.rules.questions import YES, Kind, Question, Seen, read


class Said(NamedTuple):
    question: str
    answer: str


def questions_of(edition: Edition) -> tuple[Question, ...]:
    return read(edition.questions)


def answers_of(enrolments: Iterable[int]) -> dict[int, list[Said]]:
    """Of each enrolment, as it was asked then."""
    return _told(Answer.objects.filter(enrolment__in=[*enrolments]), door=False)


def answers_in(session_id: int, *, door: bool = False) -> dict[int, list[Said]]:
    """Of all enrolments of a session; `door`: only what is meant for the door, too."""
    return _told(Answer.objects.filter(enrolment__session=session_id), door=door)


def _told(rows: "QuerySet[Answer]", *, door: bool) -> dict[int, list[Said]]:
    found: dict[int, list[Said]] = {}
    for one in rows.select_related("edition").order_by("enrolment", "number"):
        asked = read(one.edition.questions)[one.number]
        if not door or asked.seen == Seen.DOOR:
            found.setdefault(one.enrolment_id, []).append(Said(asked.words, _in_words(asked, one.said)))
    return found


def asked_in(session_id: int) -> list[str]:
    """Every question that somebody of this session has answered, in the order in which they were asked: the columns of
    a workbook."""
    rows = Answer.objects.filter(enrolment__session=session_id).order_by("edition", "number")
    numbers = rows.values_list("edition", "number").distinct()
    editions = Edition.objects.in_bulk({edition for edition, _number in numbers})
    return [*dict.fromkeys(read(editions[edition].questions)[number].words for edition, number in numbers)]


def with_answers(rows: Sequence[Enrolment]) -> list[tuple[Enrolment, list[Said]]]:
    said = answers_of([one.pk for one in rows])
    return [(one, said.get(one.pk, [])) for one in rows]


def _in_words(asked: Question, said: Sequence[str]) -> str:
    if asked.kind == Kind.YES:
        return pgettext("answer", "是") if said[0] == YES else pgettext("answer", "否")
    return "、".join(said)
