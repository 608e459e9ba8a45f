"""A survey is written, passes the review, is drawn and asked, ends, is concluded and shown."""

import datetime as dt
import secrets
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone

from wenmai.institutions import queries as institutions
from wenmai.journal import services as journal
from wenmai.lib import jobs
from wenmai.lib.access import SYSTEM, Actor
from wenmai.lib.numbers import row_number
from wenmai.lib.refusal import Refused
from wenmai.review import queries as reviewing
from wenmai.review import services as review
from wenmai.review.rules import sampling
from wenmai.voices.rules import attending
from wenmai.voices.surveys import figures, queries
from wenmai.voices.surveys.models import Answer, Box, Came, Invitation, Remark, Survey
from wenmai.voices.surveys.rules import (
    MOST_DAYS,
    MOST_DRAWN,
    REVIEWED,
    Face,
    Plan,
    Population,
    State,
    check_move,
)
from wenmai.voices.surveys.services.answering import keep, split, write_out
from wenmai.voices.surveys.services.inviting import JOB

if TYPE_CHECKING:
    from wenmai.journal.models import Entry


@transaction.atomic
def write_survey(
    *, organisation_id: int, face: Face, plan: Plan, attended: Sequence[str] = (), since: dt.date | None = None,
    until: dt.date | None = None, survey_id: int | None = None, actor: Actor, now: dt.datetime,
) -> Survey:  # fmt: skip
    """A draft, or a draft anew; its words go to the review. Refused: unknown_organisation, unknown_survey,
    survey_step_odd, attended_missing, days_odd, what `Face.checked` and `Plan.checked` refuse."""
    organisation = institutions.organisation(organisation_id)
    if organisation is None or not organisation.serves:
        raise Refused("unknown_organisation")
    said = plan.checked()
    kept = face._replace(conclusion="").checked(asks_importance=said.asks_importance)
    is_drawn = said.population == Population.ATTENDED
    if is_drawn:
        if not attended or not {*attended} <= attending.kinds().keys():
            raise Refused("attended_missing")
        if since is None or until is None or not since <= until <= timezone.localdate(now):
            raise Refused("days_odd")
    made = _locked(survey_id) if survey_id is not None else Survey(organisation_id=organisation_id, made_at=now)
    if made.state != State.DRAFT or made.organisation_id != organisation_id:
        raise Refused("survey_step_odd", str(made.get_state_display()))
    made.face, made.face_hash, made.author_id = kept.written(), kept.hash, actor.user_id
    made.population, made.margin, made.confidence = said.population, said.margin, said.confidence
    made.expected, made.asks_importance = said.expected, said.asks_importance
    made.attended = sorted({*attended}) if is_drawn else []
    made.since, made.until = (since, until) if is_drawn else (None, None)
    made.demo = organisation.demo
    made.save()
    _note("voices.survey_written", made, actor, now, hash=kept.hash.hex())
    review.submit(kind=REVIEWED, subject=queries.submission_of(made), actor=actor, now=now)
    return made


@transaction.atomic
def open_survey(*, survey_id: int, ends_on: dt.date, actor: Actor, now: dt.datetime) -> Survey:
    """Draws, and asks until the end of a day. Refused: unknown_survey, survey_step_odd, survey_unreviewed, ends_odd
    (detail: most days), nobody_attended, draw_large (detail: most)."""
    found = _locked(survey_id)
    check_move(found.state, State.ASKING)
    today = timezone.localdate(now)
    if not today <= ends_on <= today + dt.timedelta(days=MOST_DAYS):
        raise Refused("ends_odd", str(MOST_DAYS))
    if not queries.stands(found):
        raise Refused("survey_unreviewed")
    detail: dict[str, Any] = {"until": ends_on.isoformat()}
    if found.population == Population.ATTENDED:
        detail |= _draw(found)
        jobs.defer(JOB, survey_id=found.pk, again=False)
    found.regions = queries.regions_for(found.organisation_id)
    found.state, found.ends_on, found.opened_at = State.ASKING, ends_on, now
    found.save()
    Box.objects.create(survey=found)
    _note("voices.survey_opened", found, actor, now, **detail)
    return found


def _draw(found: Survey) -> dict[str, Any]:
    """The node makes the seed in the moment of the draw; there is one draw for a survey."""
    frame = queries.frame(found)
    if not frame:
        raise Refused("nobody_attended")
    needed = figures.needed(len(frame), found.margin, found.confidence)
    count = figures.asked(needed, found.expected, len(frame))
    if count > MOST_DRAWN or len(frame) > sampling.MOST_CASES:
        raise Refused("draw_large", str(MOST_DRAWN))
    found.seed, found.digest = secrets.token_hex(16), sampling.digest(frame)
    found.population_count, found.needed_count, found.drawn_count = len(frame), needed, count
    Invitation.objects.bulk_create(
        Invitation(survey=found, user_id=frame[place - 1], place=place) for place in sorted(queries.drawn_places(found))
    )
    return {"seed": found.seed, "digest": found.digest, "population": len(frame), "needed": needed, "drawn": count}


@transaction.atomic
def end_survey(*, survey_id: int, actor: Actor, now: dt.datetime) -> Survey:
    """What waits is written, all in one order that tells nothing, and the result computed. Refused: unknown_survey,
    survey_step_odd."""
    found = _locked(survey_id)
    check_move(found.state, State.ENDED)
    if found.state == State.ASKING:
        box = Box.objects.select_for_update().get(survey=found)
        _write_all(found, queries.opened(box))
        keep(box, [])
        Came.objects.filter(survey=found).delete()
        found.result, found.ended_at = queries.recomputed(found), now
    found.state = State.ENDED
    found.save()
    _note("voices.survey_ended", found, actor, now, answers=(found.result or {}).get("answers", 0))
    return found


def _write_all(found: Survey, waiting: list[Any]) -> None:
    """Anew, with what stood there: one transaction has written all of them."""
    answers, remarks = split(waiting)
    answers += Answer.objects.filter(survey=found).values_list("said", flat=True)
    remarks += [list(one) for one in Remark.objects.filter(survey=found).values_list("question", "words")]
    Answer.objects.filter(survey=found).delete()
    Remark.objects.filter(survey=found).delete()
    write_out(found, answers, remarks)


def end_due(*, now: dt.datetime) -> int:
    """For the job: those whose last day is over."""
    rows = Survey.objects.filter(state=State.ASKING, ends_on__lt=timezone.localdate(now))
    numbers = list(rows.order_by("ends_on", "pk").values_list("pk", flat=True)[:100])
    for number in numbers:
        end_survey(survey_id=number, actor=SYSTEM, now=now)
    return len(numbers)


@transaction.atomic
def conclude(*, survey_id: int, conclusion: str, actor: Actor, now: dt.datetime) -> Survey:
    """What the institution says to it, which goes to the review with the rest. Refused: unknown_survey,
    survey_step_odd, names_a_person."""
    found = _locked(survey_id)
    if found.state != State.ENDED:
        raise Refused("survey_step_odd", str(found.get_state_display()))
    kept = queries.face_of(found)._replace(conclusion=conclusion).checked(asks_importance=found.asks_importance)
    found.face, found.face_hash, found.author_id = kept.written(), kept.hash, actor.user_id
    found.save(update_fields=["face", "face_hash", "author_id"])
    _note("voices.survey_concluded", found, actor, now, hash=kept.hash.hex())
    review.submit(kind=REVIEWED, subject=queries.submission_of(found), actor=actor, now=now)
    return found


@transaction.atomic
def publish_survey(*, survey_id: int, actor: Actor, now: dt.datetime) -> Survey:
    """Refused: unknown_survey, survey_step_odd, survey_unreviewed, too_few_to_show."""
    found = _locked(survey_id)
    check_move(found.state, State.PUBLISHED)
    if not queries.stands(found):
        raise Refused("survey_unreviewed")
    if "content" not in (found.result or {}):
        raise Refused("too_few_to_show")
    found.state, found.shown, found.shown_hash = State.PUBLISHED, found.face, found.face_hash
    found.is_down = False
    found.save()
    _note("voices.survey_published", found, actor, now)
    return found


@transaction.atomic
def hide_survey(*, survey_id: int, actor: Actor, now: dt.datetime) -> Survey:
    """The institution takes the result back. Refused: unknown_survey, survey_step_odd."""
    found = _locked(survey_id)
    if found.state != State.PUBLISHED:
        raise Refused("survey_step_odd", str(found.get_state_display()))
    found.state, found.shown, found.shown_hash = State.ENDED, None, None
    found.save()
    _note("voices.survey_hidden", found, actor, now)
    return found


def hear(entry: "Entry") -> None:
    """Again: nothing more happens."""
    if entry.subject_kind != REVIEWED:
        return
    actor = Actor(entry.actor_id, entry.actor_name)
    for key in entry.detail.get("keys") or [entry.subject_key]:
        follow_review(survey_id=row_number(key) or 0, actor=actor, now=entry.at)


@transaction.atomic
def follow_review(*, survey_id: int, actor: Actor, now: dt.datetime) -> None:
    """What was taken down is neither asked nor shown as long as it is."""
    found = Survey.objects.select_for_update(no_key=True).filter(pk=survey_id).first()
    if found is None:
        return
    is_down = reviewing.is_down(REVIEWED, str(survey_id))
    if found.is_down != is_down:
        found.is_down = is_down
        found.save(update_fields=["is_down"])
        if is_down:
            _note("voices.survey_down", found, actor, now)
        else:
            _note("voices.survey_back", found, actor, now)


def _locked(survey_id: int) -> Survey:
    found = Survey.objects.select_for_update(no_key=True).filter(pk=survey_id).first()
    if found is None:
        raise Refused("unknown_survey")
    return found


def _note(name: str, found: Survey, actor: Actor, now: dt.datetime, **detail: Any) -> None:
    journal.record(name=name, subject_kind="survey", subject_key=found.pk, actor=actor, now=now, **detail)
