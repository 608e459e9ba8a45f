"""What every step of a need has in common: the row is held, the day is set, its people told."""

import datetime as dt
from typing import Any

from django.utils import timezone

from wenmai.journal import services as journal
from wenmai.lib import workdays
from wenmai.lib.access import Actor
from wenmai.lib.refusal import Refused
from wenmai.voices import queries
from wenmai.voices.models import Need
from wenmai.voices.rules.steps import DUE, Step, check_move
from wenmai.voices.services.telling import tell


def locked(need_id: int) -> Need:
    """Refused: unknown_need, joined_already (a joined one goes with its head)."""
    found = Need.objects.select_for_update(no_key=True).filter(pk=need_id).first()
    if found is None:
        raise Refused("unknown_need")
    if found.head_id is not None:
        raise Refused("joined_already")
    return found


def due_on(organisation_id: int, step: str, now: dt.datetime) -> dt.date | None:
    """The last day on which this step may be left."""
    if step not in DUE:
        return None
    days = getattr(queries.numbers(organisation_id), DUE[step])
    return workdays.add_workdays(timezone.localdate(now), days).day


def move(found: Need, step: Step, now: dt.datetime, news: str = "") -> None:
    """Saves the row whole; who moves it writes the entry. Refused: step_odd."""
    check_move(found.step, step)
    found.step, found.turn, found.moved_at = step, found.turn + 1, now
    found.due_on = due_on(found.organisation_id, step, now)
    found.save()
    if news:
        tell(found, news)


def note(name: str, found: Need, actor: Actor, now: dt.datetime, **detail: Any) -> None:
    journal.record(name=name, subject_kind="need", subject_key=found.pk, actor=actor, now=now, **detail)
