"""The private address of one's own activities: made, taken back, read so often."""

import datetime as dt

from django.db import transaction
from django.db.models import Case, F, Value, When

from wenmai.activities.models import CalendarKey
from wenmai.activities.rules.tickets import CALENDARS, read_token
from wenmai.journal import services as journal
from wenmai.lib import vault
from wenmai.lib.access import Actor
from wenmai.lib.refusal import Refused

MOST_READS = 60
"""In an hour; calendars of phones ask every few hours. Ours."""


@transaction.atomic
def make_calendar(*, actor: Actor, now: dt.datetime) -> CalendarKey:
    """Another address; the one that there was leads nowhere any more. Refused: nobody."""
    if actor.user_id is None:
        raise Refused("nobody")
    CalendarKey.objects.filter(user=actor.user_id).delete()
    made = CalendarKey.objects.create(user_id=actor.user_id, made_at=now)
    _note("activities.calendar_made", made.pk, actor, now)
    return made


@transaction.atomic
def drop_calendar(*, actor: Actor, now: dt.datetime) -> None:
    """Nothing where there was none. Refused: nobody."""
    if actor.user_id is None:
        raise Refused("nobody")
    found = CalendarKey.objects.filter(user=actor.user_id).first()
    if found is not None:
        number = found.pk
        found.delete()
        _note("activities.calendar_dropped", number, actor, now)


def read_calendar(*, token: str, now: dt.datetime) -> int:
    """Whose activities are asked for. Refused: unknown_calendar, read_often."""
    number = read_token(vault.secret_of(CALENDARS), "calendar", token)
    hour = now.replace(minute=0, second=0, microsecond=0)
    rows = CalendarKey.objects.filter(pk=number or 0, user__is_active=True)
    rows.update(reads=Case(When(read_at=hour, then=F("reads") + 1), default=Value(1)), read_at=hour)
    found = rows.values_list("user_id", "reads").first()
    if found is None:
        raise Refused("unknown_calendar")
    if found[1] > MOST_READS:
        raise Refused("read_often")
    return found[0]


def _note(name: str, number: int, actor: Actor, now: dt.datetime) -> None:
    journal.record(name=name, subject_kind="activity_calendar", subject_key=number, actor=actor, now=now)
