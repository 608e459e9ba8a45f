"""After the end: who was there is asked how it was, what the activity was promised for is told, and it is archived."""

import datetime as dt

from django.db import transaction
from django.db.models import Exists, OuterRef

from wenmai.activities.models import Enrolment, Notice, Session, Standing
from wenmai.activities.rules import State
from wenmai.activities.rules.states import Deed, may_move
from wenmai.activities.services.noting import note_activity
from wenmai.activities.services.telling import tell
from wenmai.institutions import queries as institutions
from wenmai.lib.access import SYSTEM
from wenmai.voices import services as needs
from wenmai.voices.rules.settings import RATE_DAYS

AT_ONCE = 500
LINK = "activity"
"""The kind of link by which an activity fulfils a need."""
WORTH = dt.timedelta(days=2)


def ask_due(*, now: dt.datetime) -> int:
    """For the job: of sessions that have just ended, those who took part; how many were asked."""
    told = Notice.objects.filter(enrolment=OuterRef("pk"), kind=Notice.Kind.RATE)
    rows = Enrolment.objects.filter(
        standing=Standing.COMPLETED, session__state=State.RATING, session__ends_at__gt=now - WORTH,
    ).exclude(Exists(told))  # fmt: skip
    done = 0
    for number in list(rows.order_by("pk").values_list("pk", flat=True)[:AT_ONCE]):
        with transaction.atomic():
            done += tell(Enrolment.objects.select_for_update(no_key=True).get(pk=number), Notice.Kind.RATE, now)
    return done


def deliver_due(*, now: dt.datetime) -> int:
    """For the job: needs whose activity has just taken place; how many."""
    rows = Session.objects.filter(state=State.RATING, ends_at__gt=now - WORTH).order_by().values_list("activity")
    keys = [str(number) for (number,) in rows.distinct()[:AT_ONCE]]
    return needs.deliver_linked(kind=LINK, keys=keys, actor=SYSTEM, now=now) if keys else 0


def archive_due(*, now: dt.datetime) -> int:
    """For the job: sessions that can be rated no longer; numbers, photographs and heads stay. How many."""
    rows = Session.objects.filter(state=State.RATING)
    over = institutions.ripe(rows, [RATE_DAYS], organisation="activity__organisation_id", since="ends_at", now=now)
    return sum(_archive(number, now) for number in over)


@transaction.atomic
def _archive(session_id: int, now: dt.datetime) -> int:
    """Once everybody's part in it is settled."""
    assert may_move(State.RATING, State.ARCHIVED, Deed.ARCHIVE)
    if Enrolment.objects.filter(session=session_id, ended_at=None).exists():
        return 0
    session = Session.objects.select_for_update(no_key=True).filter(pk=session_id, state=State.RATING).first()
    if session is None:
        return 0
    session.state, session.moved_on_at = State.ARCHIVED, now
    session.save(update_fields=["state", "moved_on_at"])
    note_activity(
        "activities.session_moved_on", session.activity_id, SYSTEM, now, session=session_id,
        states=[str(State.ARCHIVED)],
    )  # fmt: skip
    return 1
