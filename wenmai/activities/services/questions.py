"""What an organiser asks at enrolment, and what is answered."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from django.db import transaction

from wenmai.activities.models import Answer, Edition, Enrolment
from wenmai.activities.queries.reviewing import content_of
from wenmai.activities.rules import questions as rules
from wenmai.activities.rules.questions import Answered, Question
from wenmai.activities.services.activities import change, locked
from wenmai.lib.access import Actor
from wenmai.lib.refusal import Refused


class Answers(NamedTuple):
    """`edition_id`: the one whose questions were read; `given`: by the number of the question."""

    edition_id: int
    given: Mapping[int, Sequence[str]]


@transaction.atomic
def ask(*, activity_id: int, questions: Sequence[Question], actor: Actor, now: dt.datetime) -> Edition:
    """In place of those that there were; another edition, so that they are reviewed. Refused: unknown_activity,
    asks_nobody (nobody enrols), and as `rules.questions.checked`, `change`."""
    latest = locked(activity_id).latest
    assert latest is not None, "made with its first edition"
    if questions and not latest.enrols:
        raise Refused("asks_nobody")
    content = content_of(latest)._replace(questions=rules.checked(questions))
    return change(activity_id=activity_id, content=content, actor=actor, now=now)


def read_answers(edition: Edition, answers: Answers | None) -> list[Answered]:
    """Refused: questions_changed (others are asked by now), and as `rules.questions.answered`."""
    if edition.questions and answers is not None and answers.edition_id != edition.pk:
        before = Edition.objects.filter(pk=answers.edition_id, activity=edition.activity_id).first()
        if before is None or before.questions != edition.questions:
            raise Refused("questions_changed")
    return rules.answered(rules.read(edition.questions), answers.given if answers is not None else {})


def keep_answers(made: Enrolment, edition: Edition, said: Sequence[Answered]) -> None:
    """In the transaction of the enrolment."""
    Answer.objects.bulk_create(
        Answer(enrolment=made, edition=edition, number=one.number, said=list(one.said)) for one in said
    )
