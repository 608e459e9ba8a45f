"""What programs that take places for people read: the door for the gateway."""

import datetime as dt
from typing import TYPE_CHECKING, NamedTuple

from wenmai.activities.models import COMING, Edition, Enrolment, Session, Standing
from wenmai.activities.queries.answers import questions_of
from wenmai.activities.queries.doors import ticket_of
from wenmai.activities.queries.enrolments import enrolment, lines, mine
from wenmai.activities.queries.public import HIDDEN, Asked, SessionView, upcoming, views
from wenmai.activities.wording import sentence

if TYPE_CHECKING:
    from django.db.models import QuerySet

__all__ = ["COMING", "Asked", "Enrolment", "Open", "Standing", "enrolment", "lines", "mine", "one",
           "questions_of", "sentence", "sessions", "ticket_of", "told"]  # fmt: skip


class Open(NamedTuple):
    """A session on show, with what its activity says."""

    session: Session
    edition: Edition
    view: SessionView


def sessions(asked: Asked, now: dt.datetime) -> "QuerySet[Session]":
    """In the order in which they begin; for paging."""
    return upcoming(asked, now)


def one(session_id: int) -> Session | None:
    rows = Session.objects.filter(pk=session_id, activity__shown__isnull=False).exclude(state__in=HIDDEN)
    return rows.select_related("activity__shown", "activity__organisation").first()


def told(rows: list[Session], now: dt.datetime) -> list[Open]:
    found = []
    for session, view in zip(rows, views(rows, now), strict=True):
        edition = session.activity.shown
        assert edition is not None, "only what is on show is told"
        found.append(Open(session, edition, view))
    return found
