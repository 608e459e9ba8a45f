"""Every change, one verb each."""

from wenmai.activities.services.activities import change, make, submit
from wenmai.activities.services.enrolments import HEARD as HEARD_PLACES
from wenmai.activities.services.enrolments import accept, enrol, hear_places, is_late, leave, sync
from wenmai.activities.services.publication import HEARD, follow_review, hear
from wenmai.activities.services.sessions import add_sessions, change_session, drop_session, follow

__all__ = [
    "HEARD",
    "HEARD_PLACES",
    "accept",
    "add_sessions",
    "change",
    "change_session",
    "drop_session",
    "enrol",
    "follow",
    "follow_review",
    "hear",
    "hear_places",
    "is_late",
    "leave",
    "make",
    "submit",
    "sync",
]
