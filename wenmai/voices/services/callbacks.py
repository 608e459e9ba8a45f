"""After the answer: what was promised is there, its people are asked, and it is closed or opened again."""

import datetime as dt

from django.db import transaction
from django.db.models import Q

from wenmai.institutions import queries as institutions
from wenmai.lib.access import SYSTEM, Actor
from wenmai.lib.refusal import Refused
from wenmai.voices.models import Asker, Need
from wenmai.voices.rules.settings import CALLBACK_DAYS
from wenmai.voices.rules.steps import Step
from wenmai.voices.services.moving import locked, move, note
from wenmai.voices.services.telling import tell


def call_back(found: Need, now: dt.datetime) -> None:
    """In the caller's transaction: its people are asked once, and have so many days."""
    if found.called_at is None:
        found.called_at = now
        found.save(update_fields=["called_at"])
        tell(found, "called")


@transaction.atomic
def deliver(*, need_id: int, actor: Actor, now: dt.datetime) -> Need:
    """What it was linked to has taken place, has come, stands on the shelf. Refused: unknown_need, joined_already,
    step_odd."""
    found = locked(need_id)
    if found.delivered_at is not None:
        return found
    if found.step not in (Step.LINKED, Step.ANSWERED) or found.outcome == Step.DECLINED:
        raise Refused("step_odd", str(found.get_step_display()))
    found.delivered_at = now
    found.save(update_fields=["delivered_at"])
    note("voices.delivered", found, actor, now)
    if found.step == Step.ANSWERED:
        call_back(found, now)
    return found


@transaction.atomic
def say_back(*, asker_id: int, delivered: bool | None, score: int, actor: Actor, now: dt.datetime) -> Need:
    """What somebody says when they are asked; once. `delivered`: none where nothing was promised. Whoever asked and did
    not get it opens it again. Refused: unknown_need, not_asked (nobody asks, or no longer), said_already, score_odd,
    delivered_missing."""
    asker = Asker.objects.select_related("need").filter(pk=asker_id).first()
    if asker is None:
        raise Refused("unknown_need")
    found = locked(asker.need.head_id or asker.need_id)
    asker = Asker.objects.select_for_update().get(pk=asker_id)
    if found.step != Step.ANSWERED or found.called_at is None:
        raise Refused("not_asked")
    if asker.said_at is not None:
        raise Refused("said_already")
    if not 1 <= score <= 5:
        raise Refused("score_odd")
    is_promised = found.outcome != Step.DECLINED
    if is_promised and delivered is None:
        raise Refused("delivered_missing")
    asker.delivered, asker.score, asker.said_at = delivered if is_promised else None, score, now
    asker.save(update_fields=["delivered", "score", "said_at"])
    note("voices.called_back", found, actor, now, delivered=asker.delivered, score=score)
    if asker.delivered is False and asker.role == Asker.Role.ASKED:
        _reopen(found, actor, now)
    return found


def _reopen(found: Need, actor: Actor, now: dt.datetime) -> None:
    """Assessed again; its people will be asked anew."""
    found.outcome, found.delivered_at, found.called_at = "", None, None
    found.answered_at = found.answered_in_time = None
    found.reopened += 1
    move(found, Step.ASSESSING, now, "assessing")
    note("voices.reopened", found, actor, now)
    Asker.objects.filter(Q(need=found) | Q(need__head=found)).update(delivered=None, score=None, said_at=None)


def close_due(*, now: dt.datetime) -> int:
    """For the job: those whose people have had their days; how many were closed."""
    rows = Need.objects.filter(step=Step.ANSWERED)
    over = institutions.ripe(rows, [CALLBACK_DAYS], organisation="organisation_id", since="called_at", now=now)
    return sum(_close(number, now) for number in over)


@transaction.atomic
def _close(need_id: int, now: dt.datetime) -> int:
    found = Need.objects.select_for_update(no_key=True).filter(pk=need_id, step=Step.ANSWERED).first()
    if found is None or found.called_at is None:
        return 0
    move(found, Step.CLOSED, now, "closed")
    note("voices.closed", found, SYSTEM, now)
    return 1
