"""One answer: that somebody has given it is written here, what it says goes into a box, and nothing joins the two.

No entry of the journal tells of one answer: its moment would. docs/adr/0032.
"""

import datetime as dt
import json
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from wenmai.lib import vault
from wenmai.lib.refusal import Refused
from wenmai.voices.surveys import queries
from wenmai.voices.surveys.models import Answer, Box, Came, Invitation, Remark, Survey
from wenmai.voices.surveys.rules import BOX, MOST_ANSWERS, MOST_FROM_ADDRESS, Sheet, State, checked_sheet

MOST_WAIT = BOX


@transaction.atomic
def answer(*, invitation_id: int, sheet: Sheet, now: dt.datetime) -> bool:
    """Whether it is new: the second time changes nothing. Refused: survey_over, what `checked_sheet` refuses."""
    found = Invitation.objects.select_for_update(no_key=True).filter(pk=invitation_id).first()
    if found is None:
        raise Refused("survey_over")
    one = _asking(found.survey_id, now)
    if found.is_answered:
        return False
    kept = checked_sheet(sheet, queries.face_of(one).questions, [code for code, _name in one.regions])
    found.is_answered = True
    found.save(update_fields=["is_answered"])
    _drop_in(one, kept)
    return True


@transaction.atomic
def answer_open(*, survey_id: int, sheet: Sheet, mark: str, client: str, now: dt.datetime) -> bool:
    """Where nobody is drawn. `mark`: of the account, or of the form that was given. Refused: survey_over, survey_full,
    too_many (from one address on a day), what `checked_sheet` refuses."""
    one = _asking(survey_id, now)
    if one.population != "open":
        raise Refused("survey_over")
    index = vault.index(f"{survey_id} {mark}", purpose=queries.LINKS)
    if Came.objects.filter(survey=one, mark=index).exists():
        return False
    if Came.objects.filter(survey=one).count() >= MOST_ANSWERS:
        raise Refused("survey_full")
    if client and Came.objects.filter(survey=one, client=client).count() >= MOST_FROM_ADDRESS:
        raise Refused("too_many")
    kept = checked_sheet(sheet, queries.face_of(one).questions, [code for code, _name in one.regions])
    try:
        with transaction.atomic():
            Came.objects.create(survey=one, mark=index, client=client, on_day=timezone.localdate(now))
    except IntegrityError:
        return False  # the same form, pressed twice at once
    _drop_in(one, kept)
    return True


def _asking(survey_id: int, now: dt.datetime) -> Survey:
    found = Survey.objects.filter(pk=survey_id, state=State.ASKING, is_down=False).first()
    if found is None or found.ends_on is None or timezone.localdate(now) > found.ends_on:
        raise Refused("survey_over")
    return found


def _drop_in(one: Survey, kept: Sheet) -> None:
    """The box is written anew each time, in the order of its texts; a full one is emptied into the tables whole."""
    box = Box.objects.select_for_update().get(survey=one)  # whoever ends the survey holds it first
    if not Survey.objects.filter(pk=one.pk, state=State.ASKING).exists():
        raise Refused("survey_over")
    words = [[place, text] for place, text in kept.words.items()]
    waiting = sorted([*queries.opened(box), [list(kept.answers), words]], key=_text)
    if len(waiting) >= BOX:
        write_out(one, *split(waiting))
        waiting = []
    keep(box, waiting)


def keep(box: Box, waiting: list[Any]) -> None:
    box.count = len(waiting)
    box.sealed = vault.seal(_text(waiting), purpose=queries.BOX) if waiting else ""
    box.save(update_fields=["count", "sealed"])


def split(waiting: list[Any]) -> tuple[list[Any], list[Any]]:
    """Answers, and words with their question."""
    return [said for said, _words in waiting], [one for _said, words in waiting for one in words]


def write_out(one: Survey, answers: list[Any], remarks: list[Any]) -> None:
    """In the order of their texts, words apart from the rest."""
    Answer.objects.bulk_create(Answer(survey=one, said=said) for said in sorted(answers, key=_text))
    Remark.objects.bulk_create(Remark(survey=one, question=place, words=text) for place, text in sorted(remarks))


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
