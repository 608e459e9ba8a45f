"""Every read worth a name: what staff works on, what the public reads, who takes part."""

from wenmai.activities.queries.enrolments import Mine, enrolment, enrolments, lines, mine
from wenmai.activities.queries.public import Asked, Day, Line, SessionView, Shown, days, regions, shown, upcoming, views
from wenmai.activities.queries.reviewing import (
    content_of,
    earlier_for_review,
    fields,
    hashes_for_review,
    read_for_review,
    submission_of,
)
from wenmai.activities.queries.staff import (
    Status,
    activities,
    activity,
    reach,
    session,
    session_reach,
    sessions,
    status_of,
    trail,
)
from wenmai.activities.queries.stored import claims_files, shows_file

__all__ = [
    "Asked",
    "Day",
    "Line",
    "Mine",
    "SessionView",
    "Shown",
    "Status",
    "activities",
    "activity",
    "claims_files",
    "content_of",
    "days",
    "earlier_for_review",
    "enrolment",
    "enrolments",
    "fields",
    "hashes_for_review",
    "lines",
    "mine",
    "reach",
    "read_for_review",
    "regions",
    "session",
    "session_reach",
    "sessions",
    "shown",
    "shows_file",
    "status_of",
    "submission_of",
    "trail",
    "upcoming",
    "views",
]
